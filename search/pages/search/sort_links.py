"""The orders of results that are chosen with one click."""

from dataclasses import dataclass
from typing import get_args

from indexer.query import Search, Sort
from search.pages.links import Links
from search.query.request import usual_order

_SOMETIMES = ("relevance", "added")
"""By relevance only where something is more relevant than another."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order, the view in it, and whether that is the one shown."""

    name: Sort
    link: str
    shown: bool


def orders(links: Links, search: Search) -> list[Order]:
    """The orders of a search; those of `_SOMETIMES` only where they are usual or shown."""
    usual = usual_order(search.tree)
    names: tuple[Sort, ...] = get_args(Sort)
    shown = []
    for name in names:
        if name in _SOMETIMES and name not in (usual, search.sort):
            continue
        parameter = None if name == usual else name
        shown.append(Order(name, links.with_("sort", parameter), name == search.sort))
    return shown

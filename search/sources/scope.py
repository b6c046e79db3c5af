"""Which sources a search is of."""

from collections.abc import Sequence

from crawler.sources import Source
from indexer.query import And, Keyword, Node, Or, Search


def sources_of(search: Search, listed: Sequence[Source]) -> list[str]:
    """The sources that a search is of: those that its filters or its query narrow it to, else all
    that are listed.
    """
    return chosen_sources(
        listed, search.filters.get("source", ()), search.filters.get("collection", ()), search.tree
    )


def named_sources(node: Node) -> frozenset[str] | None:
    """The sources that a query's own words narrow it to; None where they don't."""
    if isinstance(node, Keyword) and node.field == "source":
        return frozenset((node.value,))
    if isinstance(node, And):
        found = [one for part in node.parts if (one := named_sources(part)) is not None]
        return frozenset.intersection(*found) if found else None
    if isinstance(node, Or):
        parts = [named_sources(part) for part in node.parts]
        return None if None in parts else frozenset[str]().union(*(part for part in parts if part))
    return None


def chosen_sources(
    listed: Sequence[Source],
    sources: Sequence[str],
    collections: Sequence[str],
    tree: Node | None = None,
) -> list[str]:
    """The ids of the sources that are named, else listed, within the collections and what the query
    narrows them to.
    """
    ids = list(dict.fromkeys(sources)) or [source.id for source in listed]
    if collections:
        wanted = {one.casefold() for one in collections}
        inside = {
            source.id
            for source in listed
            if wanted & {one.casefold() for one in source.collections}
        }
        ids = [one for one in ids if one in inside]
    named = named_sources(tree) if tree is not None else None
    if named is None:
        return ids
    return [one for one in ids if one in named] if ids else sorted(named)

"""What a search selects: its tree, dates and filters, analysed; a facet ignores its own filter."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from indexer.fields import FILTERS
from indexer.query import Published, QueryError, Search, Sort, analyzed
from indexer.query.analyzed import AllOf, AnyOf, Node
from indexer.query.sampling import MAX_SAMPLE, SEEDS
from indexer.query.softening import softened

MAX_LIMIT = 10_000
"""Hits of a page: as many as Elasticsearch gives at once (`index.max_result_window`)."""
MAX_FACET_SIZE = 10_000


@dataclass(frozen=True, slots=True)
class Selection:
    """The tree as typed, what always applies, and the filter of each field."""

    tree: Node
    always: tuple[Node, ...]
    filters: dict[str, Node]

    def all_but(self, field: str | None = None) -> Node:
        """Everything that selects, without the filter of one field."""
        others = [node for name, node in self.filters.items() if name != field]
        return AllOf((*self.always, *others))

    def unfiltered(self, fields: Sequence[str]) -> list[str]:
        """Those of the fields that nothing is filtered by: their facets are counted over the
        matches themselves.
        """
        return [field for field in dict.fromkeys(fields) if field not in self.filters]


def selection(search: Search) -> Selection:
    """The selection of a search; raises `QueryError` for what cannot be asked."""
    _check(search)
    tree = analyzed.analyse(search.tree)
    if search.softer:
        tree = softened(tree)
    always: tuple[Node, ...] = (tree,)
    if search.start or search.end:
        always = (tree, Published(search.start, search.end))
    always += tuple(map(analyzed.analyse, search.conditions))
    filters: dict[str, Node] = {}
    for field, values in search.filters.items():
        if values:
            alternatives = [analyzed.value(field, text) for text in dict.fromkeys(values)]
            filters[field] = AnyOf(tuple(alternatives))
    return Selection(tree, always, filters)


def _check(search: Search) -> None:
    if not 0 <= search.limit <= MAX_LIMIT:
        raise QueryError(f"A page has 0 to {MAX_LIMIT} hits.")
    if not 1 <= search.facet_size <= MAX_FACET_SIZE:
        raise QueryError(f"A facet has 1 to {MAX_FACET_SIZE} values.")
    if search.sample is not None:
        _check_sample(search.sample, search.seed)
    if search.sort not in get_args(Sort):
        raise QueryError(f"Hits are sorted by one of {', '.join(get_args(Sort))}.")
    for field in (*search.filters, *search.facets):
        if field not in FILTERS:
            raise QueryError(f"There is no filter {field!r}. Use one of {', '.join(FILTERS)}.")
    if sum(map(len, search.filters.values())) > analyzed.MAX_VALUES:
        raise QueryError(f"A search has at most {analyzed.MAX_VALUES} filter values.")


def _check_sample(size: int, seed: int) -> None:
    if not 0 <= size <= MAX_SAMPLE or not 0 <= seed < SEEDS:
        raise QueryError(
            f"A sample has 0 to {MAX_SAMPLE} articles, and a seed of 0 to {SEEDS - 1}."
        )

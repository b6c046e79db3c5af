"""Totals, spans of dates and facets of the embedded index, by tantivy's aggregations."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tantivy

from indexer.analysis import folding
from indexer.fields import FILTERS
from indexer.query import Count
from indexer.query.civil import DateSpans

MAX_VALUES = 60_000
"""Different values of a facet; tantivy ends at 65,000 buckets a request."""
_TOTAL = {"value_count": {"field": "tie"}}
_MOMENTS = {"stats": {"field": "instant"}}
_DAYS = {"stats": {"field": "civil"}}

_key = lru_cache(maxsize=100_000)(folding.key)


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """How many documents match, the first and the last of their dates, and the values that most of
    them have.
    """

    total: int
    spans: DateSpans
    facets: Mapping[str, list[Count]]


def total(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """How many documents match."""
    answer: Any = searcher.search(query, limit=1)  # its `count` is not in the type stubs
    return int(answer.count)


def count_matches(
    searcher: tantivy.Searcher, query: tantivy.Query, fields: Sequence[str], size: int
) -> FacetCounts:
    """The counts of a query, in one pass, because matching costs more than counting.

    Of values that as many documents have, the first in their order comes first. A folded value
    shows the spelling that most matches have.
    """
    aggregations: dict[str, Any] = {"total": _TOTAL, "moments": _MOMENTS, "days": _DAYS}
    for field in fields:
        aggregations[field] = _values(field)
        aggregations[_column(field)] = _values(_column(field))
    try:
        answer = searcher.aggregate(query, aggregations)
    except ValueError:  # more different values than tantivy counts in one pass
        answer = {}
        for name, aggregation in aggregations.items():
            answer |= searcher.aggregate(query, {name: aggregation})
    spans = DateSpans(_span(answer["moments"]), _span(answer["days"]))
    facets = {field: _facet(answer, field, size) for field in fields}
    return FacetCounts(int(answer["total"]["value"]), spans, facets)


def _span(stats: Mapping[str, Any]) -> tuple[int, int] | None:
    return (int(stats["min"]), int(stats["max"])) if stats["count"] else None


def _column(field: str) -> str:
    return f"{field}_key" if FILTERS[field].folded else field


def _values(column: str) -> dict[str, Any]:
    return {"terms": {"field": column, "size": MAX_VALUES, "segment_size": MAX_VALUES}}


def _facet(answer: Mapping[str, Any], field: str, size: int) -> list[Count]:
    buckets = answer[_column(field)]["buckets"]
    top = sorted(buckets, key=lambda bucket: (-bucket["doc_count"], bucket["key"]))[:size]
    counts = {bucket["key"]: int(bucket["doc_count"]) for bucket in top}
    if not FILTERS[field].folded:
        return [Count(value, count) for value, count in counts.items()]
    spellings = _spellings(answer[field]["buckets"], counts.keys())
    return [Count(spellings.get(value, value), count) for value, count in counts.items()]


def _spellings(buckets: Sequence[Mapping[str, Any]], keys: Collection[str]) -> dict[str, str]:
    """The spelling of each folded value that is counted most, ties in the order of the spelling."""
    spellings: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for bucket in buckets:
        folded = _key(bucket["key"])
        if folded in keys:
            spellings[folded].append((-bucket["doc_count"], bucket["key"]))
    return {folded: min(ranked)[1] for folded, ranked in spellings.items()}

"""Matches by the values of a field and over time: a row for each of the most frequent values, a
column for each step.

Rows are timelines of one value each, so that cells, rows and the timeline of the whole search
agree.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from indexer.analysis.folding import key
from indexer.backend import Backend
from indexer.fields import FacetName
from indexer.query import Count, Interval, QueryError, Search
from search.query.request import labelled

MAX_ROWS = 50
MAX_COLUMNS = 400
_MOST_VALUES = 1_000
"""Values that are counted to find those that the search is narrowed to."""


def matrix(  # noqa: PLR0913, PLR0917 all that a question consists of
    backend: Backend,
    search: Search,
    field: FacetName,
    interval: Interval,
    tz: str,
    rows: int,
    language: str,
    sources: Mapping[str, str],
) -> dict[str, Any]:
    """The body of the API's answer, labels in `language`; raises `QueryError` where there would be
    too many columns.
    """
    overall = backend.timeline(search, interval, tz)
    dates = [bucket.date for bucket in overall.buckets]
    if len(dates) > MAX_COLUMNS:
        raise QueryError(
            f"That would be more than {MAX_COLUMNS} columns: "
            "choose a longer interval or a shorter period."
        )
    counts = _most_frequent(backend, search, field, rows)
    body_rows = labelled(field, counts, language, sources)
    for row in body_rows:
        line = backend.timeline(_only(search, field, row["value"]), overall.interval, tz)
        by_date = {bucket.date: bucket.count for bucket in line.buckets}
        row["counts"] = [by_date.get(date, 0) for date in dates]
        row["undated"] = line.undated
    return {
        "field": field,
        "interval": overall.interval,
        "tz": overall.tz,
        "dates": dates,
        "rows": body_rows,
        "total": sum(bucket.count for bucket in overall.buckets) + overall.undated,
    }


def _most_frequent(backend: Backend, search: Search, field: FacetName, rows: int) -> list[Count]:
    """The most frequent values; where the search is narrowed to some, only those."""
    chosen = {key(value) for value in search.filters.get(field, ())}
    size = _MOST_VALUES if chosen else rows
    counting = replace(search, facets=(field,), facet_size=size, limit=0, sample=None)
    counts = backend.search(counting).facets[field]
    if chosen:
        counts = [count for count in counts if key(count.value) in chosen]
    return counts[:rows]


def _only(search: Search, field: FacetName, value: str) -> Search:
    return replace(search, filters={**search.filters, field: (value,)})

"""Facets and timelines of the embedded index, by tantivy's aggregations."""

from collections.abc import Sequence
from typing import Any

import tantivy

from indexer import folding
from indexer.document import FILTERS, PRECISIONS
from indexer.query import Count

MAX_VALUES = 60_000
"""Different values of a facet; tantivy ends at 65,000 buckets."""
_SPELLINGS = 20
_TOTAL = {"value_count": {"field": "tie"}}


def total(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """How many documents match."""
    found: Any = searcher.search(query, limit=1)  # its `count` is not in the type stubs
    return int(found.count)


def facets(
    searcher: tantivy.Searcher, query: tantivy.Query, fields: Sequence[str], size: int
) -> tuple[int, dict[str, list[Count]]]:
    """How many documents match, and by field the values that most of them have, ties in the order of the value.

    All in one pass, because matching costs more than counting. A folded value shows its usual spelling.
    """
    asked: dict[str, Any] = {field: _values(f"{field}_key" if FILTERS[field].folded else field) for field in fields}
    counted = searcher.aggregate(query, {**asked, "total": _TOTAL})
    found = {}
    for field in fields:
        buckets = counted[field]["buckets"]
        top = sorted(buckets, key=lambda bucket: (-bucket["doc_count"], bucket["key"]))[:size]
        keys = [bucket["key"] for bucket in top]
        shown = _spellings(searcher, query, field, keys) if FILTERS[field].folded and top else {}
        found[field] = [Count(shown.get(bucket["key"], bucket["key"]), int(bucket["doc_count"])) for bucket in top]
    return int(counted["total"]["value"]), found


def _values(column: str) -> dict[str, Any]:
    return {"terms": {"field": column, "size": MAX_VALUES, "segment_size": MAX_VALUES}}


def _spellings(searcher: tantivy.Searcher, query: tantivy.Query, field: str, keys: list[str]) -> dict[str, str]:
    names = {"field": field, "size": _SPELLINGS, "segment_size": MAX_VALUES}
    aggregation = {"values": {**_values(f"{field}_key"), "aggs": {"names": {"terms": names}}}}
    buckets = searcher.aggregate(query, aggregation)["values"]["buckets"]
    wanted = set(keys)
    return {
        bucket["key"]: usual(bucket["key"], [(name["key"], name["doc_count"]) for name in bucket["names"]["buckets"]])
        for bucket in buckets
        if bucket["key"] in wanted
    }


def usual(key: str, spellings: Sequence[tuple[str, int]]) -> str:
    """The spelling of a folded value that is counted most, ties in the order of the spelling."""
    same = [(-count, name) for name, count in spellings if folding.key(name) == key]
    return min(same)[1] if same else key


def span(searcher: tantivy.Searcher, query: tantivy.Query) -> tuple[int, tuple[int, int] | None]:
    """How many documents match, and the first and the last of their date points."""
    found = searcher.aggregate(query, {"points": {"stats": {"field": "point"}}, "total": _TOTAL})
    points, total = found["points"], int(found["total"]["value"])
    return total, (int(points["min"]), int(points["max"])) if points["count"] else None


def spread(
    searcher: tantivy.Searcher,
    query: tantivy.Query,
    ranges: Sequence[tuple[int, int | None]],
    coarser: Sequence[str],
) -> dict[int, tuple[int, int]]:
    """How many matches, and how many of them with a coarser precision, have a date point in each range."""
    asked = [{"from": start, "to": end} if end is not None else {"from": start} for start, end in ranges]
    aggregation = {
        "steps": {
            "range": {"field": "point", "ranges": asked},
            "aggs": {"precision": {"terms": {"field": "precision", "size": len(PRECISIONS) + 1}}},
        }
    }
    ranks = {PRECISIONS.index(name) for name in coarser}
    found = {}
    for bucket in searcher.aggregate(query, aggregation)["steps"]["buckets"]:
        if "from" in bucket and bucket["doc_count"]:
            counted = bucket["precision"]["buckets"]
            coarse = sum(int(inner["doc_count"]) for inner in counted if int(inner["key"]) in ranks)
            found[int(bucket["from"])] = (int(bucket["doc_count"]), coarse)
    return found

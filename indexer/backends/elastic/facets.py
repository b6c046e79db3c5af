"""Facets and timelines of Elasticsearch, by its aggregations."""

from collections.abc import Mapping, Sequence
from typing import Any

from indexer.analysis import folding
from indexer.backends.elastic.compile import column, compile_query, values
from indexer.fields import FILTERS
from indexer.query import Count
from indexer.query.analyzed import AllOf
from indexer.query.civil import DateSpans, TimelinePlan
from indexer.query.selection import Selection
from indexer.query.timeline import coarser

DATE_SPANS: Mapping[str, Any] = {
    "moments": {"stats": {"field": "instant"}},
    "days": {"stats": {"field": "civil"}},
}
"""The aggregations that `date_spans` reads."""
_SPELLINGS = 20
"""The spellings of one folded value that are counted; the most frequent one is shown."""
_ORDER = [{"_count": "desc"}, {"_key": "asc"}]


def facet_aggregation(
    selected: Selection, faceted: Sequence[str], field: str, size: int
) -> dict[str, Any]:
    """The aggregation for one facet of a search whose filters on `faceted` fields are left to the
    post filter.
    """
    others = [node for name, node in selected.filters.items() if name in faceted and name != field]
    terms: dict[str, Any] = {"terms": _terms(column(field), size)}
    if FILTERS[field].folded:
        terms["aggs"] = {"names": {"terms": _terms(values(field), _SPELLINGS)}}
    return {"filter": compile_query(AllOf(tuple(others))), "aggs": {"values": terms}}


def facet_counts(field: str, answer: Mapping[str, Any]) -> list[Count]:
    """The values that most matches have, ties in the order of the value; a folded value shows its
    usual spelling.
    """
    buckets = answer["values"]["buckets"]
    return [Count(_spelling(field, bucket), int(bucket["doc_count"])) for bucket in buckets]


def date_spans(answer: Mapping[str, Any]) -> DateSpans:
    """The first and the last dates of matches, of the answer to `DATE_SPANS`."""
    return DateSpans(_span(answer["moments"]), _span(answer["days"]))


def timeline_aggregation(steps: TimelinePlan) -> dict[str, Any]:
    """The aggregations for a timeline: one of moments, one of civil dates."""
    coarse = {"filter": {"terms": {"published_precision": list(coarser(steps.interval))}}}
    moments = {
        "field": "instant",
        "calendar_interval": steps.interval,
        "time_zone": steps.zone.key,
        "min_doc_count": 1,
    }
    days = {"field": "civil", "calendar_interval": steps.civil_interval, "min_doc_count": 1}
    return {
        "moments": {"date_histogram": moments, "aggs": {"coarse": coarse}},
        "days": {"date_histogram": days, "aggs": {"coarse": coarse}},
    }


def timeline_counts(answer: Mapping[str, Any]) -> dict[int, tuple[int, int]]:
    """Matches, and how many of them have a coarser precision, by the beginning of their step (ms
    since 1970), of one of these aggregations.
    """
    return {
        int(bucket["key"]): (int(bucket["doc_count"]), int(bucket["coarse"]["doc_count"]))
        for bucket in answer["buckets"]
    }


def _span(stats: Mapping[str, Any]) -> tuple[int, int] | None:
    return (int(stats["min"]), int(stats["max"])) if stats["count"] else None


def _terms(field: str, size: int) -> dict[str, Any]:
    """Blank values, which a page may hold, are no values."""
    return {
        "field": field,
        "size": size,
        # Each shard names its own top values: the more of them, the more exact are the sums.
        "shard_size": max(1_000, 10 * size),
        "order": _ORDER,
        "exclude": [""],
    }


def _spelling(field: str, bucket: Mapping[str, Any]) -> str:
    """The spelling that most matches have, ties in the order of the spelling."""
    key = str(bucket["key"])
    if not FILTERS[field].folded:
        return key
    # An article with several authors brings the names of all of them.
    spellings = []
    for name in bucket["names"]["buckets"]:
        if folding.key(name["key"]) == key:
            spellings.append((-name["doc_count"], name["key"]))
    if not spellings:
        return key
    _, most_frequent = min(spellings)
    return str(most_frequent)

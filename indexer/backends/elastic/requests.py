"""The bodies of search requests: queries with facets, samples, orders."""

from typing import Any

from indexer.backends.elastic import facets
from indexer.backends.elastic.compile import Query, compile_query
from indexer.backends.elastic.scoring import scored, scored_parts
from indexer.query import ORDERS, Search, Sort
from indexer.query.analyzed import AllOf
from indexer.query.sampling import sort_script
from indexer.query.selection import Selection

SNAPSHOT_KEPT = "5m"
"""How long a walk by relevance may rest between two pages."""
UNDATED = 10**15
"""Milliseconds after (or, negative, before) 1970 that no date of four digits reaches: where undated
articles sort.
"""


def date_order(sort: Sort) -> list[dict[str, Any]]:
    """By a date, as `ORDERS` says; articles without one come last either way."""
    field, latest_first = ORDERS[sort]
    order, missing = ("desc", -UNDATED) if latest_first else ("asc", UNDATED)
    date = {"order": order, "missing": missing, "format": "epoch_millis", "numeric_type": "date"}
    return [{field: date}, {"tie": {"order": "asc"}}]


def point_in_time(snapshot: str) -> dict[str, str]:
    """What a request names its point in time by, and keeps it open with."""
    return {"id": snapshot, "keep_alive": SNAPSHOT_KEPT}


def sample_body(body: dict[str, Any], search: Search) -> dict[str, Any]:
    """The request for a random sample: undated and dated alike, in the order of the draw."""
    return {**body, "size": search.sample, "sort": [sort_script(search.seed), {"tie": "asc"}]}


def search_body(search: Search, selected: Selection) -> dict[str, Any]:
    """The request for a search.

    Filters on faceted fields come after the counting, so that a facet can leave its own out.
    """
    query = list(selected.always)
    post_filters = {}
    for field, node in selected.filters.items():
        if field in search.facets:
            post_filters[field] = node
        else:
            query.append(node)
    body: dict[str, Any] = {"query": _ranked(search, selected, compile_query(AllOf(tuple(query))))}
    if post_filters:
        body["post_filter"] = compile_query(AllOf(tuple(post_filters.values())))
    if search.facets:
        faceted = list(post_filters)
        body["aggs"] = {
            field: facets.facet_aggregation(selected, faceted, field, search.facet_size)
            for field in search.facets
        }
    return body


def _ranked(search: Search, selected: Selection, query: Query) -> Query:
    """The query, with what ranks its matches where they are ranked."""
    if search.sort != "relevance":
        return {"bool": {"filter": [query]}}
    parts = scored_parts(selected.tree)
    should = [scored(part, str(place)) for place, part in enumerate(parts)]
    return {"bool": {"filter": [query], "should": should}}

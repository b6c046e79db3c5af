"""A page of results as Elasticsearch alone gives it: hits with its own highlights, four facets, a
timeline by month.

What Veille's answer is held against: one request. tantivy alone is in search_native.py.
"""

from dataclasses import replace
from typing import Any

import orjson
from elasticsearch import Elasticsearch

from indexer.backends.elastic import Elastic
from indexer.backends.elastic.compile import column
from indexer.backends.elastic.requests import search_body
from indexer.query import Search
from indexer.query.selection import selection


def elastic(backend: Elastic, client: Elasticsearch, alias: str, search: Search) -> bytes:
    """Elasticsearch's answer."""
    aggregations: dict[str, Any] = {
        field: {"terms": {"field": column(field), "size": search.facet_size}}
        for field in search.facets
    }
    aggregations["time"] = {"date_histogram": {"field": "published", "calendar_interval": "month"}}
    marks: dict[str, dict[str, Any]] = {
        "title.*": {},
        "title_exact": {},
        "text.*": {},
        "text_exact": {},
    }
    options = {
        "encoder": "html",
        "fragment_size": 200,
        "number_of_fragments": 3,
        "require_field_match": False,
    }
    unfaceted = replace(search, facets=())
    answer = client.search(
        index=alias,
        query=search_body(unfaceted, selection(search))["query"],
        size=search.limit,
        aggs=aggregations,
        highlight={**options, "fields": marks},
        track_total_hits=True,
    )
    return orjson.dumps(answer.body)

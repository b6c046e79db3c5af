"""A page of results as the engines alone give it: hits with their own highlights, four facets, a timeline by month.

What Veille's answer is held against: one request to Elasticsearch; one search and one aggregation of tantivy.
"""

from typing import Any

import orjson
import tantivy
from elasticsearch import Elasticsearch

from indexer.backends.elastic import Elastic
from indexer.backends.elastic.compile import column, compiled
from indexer.backends.embedded import Embedded
from indexer.backends.embedded.compile import Compiler
from indexer.query import Search
from indexer.selection import selection

MONTH_MS = 2_629_746_000


def elastic(backend: Elastic, client: Elasticsearch, alias: str, search: Search) -> bytes:
    """Elasticsearch's answer."""
    aggregations: dict[str, Any] = {
        field: {"terms": {"field": column(field), "size": search.facet_size}} for field in search.facets
    }
    aggregations["time"] = {"date_histogram": {"field": "published", "calendar_interval": "month"}}
    marks = {"title.*": {}, "title_exact": {}, "text.*": {}, "text_exact": {}}
    options = {"encoder": "html", "fragment_size": 200, "number_of_fragments": 3, "require_field_match": False}
    answer = client.search(
        index=alias,
        query=compiled(selection(search).all_but()),
        size=search.limit,
        aggs=aggregations,
        highlight={**options, "fields": marks},
        track_total_hits=True,
    )
    return orjson.dumps(answer.body)


def embedded(backend: Embedded, search: Search) -> bytes:
    """tantivy's answer."""
    searcher, schema = backend._snapshot(), backend._schema
    query = Compiler(schema, searcher).bounded(selection(search).all_but())
    found: Any = searcher.search(query, limit=search.limit)
    snippets = [tantivy.SnippetGenerator.create(searcher, query, schema, field) for field in ("title", "text")]
    hits = []
    for score, address in found.hits:
        article = orjson.loads(bytes(searcher.doc(address)["document"][0]))
        shown = tantivy.Document(title=article["title"], text=article["text"])
        hits.append([score, article, *(snippet.snippet_from_doc(shown).to_html() for snippet in snippets)])
    aggregations: dict[str, Any] = {
        field: {"terms": {"field": field, "size": search.facet_size}} for field in search.facets
    }
    aggregations["time"] = {"histogram": {"field": "point", "interval": MONTH_MS}}
    return orjson.dumps([found.count, hits, searcher.aggregate(query, aggregations)])

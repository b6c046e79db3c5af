"""Percolation: many searches against a few documents, in batches of searches.

Each search has the ids of the documents as a filter.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from indexer.backend import IndexUnavailable
from indexer.backends.elastic.compile import compile_query
from indexer.backends.elastic.connection import translated_errors
from indexer.query import QueryError, Search, TooCostly
from indexer.query.selection import selection

TIMEOUT = "20s"
AT_ONCE = 25
"""Searches in one request."""
MOST_IDS = 1_000
"""Ids in one filter: a page of hits is as long, so none is cut."""
_FULL = (429, 503)
"""HTTP statuses of a search that found no room in Elasticsearch's queues."""


def match_documents(
    client: Elasticsearch, address: str, alias: str, searches: Sequence[Search], ids: Sequence[str]
) -> list[set[str] | QueryError]:
    """The ids among `ids` that each search matches, or why it can't be asked.

    Raises `IndexUnavailable`.
    """
    unique_ids = list(dict.fromkeys(ids))
    queries = [_compiled(search) for search in searches]
    matches: list[set[str] | QueryError] = []
    for query in queries:
        matches.append(query if isinstance(query, QueryError) else set())
    for first in range(0, len(unique_ids), MOST_IDS):
        some_ids = unique_ids[first : first + MOST_IDS]
        # A search that failed for earlier ids is not asked again.
        left = [at for at, result in enumerate(matches) if not isinstance(result, QueryError)]
        for start in range(0, len(left), AT_ONCE):
            batch = left[start : start + AT_ONCE]
            bodies = [_restricted(queries[number], some_ids) for number in batch]
            with translated_errors(address):
                answers = client.msearch(index=alias, searches=_lines(bodies))["responses"]
            for number, answer in zip(batch, answers, strict=True):
                matches[number] = _joined(matches[number], answer)
    return matches


def _compiled(search: Search) -> Any:
    try:
        return compile_query(selection(search).all_but())
    except QueryError as error:
        return error


def _restricted(query: Any, ids: Sequence[str]) -> dict[str, Any]:
    """Unscored, so that the ids lead and the query only looks at their articles."""
    return {"bool": {"filter": [{"ids": {"values": list(ids)}}, query]}}


def _lines(queries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    options = {"size": MOST_IDS, "_source": False, "timeout": TIMEOUT, "track_total_hits": False}
    lines: list[dict[str, Any]] = []
    for query in queries:
        lines += [{"allow_partial_search_results": False}, {"query": query, **options}]
    return lines


def _joined(before: set[str] | QueryError, answer: Mapping[str, Any]) -> set[str] | QueryError:
    """The ids of earlier requests with those of an answer, or why the search can't be asked."""
    if isinstance(before, QueryError):
        return before
    if "error" in answer:
        reason = str(answer["error"].get("reason"))
        if answer.get("status") in _FULL:
            raise IndexUnavailable(
                f"Elasticsearch can't match alerts now ({reason}): they are asked again."
            )
        return QueryError(f"Elasticsearch can't ask this search ({reason[:300]}).")
    if answer["timed_out"]:
        return TooCostly()
    return before | {str(hit["_id"]) for hit in answer["hits"]["hits"]}

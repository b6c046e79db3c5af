"""Many searches against a few documents: several searches in one request, each with the ids as its
filter.
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


def match_documents(
    client: Elasticsearch, address: str, alias: str, searches: Sequence[Search], ids: Sequence[str]
) -> list[set[str] | QueryError]:
    """The ids among `ids` that each search matches, or why it can't be asked; raises `IndexUnavailable`."""
    wanted = list(dict.fromkeys(ids))
    asked = [_compiled(search) for search in searches]
    found: list[set[str] | QueryError] = [
        query if isinstance(query, QueryError) else set() for query in asked
    ]
    for first in range(0, len(wanted), MOST_IDS):
        some = wanted[first : first + MOST_IDS]
        left = [at for at, answer in enumerate(found) if not isinstance(answer, QueryError)]
        for start in range(0, len(left), AT_ONCE):
            group = left[start : start + AT_ONCE]
            bodies = [_restricted(asked[at], some) for at in group]
            with translated_errors(address):
                answers = client.msearch(index=alias, searches=_lines(bodies))["responses"]
            for at, answer in zip(group, answers, strict=True):
                found[at] = _joined(found[at], answer)
    return found


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
    return [
        line
        for query in queries
        for line in ({"allow_partial_search_results": False}, {"query": query, **options})
    ]


def _joined(before: set[str] | QueryError, answer: Mapping[str, Any]) -> set[str] | QueryError:
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

"""What an answer offers beside its matches: softer ones where few match, other spellings where none
does. Neither is counted in totals, facets or timelines.
"""

from dataclasses import replace
from typing import Any

from indexer.backend import Backend
from indexer.query import QueryError, Search
from search.parse.tokens import QueryToken, tokenize
from search.query.hits import hit_bodies
from search.query.spelling import other_spellings

FEW = 12
"""Matches below which softer ones are offered."""
ROOM = 9
"""So many places left free on the page are worth filling as well: of twenty, twelve matches leave
eight.
"""
_JOINED_BY_HAND = {"and", "or", "not", "near", "open"}
"""Kinds of tokens by which a query says how its words belong together: such a query is meant."""


def offers(backend: Backend, query: str, search: Search, total: int) -> dict[str, Any]:
    """`suggestions` and `softer` of the answer to a search for `query` with `total` matches."""
    if search.cursor or search.sample is not None:
        return {"softer": None, "suggestions": []}
    return {
        "softer": _softer(backend, query, search, total),
        "suggestions": [] if total else other_spellings(backend, query, search),
    }


def _softer(backend: Backend, query: str, search: Search, total: int) -> dict[str, Any] | None:
    """At most as many articles as the page has room for; None where none are offered."""
    room = search.limit - total
    is_wanted = room >= ROOM or (total < FEW and room > 0)
    if not is_wanted or search.sort != "relevance" or not _is_plain(query):
        return None
    asked = replace(search, softer=True, facets=(), limit=room)
    try:
        hits = backend.search(asked).hits
    except QueryError:  # what matches most words may cost more than what matches all
        return None
    return {"articles": hit_bodies(hits, search.explain)} if hits else None


def _is_plain(query: str) -> bool:
    """Whether a query names words, and leaves it open how they belong together."""
    tokens: list[QueryToken] = tokenize(query)
    kinds = {token.kind for token in tokens}
    return "word" in kinds and kinds.isdisjoint(_JOINED_BY_HAND)

"""What becomes searchable, for programs that take everything along: each wording once, in order."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, StringConstraints
from starlette.responses import Response

from crawler.store import Store
from indexer.backends.memory import matching_documents
from indexer.query import All, QueryError, Search, cursor
from search.api.models import ArticleBody
from search.query.filters import form
from search.query.request import MatchParams
from search.web.context import Context
from search.web.errors import Declined
from search.web.http_cache import json_reply, responses

MAX_LIMIT = 1_000
MAX_LOOKED_AT = 2_000
"""Wordings that one answer looks at: a search with few matches must not read the whole store."""
_BATCH = 500
_KIND = "stream"

router = APIRouter()


class StreamParams(MatchParams):
    """A search, where the last answer ended, and how many articles are wanted. The order is always
    that of first indexing.
    """

    after: Annotated[str, StringConstraints(max_length=200), form("cursor")] | None = None
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 100


class StreamBody(BaseModel):
    """The next articles; `after` asks for what comes behind them, now or later, and `more` says
    whether some of that is there already.
    """

    articles: list[ArticleBody]
    after: str
    more: bool


@router.get(
    "/api/v1/stream", responses=responses(StreamBody), summary="What becomes searchable, in order"
)
def stream(
    request: Request, context: Context, params: Annotated[StreamParams, Query()]
) -> Response:
    if context.store is None:
        raise Declined(503, "There is no store here: the stream needs one.", "unavailable")
    search = context.search_of(params)
    start = _row_of(params.after, context.store)
    articles, end = _matches_after(context.store, search, start, params.limit)
    more = context.store.firsts.newest() > end
    after = cursor.encode(_KIND, [end])
    return json_reply(request, {"articles": articles, "after": after, "more": more})


def _row_of(after: str | None, store: Store) -> int:
    """The row that a cursor names; raises `QueryError` for one of another search or store."""
    if not after:
        return 0
    [row, *_] = cursor.decode(_KIND, after)
    if not isinstance(row, int) or not 0 <= row <= store.firsts.newest():
        raise QueryError("This cursor is of another store: begin without it.")
    return row


def _matches_after(
    store: Store, search: Search, start: int, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """At most `limit` matches behind a row, and the row up to which everything was looked at."""
    found: list[dict[str, Any]] = []
    end = start
    looked_at = 0
    while len(found) < limit and looked_at < MAX_LOOKED_AT:
        size = _BATCH if _selects(search) else limit - len(found)
        wordings = store.wordings.after(end, min(size, _BATCH))
        if not wordings:
            break
        looked_at += len(wordings)
        end, _ = wordings[-1]
        for row, document in _matching(wordings, search):
            if len(found) == limit:
                # The rest of the batch belongs to the next answer.
                return found, row - 1
            found.append(document)
    return found, end


def _matching(
    wordings: Sequence[tuple[int, dict[str, Any] | None]], search: Search
) -> list[tuple[int, dict[str, Any]]]:
    """Row and document of the wordings that are shown and that the search matches."""
    shown: list[tuple[int, dict[str, Any]]] = []
    for row, document in wordings:
        if document is not None:
            shown.append((row, document))
    if not shown or not _selects(search):
        return shown
    answers = matching_documents([document for _, document in shown], search)
    return [numbered for numbered, matches in zip(shown, answers, strict=True) if matches]


def _selects(search: Search) -> bool:
    """Whether the search leaves anything out."""
    narrowed = search.filters or search.conditions or search.start or search.end
    return bool(narrowed) or not isinstance(search.tree, All)

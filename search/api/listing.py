"""The publishers that are watched: a list that is filtered, sorted and read a page at a time, and
what is done with many of them at once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
)
from starlette.exceptions import HTTPException
from starlette.responses import Response

from crawler.health import Health
from crawler.store import LastVisits, Store
from indexer.backend import UnsupportedError
from search.api.health import article_counts, listed_body, plain_body, shared_values
from search.api.models_sources import SourcesBody
from search.i18n.catalogue import Texts, english
from search.query.filters import Values
from search.sources.listing import (
    STATES,
    ListedSource,
    Sort,
    SourceFilter,
    in_states,
    live_state,
    matching,
    page_of,
    state_counts,
)
from search.web.context import AppContext, Context
from search.web.http_cache import json_reply, responses

MOST = 1_000
"""Sources of one answer."""
_TOGETHER = 200
"""Sources that are changed in one transaction: crawls write in between."""

router = APIRouter()
Action = Literal["pause", "resume", "crawl"]


def _is_state(value: str) -> str:
    if value not in STATES:
        raise ValueError(f"is no state: expected one of {', '.join(STATES)}")
    return value


class SourceChoice(BaseModel):
    """Which of the sources; everything that is set must hold."""

    model_config = ConfigDict(extra="forbid")
    q: Annotated[
        str,
        StringConstraints(max_length=200),
        Field(description="Words that stand in its name, id or host, all of them."),
    ] = ""
    state: Annotated[
        tuple[Annotated[str, AfterValidator(_is_state)], ...],
        Field(max_length=len(STATES), description=f"One of these: {', '.join(STATES)}."),
    ] = ()
    collection: Values = ()
    language: Values = ()
    country: Values = ()

    @field_validator("state", "collection", "language", "country", mode="before")
    @classmethod
    def _without_empty(cls, values: object) -> object:
        """A form sends its empty boxes, too."""
        if isinstance(values, list | tuple):
            return tuple(value for value in values if value != "")
        return values

    def wanted(self) -> SourceFilter:
        """The choice as the list takes it."""
        return SourceFilter(self.q, self.state, self.collection, self.language, self.country)


class SourceListParams(SourceChoice):
    """Which of the sources, in which order, and how many."""

    sort: Annotated[
        Sort,
        Field(
            description="state: worst first; name; articles and a_day: most first; visited: newest"
            " first; due: soonest first."
        ),
    ] = "state"
    limit: Annotated[int, Field(ge=1, le=MOST)] = MOST
    cursor: Annotated[
        str | None,
        Field(max_length=2_000, description="Of the answer before, to go on behind it."),
    ] = None


class ManyAsked(BaseModel):
    """What to do with which sources: those with these `ids`, or all that are `matching`."""

    model_config = ConfigDict(extra="forbid")
    action: Action
    ids: Annotated[list[str], Field(max_length=MOST)] | None = None
    matching: SourceChoice | None = None


class ManyBody(BaseModel):
    """With how many sources it was done."""

    action: Action
    sources: int


@dataclass(frozen=True, slots=True)
class SourceListing:
    """The sources as they stand now; `shared` is what the store knows of all of them, None without
    a store.
    """

    rows: Sequence[ListedSource]
    counts: dict[str, int]
    shared: dict[str, Any] | None

    def body(self, params: SourceListParams, texts: Texts) -> dict[str, Any]:
        """The API's answer in a language; raises `QueryError` for a cursor of another list."""
        wanted = params.wanted()
        found = matching(self.rows, wanted)
        shown = in_states(found, wanted.states)
        page, cursor = page_of(shown, params.sort, params.limit, params.cursor)
        return {
            "sources": [self._row(row, texts) for row in page],
            "total": len(shown),
            "states": state_counts(found),
            "cursor": cursor,
        }

    def _row(self, row: ListedSource, texts: Texts) -> dict[str, Any]:
        if self.shared is None:
            return plain_body(row.source, self.counts)
        return listed_body(row.source, row.health, self.counts, self.shared, texts)


@router.get(
    "/api/v1/sources", responses=responses(SourcesBody), summary="The publishers that are watched"
)
def sources(
    request: Request, context: Context, params: Annotated[SourceListParams, Query()]
) -> Response:
    return json_reply(request, listing_of(context).body(params, english()))


@router.post(
    "/api/v1/sources/bulk",
    responses=responses(ManyBody),
    summary="Pause, resume or crawl many sources",
)
def many(context: Context, asked: ManyAsked) -> dict[str, Any]:
    if (asked.ids is None) == (asked.matching is None):
        raise HTTPException(400, "Send either ids or matching.")
    if asked.matching is not None:
        ids = matching_ids(context, asked.matching)
    else:
        ids = list(dict.fromkeys(asked.ids or ()))
    return {"action": asked.action, "sources": act(context, asked.action, ids)}


def listing_of(context: AppContext) -> SourceListing:
    """Every source as it stands now; without a store, nothing is known of how they do."""
    counts = article_counts(context)
    if context.store is None:
        return SourceListing(list(_without_store(context, counts)), counts, None)
    now = context.now()
    shared = shared_values(context.store, now)
    return SourceListing(list(_rows(context, context.store, now, counts, shared)), counts, shared)


def matching_ids(context: AppContext, choice: SourceChoice) -> list[str]:
    """The ids of the sources that match, in no order."""
    wanted = choice.wanted()
    rows = in_states(matching(listing_of(context).rows, wanted), wanted.states)
    return [row.source.id for row in rows]


def act(context: AppContext, action: Action, ids: Sequence[str]) -> int:
    """Do it with each of these sources; returns with how many. Raises HTTPException, and does
    nothing, where one of them is not watched.
    """
    watched = context.source_names
    unknown = next((name for name in ids if name not in watched), None)
    if unknown is not None:
        raise HTTPException(404, f"There is no source {unknown[:64]!r}.")
    store = context.store
    if store is None:
        raise UnsupportedError("This server does not know the crawler's store.")
    do = _doing(store, action, context.now())
    for start in range(0, len(ids), _TOGETHER):
        with store.together():
            for source_id in ids[start : start + _TOGETHER]:
                do(source_id)
    return len(ids)


def _doing(store: Store, action: Action, now: datetime) -> Callable[[str], object]:
    if action == "pause":
        return lambda source: store.pauses.pause(source, now, None)
    if action == "resume":
        return lambda source: store.pauses.resume(source, now)
    return lambda source: store.queue.enqueue(source, now)


def _without_store(context: AppContext, counts: dict[str, int]) -> Iterator[ListedSource]:
    for place, source in enumerate(context.sources):
        health = Health(source.id, "new", (), None, None)
        articles = counts.get(source.id, 0)
        yield ListedSource(source, place, health, None, articles, None, None, None)


def _rows(
    context: AppContext,
    store: Store,
    now: datetime,
    counts: dict[str, int],
    shared: dict[str, Any],
) -> Iterator[ListedSource]:
    judged = {
        health.source: health for health in context.health_cache.health(store, context.sources, now)
    }
    for place, source in enumerate(context.sources):
        health = judged.get(source.id) or Health(source.id, "new", (), None, None)
        last: LastVisits = shared["visited"].get(source.id, LastVisits())
        is_paused = source.id in shared["paused"]
        state = live_state(health, paused=is_paused, visited=last.visited is not None)
        yield ListedSource(
            source,
            place,
            health,
            state,
            counts.get(source.id, 0),
            last.visited,
            shared["due"].get(source.id),
            shared["under_way"].get(source.id),
        )

"""The API that changes what is watched: previews, new sources, pauses, crawls. It takes a token
that may write.
"""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from crawler.sources import Address, Source, add_sources, as_toml, choose, source_values
from crawler.store import Store
from indexer.backend import UnsupportedError
from search.api.models import ArticleBody
from search.i18n.catalogue import english
from search.i18n.formatting import obstacle
from search.sources.previews import Previews
from search.web.context import AppContext, Context
from search.web.errors import ErrorBody
from search.web.http_cache import responses

router = APIRouter()
SourceId = Annotated[str, Path(alias="id", min_length=1, max_length=64)]
_MISSING: dict[int | str, dict[str, Any]] = {404: {"model": ErrorBody}}


class SectionDraft(BaseModel):
    """A section page of a source."""

    url: str
    section: str | None = None
    topic: str | None = None


class SourceDraft(BaseModel):
    """A source as the sources file holds it; see the reference for its keys."""

    id: str
    name: str
    home: str
    language: str | None = None
    country: str | None = None
    collections: list[str] = []
    hosts: list[str] = []
    every: str | None = None
    feeds: list[str] = []
    sitemaps: list[str] = []
    sections: list[SectionDraft] = []
    selectors: dict[str, Any] | None = None
    render: bool = False


class LookedAtBody(BaseModel):
    """An entry point that was looked at: `outcome` is `read`, or why it brought nothing."""

    url: str
    kind: str = Field(examples=["feed"])
    section: str | None
    outcome: str = Field(examples=["read", "http 404", "robots"])
    parent: str | None = Field(description="The entry point that names it.")
    items: int = Field(description="Links to pages that it lists.")
    titles: list[str] = Field(description="The first titles that it lists.")
    newest: datetime | None = Field(description="The latest moment that it names.")


class ReadBody(BaseModel):
    """A page: its article as it would be indexed, or the reason why it is none."""

    url: str
    article: ArticleBody | None
    reason: str | None = Field(examples=["no-article"])
    message: str = Field(description="More on the reason.", examples=["it is a home page"])


class PreviewBody(BaseModel):
    """What an address would bring as a source."""

    source: SourceDraft | None = Field(
        description="The source as it would be written; null where there is a problem."
    )
    toml: str | None = Field(description="Its lines in the sources file.")
    problem: str | None
    entry_points: list[LookedAtBody]
    articles: list[ReadBody]
    requests: int
    complete: bool = Field(description="Whether there was time for everything.")


class AskedPreview(BaseModel):
    """Which address to look at, or which source of the sources file."""

    model_config = ConfigDict(extra="forbid")
    url: Annotated[Address, Field(max_length=2000)] | None = None
    id: Annotated[str, Field(max_length=64)] | None = None


class AskedPause(BaseModel):
    """Until when a source is paused; until it is resumed where that is not said."""

    model_config = ConfigDict(extra="forbid")
    until: datetime | None = Field(None, description="With its zone, such as 2026-12-01T00:00:00Z.")


class AddedBody(BaseModel):
    """The source as it was written, and its lines in the sources file."""

    source: SourceDraft
    toml: str


class PauseBody(BaseModel):
    """Whether a source is paused now, and until when."""

    source: str
    paused: bool
    until: datetime | None = None


class QueuedBody(BaseModel):
    """Whether this request put the source into the queue, or it waited there already."""

    source: str
    queued: bool


def _without_200(described: dict[int | str, dict[str, Any]]) -> dict[int | str, dict[str, Any]]:
    return {status: body for status, body in described.items() if status != 200}


@router.post(
    "/api/v1/sources/preview",
    responses={**responses(PreviewBody), **_MISSING},
    summary="What an address would bring",
)
def look(context: Context, asked: AskedPreview) -> dict[str, Any]:
    body = preview_of(context, asked)
    problem = body["problem"]
    if problem:
        body["problem"] = obstacle(**problem, texts=english(), exactly=True)
    return body


def preview_of(context: AppContext, asked: AskedPreview) -> dict[str, Any]:
    """What an address or a source would bring; its `problem` is a code with its values. Raises
    `PreviewError`.
    """
    if (asked.url is None) == (asked.id is None):
        raise HTTPException(400, "Send either url or id.")
    if asked.id is not None:
        _source(context, asked.id)
        return _previews(context).look({"id": asked.id})
    return _previews(context).look({"url": str(asked.url)})


@router.post(
    "/api/v1/sources",
    status_code=201,
    responses={
        201: {"model": AddedBody},
        **_without_200(responses(AddedBody)),
    },
    summary="Watch a source",
)
def add(context: Context, source: Source) -> dict[str, Any]:
    if context.source_list.file is None:
        raise UnsupportedError("This server has no sources file to write to.")
    add_sources(context.source_list.file, [source])
    return {"source": source_values(source), "toml": as_toml(source)}


@router.post(
    "/api/v1/sources/{id}/pause",
    responses={**responses(PauseBody), **_MISSING},
    summary="Pause a source",
)
def pause(context: Context, source_id: SourceId, asked: AskedPause | None = None) -> dict[str, Any]:
    source = _source(context, source_id)
    now = context.now()
    until = asked.until if asked else None
    if until is not None and (until.tzinfo is None or until <= now):
        raise HTTPException(
            400, "until is a moment in the future, with its zone, such as 2030-12-01T00:00:00Z."
        )
    _store(context).pauses.pause(source.id, now, until)
    return {"source": source.id, "paused": True, "until": until}


@router.post(
    "/api/v1/sources/{id}/resume",
    responses={**responses(PauseBody), **_MISSING},
    summary="Resume a source",
)
def resume(context: Context, source_id: SourceId) -> dict[str, Any]:
    source = _source(context, source_id)
    _store(context).pauses.resume(source.id, context.now())
    return {"source": source.id, "paused": False, "until": None}


@router.post(
    "/api/v1/sources/{id}/crawl",
    status_code=202,
    responses={
        202: {"model": QueuedBody},
        **_without_200(responses(QueuedBody)),
        **_MISSING,
    },
    summary="Crawl a source next",
)
def crawl(context: Context, source_id: SourceId) -> dict[str, Any]:
    source = _source(context, source_id)
    return {"source": source.id, "queued": _store(context).queue.enqueue(source.id, context.now())}


def _source(context: AppContext, source_id: str) -> Source:
    if source_id not in context.source_names:
        raise HTTPException(404, "There is no source with this id.")
    return choose(context.sources, [source_id])[0]


def _store(context: AppContext) -> Store:
    if context.store is None:
        raise UnsupportedError("This server does not know the crawler's store.")
    return context.store


def _previews(context: AppContext) -> Previews:
    if context.previews is None:
        raise UnsupportedError(english()("preview_none"))
    return context.previews

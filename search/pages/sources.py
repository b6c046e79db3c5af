"""The publishers that are watched: how they do, and what can be done: add one, pause it, crawl it
now.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from crawler.sources import Source, SourcesError
from indexer.backend import UnsupportedError
from indexer.query import Search
from search.api import sources as api_sources
from search.api.health import source_body, sources_body
from search.i18n.durations import Moments
from search.i18n.formatting import obstacle
from search.pages.forms import SentForm, SubmittedForm, WrittenForm
from search.pages.render import done, render, texts_of, whole
from search.sources.previews import PreviewError
from search.web.context import AppContext, Context

NEWEST = 5
"""Articles that a source's page shows."""

router = APIRouter(include_in_schema=False)
_UNTOLD: Mapping[str, Any] = {
    **dict.fromkeys(
        ("articles_a_day", "last_visit", "last_read", "next_due", "every_seconds", "watched")
    ),
    **dict.fromkeys(("findings", "entry_points", "visits"), ()),
    "state": "new",
    "paused": False,
}
"""What a server that does not know the store leaves untold."""
_EDITED = ("id", "name", "every", "language", "country")
"""What can be changed of a source's draft before it is saved; what else the preview found is saved
with it.
"""


@router.get("/sources")
def sources(request: Request, desk: Context) -> Response:
    return render(
        request, desk, "sources.html", {"sources": _listed(request, desk), **_shown(request, desk)}
    )


@router.get("/sources/preview")
@router.get("/sources/add")
def begin_again() -> Response:
    """Back to the form that these addresses take, for whoever comes there without it."""
    return RedirectResponse("/sources", 303)


@router.post("/sources/preview")
async def preview(request: Request, desk: Context, form: SentForm) -> Response:
    """What an address would bring, before anything is saved."""
    url = form.value("url")
    if not form.fresh:
        return _again(request, desk, texts_of(request, desk)("form_old"), url, 403)
    url = url if "://" in url else f"https://{url}"
    try:
        asked = api_sources.AskedPreview.model_validate({"url": url})
        found = await run_in_threadpool(api_sources.previewed, desk, asked)
    except ValidationError:
        return _again(request, desk, texts_of(request, desk)("no_address"), url)
    except PreviewError as error:
        return _again(request, desk, texts_of(request, desk)(error.key), url)
    except UnsupportedError:
        return _again(request, desk, texts_of(request, desk)("preview_none"), url)
    if found["source"] is None:
        return _again(
            request, desk, obstacle(**found["problem"], texts=texts_of(request, desk)), url
        )
    return _previewed(request, desk, found)


@router.post("/sources/add")
async def add(request: Request, desk: Context, form: SentForm) -> Response:
    """Save the source that a preview showed, and crawl it next."""
    if not form.fresh:
        return _corrected(request, desk, texts_of(request, desk)("form_old"), form, 403)
    texts = texts_of(request, desk)
    if form.value("id") in desk.source_names:
        return _corrected(request, desk, texts("source_id_taken"), form)
    try:
        source = Source.model_validate(_draft(form))
        await run_in_threadpool(api_sources.add, desk, source)
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, fault["loc"]))
        if (key := f"source_{place}_wrong") in texts.keys:
            return _corrected(request, desk, texts(key), form)
        return _corrected(
            request, desk, texts("source_not_added"), form, exactly=f"{place}: {fault['msg']}"
        )
    except (SourcesError, UnsupportedError, ValueError) as error:
        return _corrected(request, desk, texts("source_not_added"), form, exactly=str(error))
    if desk.store is not None:
        await run_in_threadpool(api_sources.crawl, desk, source.id)
    return done(f"/sources/{source.id}", "source_added", name=source.name)


@router.get("/sources/{id}")
def source(request: Request, desk: Context, id: api_sources.SourceId) -> Response:
    told = _told(source_body(desk, id, texts_of(request, desk)))
    found = desk.backend.search(Search(filters={"source": (id,)}, sort="newest", limit=NEWEST))
    newest = [whole(hit.article) for hit in found.hits]
    values = {
        "newest": newest,
        # The first crawl of a source takes its time: its page looks again by itself.
        "awaited": not newest and desk.store is not None and not told["paused"],
    }
    return render(request, desk, "source.html", {"source": told, **values, **_shown(request, desk)})


@router.post("/sources/{id}/pause")
async def pause(desk: Context, form: WrittenForm, id: api_sources.SourceId) -> Response:
    return await _acted(desk, id, form, api_sources.pause, "source_paused")


@router.post("/sources/{id}/resume")
async def resume(desk: Context, form: WrittenForm, id: api_sources.SourceId) -> Response:
    return await _acted(desk, id, form, api_sources.resume, "source_resumed")


@router.post("/sources/{id}/crawl")
async def crawl(desk: Context, form: WrittenForm, id: api_sources.SourceId) -> Response:
    return await _acted(desk, id, form, api_sources.crawl, "source_queued")


async def _acted(
    desk: AppContext, id: str, form: SubmittedForm, act: Callable[..., Any], key: str
) -> Response:
    await run_in_threadpool(act, desk, id)
    target = f"/sources/{id}" if form.value("back") == "source" else "/sources"
    return done(target, key, name=desk.source_names[id])


def _again(
    request: Request, desk: AppContext, sentence: str, url: str, status: int = 400
) -> Response:
    """The list with what went wrong with an address."""
    values = {
        "sources": _listed(request, desk),
        **_shown(request, desk),
        "wrong": sentence,
        "url": url,
    }
    return render(request, desk, "sources.html", values, status)


def _corrected(  # noqa: PLR0913 - what is shown again
    request: Request,
    desk: AppContext,
    sentence: str,
    form: SubmittedForm,
    status: int = 400,
    *,
    exactly: str = "",
) -> Response:
    """The draft of a source as it was typed, with what went wrong with it, and `exactly` what, in
    English.
    """
    typed = {name: form.value(name) for name in ("home", *_EDITED)}
    found = {"source": typed, "complete": True, "articles": (), "entry_points": ()}
    values = {"found": found, "rest": form.value("rest", "{}"), **_shown(request, desk)}
    return render(
        request, desk, "preview.html", {**values, "wrong": sentence, "exactly": exactly}, status
    )


def _previewed(request: Request, desk: AppContext, found: Mapping[str, Any]) -> Response:
    rest = {key: value for key, value in found["source"].items() if key not in _EDITED}
    home = urlsplit(str(found["source"]["home"])).netloc
    already = next(
        (source for source in desk.sources if urlsplit(source.home).netloc == home), None
    )
    values = {"found": found, "rest": json.dumps(rest), **_shown(request, desk), "already": already}
    return render(request, desk, "preview.html", values)


def _listed(request: Request, desk: AppContext) -> list[dict[str, Any]]:
    return [_told(source) for source in sources_body(desk, texts_of(request, desk))["sources"]]


def _told(source: Mapping[str, Any]) -> dict[str, Any]:
    """The source as the pages tell it: health is judged in rounds, a pause is true at once."""
    told = {**_UNTOLD, **source}
    if told["paused"] != (told["state"] == "paused"):
        told["state"] = "paused" if told["paused"] else "again"
    return told


def _draft(form: SubmittedForm) -> dict[str, Any]:
    rest = json.loads(form.value("rest", "{}"))
    if not isinstance(rest, dict):
        raise ValueError("This form can't be read: begin with the address again.")
    edited = {name: value for name in _EDITED if (value := form.value(name))}
    return {**{key: value for key, value in rest.items() if value is not None}, **edited}


def _shown(request: Request, desk: AppContext) -> dict[str, Any]:
    """What the templates of this page share."""
    return {
        "moments": Moments(texts_of(request, desk), desk.now()),
        "wrong": "",
        "exactly": "",
        "url": "",
        "already": None,
    }

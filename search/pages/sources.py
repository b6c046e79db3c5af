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
from search.api.health import source_body
from search.i18n.catalogue import Texts
from search.i18n.formatting import obstacle
from search.pages.forms import SentForm, SubmittedForm, WrittenForm
from search.pages.render import done, render, texts_of, with_all_fields
from search.pages.source_list import PageParams, WrongAddress, list_page, shared_values, source_row
from search.sources.previews import PreviewError
from search.web.context import AppContext, Context

NEWEST = 5
"""Articles that a source's page shows."""

router = APIRouter(include_in_schema=False)
_EDITED = ("id", "name", "every", "language", "country")
"""What can be changed of a source's draft before it is saved; what else the preview found is saved
with it.
"""


@router.get("/sources/preview")
@router.get("/sources/add")
def begin_again() -> Response:
    """Back to the form that these addresses take, for whoever comes there without it."""
    return RedirectResponse("/sources", 303)


@router.post("/sources/preview")
async def preview(request: Request, context: Context, form: SentForm) -> Response:
    """What an address would bring, before anything is saved."""
    url = form.value("url")
    texts = texts_of(request, context)
    if not form.fresh:
        return _list_with_mistake(request, context, texts("form_old"), url, 403)
    if "://" not in url:
        url = f"https://{url}"
    mistake = ""
    try:
        wanted = api_sources.AskedPreview.model_validate({"url": url})
        draft = await run_in_threadpool(api_sources.preview_of, context, wanted)
    except ValidationError:
        mistake = texts("no_address")
    except PreviewError as error:
        mistake = texts(error.key)
    except UnsupportedError:
        mistake = texts("preview_none")
    else:
        if draft["source"] is not None:
            return _preview_page(request, context, draft)
        mistake = obstacle(**draft["problem"], texts=texts)
    return _list_with_mistake(request, context, mistake, url)


@router.post("/sources/add")
async def add(request: Request, context: Context, form: SentForm) -> Response:
    """Save the source that a preview showed, and crawl it next."""
    texts = texts_of(request, context)
    if not form.fresh:
        return _draft_with_mistake(request, context, texts("form_old"), form, 403)
    if form.value("id") in context.source_names:
        return _draft_with_mistake(request, context, texts("source_id_taken"), form)
    try:
        source = Source.model_validate(_draft(form))
        await run_in_threadpool(api_sources.add, context, source)
    except ValidationError as error:
        mistake, exactly = _mistake_in_draft(error, texts)
        return _draft_with_mistake(request, context, mistake, form, exactly=exactly)
    except (SourcesError, UnsupportedError, ValueError) as error:
        mistake = texts("source_not_added")
        return _draft_with_mistake(request, context, mistake, form, exactly=str(error))
    if context.store is not None:
        await run_in_threadpool(api_sources.crawl, context, source.id)
    return done(f"/sources/{source.id}", "source_added", name=source.name)


@router.get("/sources/{id}")
def source(request: Request, context: Context, source_id: api_sources.SourceId) -> Response:
    row = source_row(source_body(context, source_id, texts_of(request, context)))
    newest_first = Search(filters={"source": (source_id,)}, sort="newest", limit=NEWEST)
    newest = [with_all_fields(hit.article) for hit in context.backend.search(newest_first).hits]
    values = {
        "source": row,
        "newest": newest,
        # The first crawl of a source takes its time: its page looks again by itself.
        "awaited": not newest and context.store is not None and not row["paused"],
        **shared_values(request, context),
    }
    return render(request, context, "source.html", values)


@router.post("/sources/{id}/pause")
async def pause(context: Context, form: WrittenForm, source_id: api_sources.SourceId) -> Response:
    return await _act(context, source_id, form, api_sources.pause, "source_paused")


@router.post("/sources/{id}/resume")
async def resume(context: Context, form: WrittenForm, source_id: api_sources.SourceId) -> Response:
    return await _act(context, source_id, form, api_sources.resume, "source_resumed")


@router.post("/sources/{id}/crawl")
async def crawl(context: Context, form: WrittenForm, source_id: api_sources.SourceId) -> Response:
    return await _act(context, source_id, form, api_sources.crawl, "source_queued")


async def _act(
    context: AppContext, source_id: str, form: SubmittedForm, act: Callable[..., Any], key: str
) -> Response:
    await run_in_threadpool(act, context, source_id)
    target = f"/sources/{source_id}" if form.value("back") == "source" else "/sources"
    return done(target, key, name=context.source_names[source_id])


def _mistake_in_draft(error: ValidationError, texts: Texts) -> tuple[str, str]:
    """The sentence for a value that a source can't have, and more in English where it is vague."""
    fault = error.errors()[0]
    place = ".".join(map(str, fault["loc"]))
    key = f"source_{place}_wrong"
    if key in texts.keys:
        return texts(key), ""
    return texts("source_not_added"), f"{place}: {fault['msg']}"


def _list_with_mistake(
    request: Request, context: AppContext, sentence: str, url: str, status: int = 400
) -> Response:
    """The list with what went wrong with an address."""
    return list_page(request, context, PageParams(), WrongAddress(url, sentence, status))


def _draft_with_mistake(  # noqa: PLR0913 - what is shown again
    request: Request,
    context: AppContext,
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
    values = {
        "preview": {"source": typed, "complete": True, "articles": (), "entry_points": ()},
        "rest": form.value("rest", "{}"),
        **shared_values(request, context),
        "wrong": sentence,
        "exactly": exactly,
    }
    return render(request, context, "preview.html", values, status)


def _preview_page(request: Request, context: AppContext, preview: Mapping[str, Any]) -> Response:
    draft = preview["source"]
    rest = {key: value for key, value in draft.items() if key not in _EDITED}
    values = {
        "preview": preview,
        "rest": json.dumps(rest),
        **shared_values(request, context),
        "already": _source_of_host(context, str(draft["home"])),
    }
    return render(request, context, "preview.html", values)


def _source_of_host(context: AppContext, home: str) -> Source | None:
    """The source that is watched already on the host of this address."""
    host = urlsplit(home).netloc
    for source in context.sources:
        if urlsplit(source.home).netloc == host:
            return source
    return None


def _draft(form: SubmittedForm) -> dict[str, Any]:
    rest = json.loads(form.value("rest", "{}"))
    if not isinstance(rest, dict):
        raise ValueError("This form can't be read: begin with the address again.")
    draft = {key: value for key, value in rest.items() if value is not None}
    for name in _EDITED:
        value = form.value(name)
        if value:
            draft[name] = value
    return draft

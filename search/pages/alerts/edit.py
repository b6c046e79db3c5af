"""The form that gives a saved search another name, note or query; its filters stay."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from search.alerts.service import SavedSearchDraft
from search.api.alerts import Id, Service
from search.pages.alerts.form import REFUSED, error_sentence
from search.pages.forms import SentForm
from search.pages.render import done, render, texts_of
from search.web.context import AppContext, Context

router = APIRouter(include_in_schema=False)


@router.get("/saved/{id}/edit")
def edit(request: Request, context: Context, service: Service, search_id: Id) -> Response:
    saved = service.saved_search(search_id)
    values = {"name": saved.name, "note": saved.note, "q": saved.query.get("q", "")}
    return _page(request, context, values)


@router.post("/saved/{id}/edit")
async def change(
    request: Request, context: Context, service: Service, search_id: Id, form: SentForm
) -> Response:
    saved = await run_in_threadpool(service.saved_search, search_id)
    texts = texts_of(request, context)
    values = {name: form.value(name) for name in ("name", "note", "q")}
    if not form.fresh:
        return _page(request, context, values, texts("form_old"), 403)
    query = {**saved.query, "q": values["q"]}
    try:
        draft = SavedSearchDraft.model_validate(
            {"name": values["name"], "note": values["note"], "query": query}
        )
        await run_in_threadpool(service.change, search_id, draft, context.now())
    except REFUSED as error:
        return _page(request, context, values, error_sentence(error, texts), 400)
    return done("/saved", "saved_done", name=draft.name)


def _page(
    request: Request,
    context: AppContext,
    values: dict[str, Any],
    mistake: str = "",
    status: int = 200,
) -> Response:
    return render(request, context, "saved_edit.html", {"form": values, "mistake": mistake}, status)

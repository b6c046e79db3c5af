"""The form that gives a saved search another name, note or query; its filters stay."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from search.alerts.service import SavedSearchDraft
from search.api.alerts import Id, Kept
from search.pages.alerts.form import REFUSED, told
from search.pages.forms import SentForm
from search.pages.render import done, render, texts_of
from search.web.context import AppContext, Context

router = APIRouter(include_in_schema=False)


@router.get("/saved/{id}/edit")
def edit(request: Request, desk: Context, kept: Kept, id: Id) -> Response:
    one = kept.search(id)
    return _shown(request, desk, {"name": one.name, "note": one.note, "q": one.query.get("q", "")})


@router.post("/saved/{id}/edit")
async def change(request: Request, desk: Context, kept: Kept, id: Id, form: SentForm) -> Response:
    one, texts = await run_in_threadpool(kept.search, id), texts_of(request, desk)
    values = {name: form.value(name) for name in ("name", "note", "q")}
    if not form.fresh:
        return _shown(request, desk, values, texts("form_old"), 403)
    try:
        query = {**one.query, "q": values["q"]}
        wanted = SavedSearchDraft.model_validate(
            {"name": values["name"], "note": values["note"], "query": query}
        )
        await run_in_threadpool(kept.change, id, wanted, desk.now())
    except REFUSED as error:
        return _shown(request, desk, values, told(error, texts), 400)
    return done("/saved", "saved_done", name=wanted.name)


def _shown(
    request: Request, desk: AppContext, values: dict[str, Any], mistake: str = "", status: int = 200
) -> Response:
    return render(request, desk, "saved_edit.html", {"form": values, "mistake": mistake}, status)

"""The JSON API of saved searches and alerts, and the feed of each saved search."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from crawler.store import Alert
from search.alerts.matching import asked
from search.alerts.service import AlertDraft, AlertService, SavedSearchDraft
from search.api.atom import feed
from search.api.models_alerts import (
    AlertBody,
    AlertListBody,
    DryRun,
    DryRunBody,
    NoticesBody,
    SavedBody,
    SavedListBody,
    alert_bodies,
    notice_body,
    planned_body,
    saved_bodies,
)
from search.query.request import answer
from search.web.context import Context
from search.web.errors import Declined, ErrorBody
from search.web.http_cache import REFUSALS, json_reply, responses, streams, tagged

ENTRIES = 100

router = APIRouter()
Id = Annotated[str, Path(min_length=1, max_length=64)]


def _keeping(desk: Context) -> AlertService:
    if desk.keeping is None:
        raise Declined(503, "There is no store here: saved searches need one.", "saved_no_store")
    return desk.keeping


Kept = Annotated[AlertService, Depends(_keeping)]
_MISSING: dict[int | str, dict[str, Any]] = {404: {"model": ErrorBody}}
_GONE: dict[int | str, dict[str, Any]] = {
    204: {"description": "It is done."},
    **REFUSALS,
    **_MISSING,
}


@router.get("/api/v1/saved", responses=responses(SavedListBody), summary="The saved searches")
def saved_searches(request: Request, kept: Kept) -> Response:
    searches = saved_bodies(kept.store, kept.store.saved.all(), _home(request))
    return json_reply(request, {"saved": searches})


@router.post(
    "/api/v1/saved",
    responses={201: {"model": SavedBody}, **REFUSALS},
    status_code=201,
    summary="Save a search",
)
def save(request: Request, desk: Context, kept: Kept, wanted: SavedSearchDraft) -> Any:
    [body] = saved_bodies(kept.store, [kept.save(wanted, desk.now())], _home(request))
    return body


@router.get(
    "/api/v1/saved/{id}", responses={**responses(SavedBody), **_MISSING}, summary="A saved search"
)
def saved_search(request: Request, kept: Kept, id: Id) -> Response:
    return json_reply(request, _saved(request, kept, id))


@router.put(
    "/api/v1/saved/{id}",
    responses={**responses(SavedBody), **_MISSING},
    summary="Change a saved search",
)
def change(
    request: Request, desk: Context, kept: Kept, id: Id, wanted: SavedSearchDraft
) -> Response:
    kept.change(id, wanted, desk.now())
    return json_reply(request, _saved(request, kept, id))


@router.delete(
    "/api/v1/saved/{id}",
    responses=_GONE,
    status_code=204,
    summary="Forget a saved search with its alerts",
)
def forget(kept: Kept, id: Id) -> Response:
    kept.store.saved.remove(kept.search(id).id)
    return Response(status_code=204)


@router.post(
    "/api/v1/saved/{id}/alerts",
    responses={201: {"model": AlertBody}, **REFUSALS, **_MISSING},
    status_code=201,
    summary="Alert on a saved search",
)
def tell(desk: Context, kept: Kept, id: Id, wish: AlertDraft) -> Any:
    return _alert(kept, kept.tell(id, wish, desk.now()))


@router.get("/api/v1/alerts", responses=responses(AlertListBody), summary="The alerts")
def alerts(request: Request, kept: Kept) -> Response:
    return json_reply(request, {"alerts": alert_bodies(kept.store, kept.store.alerts.all())})


@router.post(
    "/api/v1/alerts/dry-run",
    responses=responses(DryRunBody),
    summary="What an alert would have sent",
)
def dry_run(request: Request, desk: Context, kept: Kept, wanted: DryRun) -> Response:
    plan = kept.would_send(desk.backend, wanted.query, wanted.alert, desk.now())
    return json_reply(request, planned_body(desk.backend, plan))


@router.get(
    "/api/v1/alerts/{id}", responses={**responses(AlertBody), **_MISSING}, summary="An alert"
)
def alert(request: Request, kept: Kept, id: Id) -> Response:
    return json_reply(request, _alert(kept, kept.alert(id)))


@router.delete("/api/v1/alerts/{id}", responses=_GONE, status_code=204, summary="Forget an alert")
def forget_alert(kept: Kept, id: Id) -> Response:
    kept.store.alerts.remove(kept.alert(id).id)
    return Response(status_code=204)


@router.get(
    "/api/v1/alerts/{id}/notices",
    responses={**responses(NoticesBody), **_MISSING},
    summary="Its messages",
)
def notices(request: Request, kept: Kept, id: Id) -> Response:
    listed = kept.store.notices.of_alert(kept.alert(id).id)
    return json_reply(request, {"notices": [notice_body(notice) for notice in listed]})


@router.post(
    "/api/v1/alerts/{id}/pause",
    responses={**responses(AlertBody), **_MISSING},
    summary="Pause an alert",
)
def pause(request: Request, desk: Context, kept: Kept, id: Id) -> Response:
    kept.store.alerts.pause(kept.alert(id).id, desk.now())
    return json_reply(request, _alert(kept, kept.alert(id)))


@router.post(
    "/api/v1/alerts/{id}/resume",
    responses={**responses(AlertBody), **_MISSING},
    summary="Let it go on",
)
def resume(request: Request, desk: Context, kept: Kept, id: Id) -> Response:
    return json_reply(request, _alert(kept, kept.resume(id, desk.now())))


@router.get(
    "/feeds/{token}.atom",
    response_class=Response,
    responses={**streams("application/atom+xml"), **_MISSING},
    summary="A saved search as an Atom feed",
)
def saved_feed(
    request: Request,
    desk: Context,
    kept: Kept,
    token: Id,
    limit: Annotated[int, Query(ge=1, le=500)] = ENTRIES,
) -> Response:
    saved = kept.store.saved.of_feed(token)
    if saved is None:
        raise HTTPException(404, "There is no feed here.")
    search = replace(asked(saved, desk.now()), sort="newest", limit=limit)
    found = answer(desk.backend, search, desk.language(request))
    content = feed(found["articles"], saved.name, str(request.url), str(request.base_url))
    return tagged(request, content, "application/atom+xml; charset=utf-8")


def _saved(request: Request, kept: AlertService, id: str) -> dict[str, Any]:
    [body] = saved_bodies(kept.store, [kept.search(id)], _home(request))
    return body


def _alert(kept: AlertService, alert: Alert) -> dict[str, Any]:
    [body] = alert_bodies(kept.store, [alert])
    return body


def _home(request: Request) -> str:
    return str(request.base_url).rstrip("/")

"""The JSON API of saved searches and alerts, and the feed of each saved search."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from crawler.store import Alert
from search.alerts.matching import search_for
from search.alerts.paging import MOST
from search.alerts.service import AlertDraft, AlertService, SavedSearchDraft
from search.api.atom import feed, search_page
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
    without_secrets,
)
from search.query.request import answer
from search.web.context import Context, MayWrite
from search.web.errors import Declined, ErrorBody
from search.web.http_cache import REFUSALS, json_reply, responses, streams, tagged

FEED_ENTRIES = 100
PAGE = 100

router = APIRouter()
Id = Annotated[str, Path(alias="id", min_length=1, max_length=64)]
Limit = Annotated[int, Query(ge=1, le=MOST)]
Cursor = Annotated[str | None, Query(max_length=2_000)]
FeedToken = Annotated[str, Path(alias="token", min_length=1, max_length=64)]


def _alert_service(context: Context) -> AlertService:
    if context.alerts is None:
        raise Declined(503, "There is no store here: saved searches need one.", "saved_no_store")
    return context.alerts


Service = Annotated[AlertService, Depends(_alert_service)]
"""A route's parameter: the service of saved searches and alerts (else 503)."""
_MISSING: dict[int | str, dict[str, Any]] = {404: {"model": ErrorBody}}
_DONE: dict[int | str, dict[str, Any]] = {
    204: {"description": "It is done."},
    **REFUSALS,
    **_MISSING,
}


@router.get("/api/v1/saved", responses=responses(SavedListBody), summary="The saved searches")
def saved_searches(
    request: Request,
    service: Service,
    may_write: MayWrite,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response:
    page, onward = service.saved_page(cursor, limit)
    bodies = saved_bodies(service.store, page, _home(request))
    return json_reply(request, {"saved": _shown(bodies, may_write), "cursor": onward})


@router.post(
    "/api/v1/saved",
    responses={201: {"model": SavedBody}, **REFUSALS},
    status_code=201,
    summary="Save a search",
)
def save(request: Request, context: Context, service: Service, draft: SavedSearchDraft) -> Any:
    saved = service.save(draft, context.now(), context.names)
    [body] = saved_bodies(service.store, [saved], _home(request))
    return body


@router.get(
    "/api/v1/saved/{id}", responses={**responses(SavedBody), **_MISSING}, summary="A saved search"
)
def saved_search(
    request: Request, service: Service, search_id: Id, may_write: MayWrite
) -> Response:
    [body] = _shown([_saved(request, service, search_id)], may_write)
    return json_reply(request, body)


@router.put(
    "/api/v1/saved/{id}",
    responses={**responses(SavedBody), **_MISSING},
    summary="Change a saved search",
)
def change(
    request: Request, context: Context, service: Service, search_id: Id, draft: SavedSearchDraft
) -> Response:
    service.change(search_id, draft, context.now(), context.names.within(search_id))
    return json_reply(request, _saved(request, service, search_id))


@router.delete(
    "/api/v1/saved/{id}",
    responses=_DONE,
    status_code=204,
    summary="Delete a saved search with its alerts",
)
def delete_saved(service: Service, search_id: Id) -> Response:
    service.store.saved.remove(service.saved_search(search_id).id)
    return Response(status_code=204)


@router.post(
    "/api/v1/saved/{id}/alerts",
    responses={201: {"model": AlertBody}, **REFUSALS, **_MISSING},
    status_code=201,
    summary="Alert on a saved search",
)
def add_alert(context: Context, service: Service, search_id: Id, draft: AlertDraft) -> Any:
    return _alert(service, service.add_alert(search_id, draft, context.now(), context.names))


@router.get("/api/v1/alerts", responses=responses(AlertListBody), summary="The alerts")
def alerts(
    request: Request,
    service: Service,
    may_write: MayWrite,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response:
    page, onward = service.alerts_page(cursor, limit)
    bodies = alert_bodies(service.store, page)
    return json_reply(request, {"alerts": _shown(bodies, may_write), "cursor": onward})


@router.post(
    "/api/v1/alerts/dry-run",
    responses=responses(DryRunBody),
    summary="What an alert would have sent",
)
def dry_run(request: Request, context: Context, service: Service, trial: DryRun) -> Response:
    plan = service.would_send(
        context.backend, context.search_of(trial.query), trial.alert, context.now()
    )
    return json_reply(request, planned_body(context.backend, plan))


@router.get(
    "/api/v1/alerts/{id}", responses={**responses(AlertBody), **_MISSING}, summary="An alert"
)
def alert(request: Request, service: Service, alert_id: Id, may_write: MayWrite) -> Response:
    [body] = _shown([_alert(service, service.alert(alert_id))], may_write)
    return json_reply(request, body)


@router.delete("/api/v1/alerts/{id}", responses=_DONE, status_code=204, summary="Delete an alert")
def delete_alert(service: Service, alert_id: Id) -> Response:
    service.store.alerts.remove(service.alert(alert_id).id)
    return Response(status_code=204)


@router.get(
    "/api/v1/alerts/{id}/notices",
    responses={**responses(NoticesBody), **_MISSING},
    summary="Its messages",
)
def notices(request: Request, service: Service, alert_id: Id, may_write: MayWrite) -> Response:
    newest = service.store.notices.of_alert(service.alert(alert_id).id)
    bodies = [notice_body(notice) for notice in newest]
    return json_reply(request, {"notices": _shown(bodies, may_write)})


@router.post(
    "/api/v1/alerts/{id}/pause",
    responses={**responses(AlertBody), **_MISSING},
    summary="Pause an alert",
)
def pause(request: Request, context: Context, service: Service, alert_id: Id) -> Response:
    service.store.alerts.pause(service.alert(alert_id).id, context.now())
    return json_reply(request, _alert(service, service.alert(alert_id)))


@router.post(
    "/api/v1/alerts/{id}/resume",
    responses={**responses(AlertBody), **_MISSING},
    summary="Resume an alert",
)
def resume(request: Request, context: Context, service: Service, alert_id: Id) -> Response:
    return json_reply(request, _alert(service, service.resume(alert_id, context.now())))


@router.get(
    "/feeds/{token}.atom",
    response_class=Response,
    responses={**streams("application/atom+xml"), **_MISSING},
    summary="A saved search as an Atom feed",
)
def saved_feed(
    request: Request,
    context: Context,
    service: Service,
    token: FeedToken,
    limit: Annotated[int, Query(ge=1, le=500)] = FEED_ENTRIES,
) -> Response:
    saved = service.store.saved.of_feed(token)
    if saved is None:
        raise HTTPException(404, "There is no feed here.")
    search = replace(search_for(saved, context.now(), context.names), limit=limit)
    if not saved.query.get("sort"):
        search = replace(search, sort="seen")
    reply = answer(context.backend, search, context.language(request))
    home = search_page(request, query_pairs({**saved.query, "sort": search.sort}))
    content = feed(reply["articles"], saved.name, str(request.url), home)
    return tagged(request, content, "application/atom+xml; charset=utf-8")


def query_pairs(query: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The parameters of a saved search, as an address spells them."""
    pairs = []
    for name, value in query.items():
        values = value if isinstance(value, list) else [value]
        pairs += [(name, str(single)) for single in values]
    return pairs


def _shown(bodies: list[dict[str, Any]], may_write: bool) -> list[dict[str, Any]]:
    """The bodies as this reader may see them: who may change them sees all."""
    if may_write:
        return bodies
    return [without_secrets(body) for body in bodies]


def _saved(request: Request, service: AlertService, search_id: str) -> dict[str, Any]:
    [body] = saved_bodies(service.store, [service.saved_search(search_id)], _home(request))
    return body


def _alert(service: AlertService, alert: Alert) -> dict[str, Any]:
    [body] = alert_bodies(service.store, [alert])
    return body


def _home(request: Request) -> str:
    return str(request.base_url).rstrip("/")

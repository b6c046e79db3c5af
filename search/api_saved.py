"""The JSON API of saved searches and alerts, and the feed of each saved search."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.responses import Response

from crawler.store import Alert, Notice, SavedSearch, Store
from indexer.backend import Backend, Unavailable
from search.alerts.dry_run import Planned
from search.alerts.finding import asked
from search.alerts.keeping import Keeping, Search, Wish
from search.ask import MatchParams, answer
from search.desk import AtDesk
from search.errors import ErrorBody
from search.feeds import feed
from search.replies import REFUSALS, json_reply, responses, streams, tagged

ENTRIES = 100
SHOWN = 200
"""Articles of a dry run that are named; all are counted."""

router = APIRouter()
Id = Annotated[str, Path(min_length=1, max_length=64)]


class AlertBody(BaseModel):
    """An alert: `due_at` is when its next digest is made or its next bucket judged, `trouble` why its search can't be
    asked, `last_error` why what it last tried to send has not arrived."""

    id: str
    search: str
    kind: str
    channel: str
    target: str
    timing: str
    hour: str
    tz: str
    language: str
    on_change: bool
    floor: int
    due_at: datetime | None
    paused_at: datetime | None
    trouble: str | None
    created_at: datetime
    last_sent: datetime | None
    last_error: str | None


class SavedBody(BaseModel):
    """A saved search; who knows the address of its `feed` can read it."""

    id: str
    name: str
    query: dict[str, Any]
    note: str
    feed: str
    created_at: datetime
    updated_at: datetime
    alerts: list[AlertBody]


class SavedListBody(BaseModel):
    """The saved searches, by name."""

    saved: list[SavedBody]


class AlertListBody(BaseModel):
    """The alerts, the oldest first."""

    alerts: list[AlertBody]


class NoticeBody(BaseModel):
    """A message: `state` is waiting, sent, failed or dropped."""

    id: str
    state: str
    articles: int
    created_at: datetime
    tries: int
    reason: str | None
    sent_at: datetime | None


class NoticesBody(BaseModel):
    """The newest messages of an alert."""

    notices: list[NoticeBody]


class ShownBody(BaseModel):
    """An article that would have been told."""

    id: str
    title: str
    source: str | None


class PlannedBody(BaseModel):
    """A message that would have been sent; the first articles are named."""

    at: datetime
    total: int
    volume: dict[str, Any] | None
    articles: list[ShownBody]


class DryRunBody(BaseModel):
    """What an alert would have sent in the last 31 days."""

    messages: int
    articles: int
    planned: list[PlannedBody]


class DryRun(BaseModel):
    """A search and an alert to try; neither is kept, and nothing is sent."""

    model_config = ConfigDict(extra="forbid")
    query: MatchParams
    alert: Wish


def _keeping(desk: AtDesk) -> Keeping:
    if desk.keeping is None:
        raise Unavailable("There is no store here: saved searches need one.")
    return desk.keeping


Kept = Annotated[Keeping, Depends(_keeping)]
_MISSING: dict[int | str, dict[str, Any]] = {404: {"model": ErrorBody}}
_GONE: dict[int | str, dict[str, Any]] = {204: {"description": "It is done."}, **REFUSALS, **_MISSING}


@router.get("/api/v1/saved", responses=responses(SavedListBody), summary="The saved searches")
def saved_searches(request: Request, kept: Kept) -> Response:
    home = _home(request)
    listed = [saved_body(kept.store, one, home) for one in kept.store.saved.all()]
    return json_reply(request, {"saved": listed})


@router.post(
    "/api/v1/saved", responses={201: {"model": SavedBody}, **REFUSALS}, status_code=201, summary="Save a search"
)
def save(request: Request, desk: AtDesk, kept: Kept, wanted: Search) -> Any:
    return saved_body(kept.store, kept.save(wanted, desk.now()), _home(request))


@router.get("/api/v1/saved/{id}", responses={**responses(SavedBody), **_MISSING}, summary="A saved search")
def saved_search(request: Request, kept: Kept, id: Id) -> Response:
    return json_reply(request, _saved(request, kept, id))


@router.put("/api/v1/saved/{id}", responses={**responses(SavedBody), **_MISSING}, summary="Change a saved search")
def change(request: Request, desk: AtDesk, kept: Kept, id: Id, wanted: Search) -> Response:
    kept.change(id, wanted, desk.now())
    return json_reply(request, _saved(request, kept, id))


@router.delete("/api/v1/saved/{id}", responses=_GONE, status_code=204, summary="Forget a saved search with its alerts")
def forget(kept: Kept, id: Id) -> Response:
    kept.store.saved.remove(kept.search(id).id)
    return Response(status_code=204)


@router.post(
    "/api/v1/saved/{id}/alerts",
    responses={201: {"model": AlertBody}, **REFUSALS, **_MISSING},
    status_code=201,
    summary="Alert on a saved search",
)
def tell(desk: AtDesk, kept: Kept, id: Id, wish: Wish) -> Any:
    return alert_body(kept.store, kept.tell(id, wish, desk.now()))


@router.get("/api/v1/alerts", responses=responses(AlertListBody), summary="The alerts")
def alerts(request: Request, kept: Kept) -> Response:
    return json_reply(request, {"alerts": [alert_body(kept.store, alert) for alert in kept.store.alerts.all()]})


@router.post("/api/v1/alerts/dry-run", responses=responses(DryRunBody), summary="What an alert would have sent")
def dry_run(request: Request, desk: AtDesk, kept: Kept, wanted: DryRun) -> Response:
    plan = kept.would_send(desk.backend, wanted.query, wanted.alert, desk.now())
    return json_reply(request, planned_body(desk.backend, plan))


@router.get("/api/v1/alerts/{id}", responses={**responses(AlertBody), **_MISSING}, summary="An alert")
def alert(request: Request, kept: Kept, id: Id) -> Response:
    return json_reply(request, alert_body(kept.store, kept.alert(id)))


@router.delete("/api/v1/alerts/{id}", responses=_GONE, status_code=204, summary="Forget an alert")
def forget_alert(kept: Kept, id: Id) -> Response:
    kept.store.alerts.remove(kept.alert(id).id)
    return Response(status_code=204)


@router.get("/api/v1/alerts/{id}/notices", responses={**responses(NoticesBody), **_MISSING}, summary="Its messages")
def notices(request: Request, kept: Kept, id: Id) -> Response:
    listed = kept.store.notices.of_alert(kept.alert(id).id)
    return json_reply(request, {"notices": [_notice_body(notice) for notice in listed]})


@router.post("/api/v1/alerts/{id}/pause", responses={**responses(AlertBody), **_MISSING}, summary="Pause an alert")
def pause(request: Request, desk: AtDesk, kept: Kept, id: Id) -> Response:
    kept.store.alerts.pause(kept.alert(id).id, desk.now())
    return json_reply(request, alert_body(kept.store, kept.alert(id)))


@router.post("/api/v1/alerts/{id}/resume", responses={**responses(AlertBody), **_MISSING}, summary="Let it go on")
def resume(request: Request, desk: AtDesk, kept: Kept, id: Id) -> Response:
    return json_reply(request, alert_body(kept.store, kept.resume(id, desk.now())))


@router.get(
    "/feeds/{token}.atom",
    response_class=Response,
    responses={**streams("application/atom+xml"), **_MISSING},
    summary="A saved search as an Atom feed",
)
def saved_feed(
    request: Request,
    desk: AtDesk,
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


def saved_body(store: Store, saved: SavedSearch, home: str) -> dict[str, Any]:
    """A saved search as JSON values; `home` is where its feed stands."""
    return {
        "id": saved.id,
        "name": saved.name,
        "query": saved.query,
        "note": saved.note,
        "feed": f"{home}/feeds/{saved.feed_token}.atom",
        "created_at": saved.created_at.isoformat(),
        "updated_at": saved.updated_at.isoformat(),
        "alerts": [alert_body(store, alert) for alert in store.alerts.all(saved.id)],
    }


def alert_body(store: Store, alert: Alert) -> dict[str, Any]:
    """An alert as JSON values, with what became of its messages."""
    values: Mapping[str, Any] = {name: getattr(alert, name) for name in AlertBody.model_fields if hasattr(alert, name)}
    sent = store.notices.of_alert(alert.id)
    last = max((notice.sent_at for notice in sent if notice.sent_at), default=None)
    error = alert.failure or next((notice.reason for notice in sent if notice.reason), None)
    told = {"last_sent": last, "last_error": error}
    return {name: _plain(value) for name, value in {**values, **told}.items()}


def planned_body(backend: Backend, plan: Sequence[Planned]) -> dict[str, Any]:
    """A dry run as JSON values."""
    ids = [id for one in plan for id in one.articles][:SHOWN]
    known = backend.get(ids)
    return {
        "messages": len(plan),
        "articles": sum(_total(one) for one in plan),
        "planned": [
            {
                "at": one.at.isoformat(),
                "total": _total(one),
                "volume": one.details and {k: v for k, v in one.details.items() if k != "articles"},
                "articles": [
                    {"id": id, "title": known[id]["title"], "source": known[id].get("source")}
                    for id in one.articles
                    if id in known
                ],
            }
            for one in plan
        ],
    }


def _saved(request: Request, kept: Keeping, id: str) -> dict[str, Any]:
    return saved_body(kept.store, kept.search(id), _home(request))


def _home(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _notice_body(notice: Notice) -> dict[str, Any]:
    return {name: _plain(getattr(notice, name)) for name in NoticeBody.model_fields}


def _total(one: Planned) -> int:
    return int(one.details["count"]) if one.details else len(one.articles)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value

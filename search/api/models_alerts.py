"""The shapes of the API's answers about saved searches and alerts, and what is kept, said in them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from crawler.store import Alert, DeliveryStatus, Notice, SavedSearch, Store
from indexer.backend import Backend
from search.alerts.dry_run import PlannedNotice
from search.alerts.service import AlertDraft
from search.query.request import MatchParams

SHOWN = 200
"""Articles of a dry run that are named; all are counted."""
NAMED = 1_000
"""Alerts that are named in a question to the store; of more, all are asked for."""


class AlertBody(BaseModel):
    """An alert: `due_at` is when its next digest is made or its next bucket judged, `trouble` why
    its search can't be asked, `last_error` why what it last tried to send has not arrived.
    """

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
    alert: AlertDraft


def saved_bodies(store: Store, searches: Sequence[SavedSearch], home: str) -> list[dict[str, Any]]:
    """Saved searches with their alerts as JSON values; `home` is where their feeds stand. The store
    is asked as often for one as for all.
    """
    searched_for = searches[0].id if len(searches) == 1 else None
    alerts_of: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for body in alert_bodies(store, store.alerts.all(searched_for)):
        alerts_of[body["search"]].append(body)
    return [
        {
            "id": saved.id,
            "name": saved.name,
            "query": saved.query,
            "note": saved.note,
            "feed": f"{home}/feeds/{saved.feed_token}.atom",
            "created_at": saved.created_at.isoformat(),
            "updated_at": saved.updated_at.isoformat(),
            "alerts": alerts_of[saved.id],
        }
        for saved in searches
    ]


def alert_bodies(store: Store, alerts: Sequence[Alert]) -> list[dict[str, Any]]:
    """Alerts as JSON values, with what became of their messages: one question to the store for all."""
    only = [alert.id for alert in alerts] if len(alerts) <= NAMED else None
    statuses = store.notices.delivery_status(only)
    return [_alert_body(alert, statuses.get(alert.id, DeliveryStatus())) for alert in alerts]


def _alert_body(alert: Alert, status: DeliveryStatus) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: getattr(alert, name) for name in AlertBody.model_fields if hasattr(alert, name)
    }
    values["last_sent"] = status.last_sent
    values["last_error"] = alert.failure or status.last_error
    return {name: _plain(value) for name, value in values.items()}


def planned_body(backend: Backend, plan: Sequence[PlannedNotice]) -> dict[str, Any]:
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


def notice_body(notice: Notice) -> dict[str, Any]:
    """A message as JSON values."""
    return {name: _plain(getattr(notice, name)) for name in NoticeBody.model_fields}


def _total(one: PlannedNotice) -> int:
    return int(one.details["count"]) if one.details else len(one.articles)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value

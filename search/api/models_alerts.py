"""The shapes of the API's answers about saved searches and alerts, and what is stored in them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from crawler.store import Alert, DeliveryStatus, Notice, SavedSearch, Store
from indexer.backend import Backend, Document
from search.alerts.dry_run import PlannedNotice
from search.alerts.service import AlertDraft
from search.query.request import MatchParams

_SECRETS = frozenset(("target", "feed", "last_error", "reason"))
"""What names a recipient, or is the key of a feed; errors quote the addresses they came from."""
SHOWN = 200
"""Articles of a dry run that are named; all are counted."""
NAMED = 1_000
"""Alerts or searches that are named in a question to the store; of more, all are asked for."""


class AlertBody(BaseModel):
    """An alert: `due_at` is when its next digest is made or its next bucket judged, `trouble` why
    its search can't be asked, `last_error` why what it last tried to send has not arrived. Where it
    is sent, and what was answered there, are null for who may only read.
    """

    id: str
    search: str
    kind: str
    channel: str
    target: str | None
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
    """A saved search; who knows the address of its `feed` can read it, and who may only read is
    not told it.
    """

    id: str
    name: str
    query: dict[str, Any]
    note: str
    feed: str | None
    created_at: datetime
    updated_at: datetime
    alerts: list[AlertBody]


class SavedListBody(BaseModel):
    """Saved searches, by name; `cursor` asks for the next ones, null at the end."""

    saved: list[SavedBody]
    cursor: str | None


class AlertListBody(BaseModel):
    """Alerts, the oldest first; `cursor` asks for the next ones, null at the end."""

    alerts: list[AlertBody]
    cursor: str | None


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
    search_ids = [saved.id for saved in searches]
    some = store.alerts.of_searches(search_ids) if len(searches) <= NAMED else store.alerts.all()
    alerts = alerts_by_search(store, some)
    return [_saved_body(saved, alerts[saved.id], home) for saved in searches]


def alerts_by_search(
    store: Store, alerts: Sequence[Alert]
) -> defaultdict[str, list[dict[str, Any]]]:
    """Alerts as JSON values, by the id of their saved search."""
    bodies: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for body in alert_bodies(store, alerts):
        bodies[body["search"]].append(body)
    return bodies


def alert_bodies(store: Store, alerts: Sequence[Alert]) -> list[dict[str, Any]]:
    """Alerts as JSON values, with what became of their messages: one question to the store for
    all.
    """
    alert_ids = [alert.id for alert in alerts]
    statuses = store.notices.delivery_status(alert_ids if len(alerts) <= NAMED else None)
    return [_alert_body(alert, statuses.get(alert.id, DeliveryStatus())) for alert in alerts]


def without_secrets(body: Mapping[str, Any]) -> dict[str, Any]:
    """A saved search, an alert or a message as who may only read is told of it."""
    shown = dict(body)
    for name in _SECRETS.intersection(body):
        shown[name] = None
    if "alerts" in shown:
        shown["alerts"] = [without_secrets(alert) for alert in body["alerts"]]
    return shown


def planned_body(backend: Backend, plan: Sequence[PlannedNotice]) -> dict[str, Any]:
    """A dry run as JSON values."""
    article_ids: list[str] = []
    for notice in plan:
        article_ids += notice.articles
    documents = backend.get(article_ids[:SHOWN])
    total = sum(_total(notice) for notice in plan)
    return {
        "messages": len(plan),
        "articles": total,
        "planned": [_planned_notice_body(notice, documents) for notice in plan],
    }


def notice_body(notice: Notice) -> dict[str, Any]:
    """A message as JSON values."""
    return {name: _plain(getattr(notice, name)) for name in NoticeBody.model_fields}


def _saved_body(saved: SavedSearch, alerts: list[dict[str, Any]], home: str) -> dict[str, Any]:
    return {
        "id": saved.id,
        "name": saved.name,
        "query": saved.query,
        "note": saved.note,
        "feed": f"{home}/feeds/{saved.feed_token}.atom",
        "created_at": saved.created_at.isoformat(),
        "updated_at": saved.updated_at.isoformat(),
        "alerts": alerts,
    }


def _alert_body(alert: Alert, status: DeliveryStatus) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: getattr(alert, name) for name in AlertBody.model_fields if hasattr(alert, name)
    }
    values["last_sent"] = status.last_sent
    values["last_error"] = alert.failure or status.last_error
    return {name: _plain(value) for name, value in values.items()}


def _planned_notice_body(
    notice: PlannedNotice, documents: Mapping[str, Document]
) -> dict[str, Any]:
    volume = notice.details if notice.details and "usual" in notice.details else None
    if volume:
        volume = {name: value for name, value in volume.items() if name != "articles"}
    articles = []
    for article_id in notice.articles:
        document = documents.get(article_id)
        if document is not None:
            source = document.get("source")
            articles.append({"id": article_id, "title": document["title"], "source": source})
    return {
        "at": notice.at.isoformat(),
        "total": _total(notice),
        "volume": volume,
        "articles": articles,
    }


def _total(notice: PlannedNotice) -> int:
    return int(notice.details["count"]) if notice.details else len(notice.articles)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value

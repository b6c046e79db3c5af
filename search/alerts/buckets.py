"""Volume alerts: each bucket is judged once, when it is over, against its own history."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Literal
from uuid import uuid4
from zoneinfo import ZoneInfo

from crawler.store import Alert, Bundle, Store
from indexer.backend import Backend
from indexer.query import And, Published, Search
from search.alerts.bundles import MOST
from search.alerts.finding import asked
from search.alerts.timing import bucket_of, next_due
from search.alerts.volume import WEEKS, history, unusual
from search.ask import ParameterError
from search.parse import QueryError

log = logging.getLogger(__name__)

STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
LATEST = timedelta(days=2)
"""Buckets that are over for longer, because nothing ran, are passed over: they are no news any more."""
_FINE = {"hour": ("second", "minute", "hour"), "day": ("second", "minute", "hour", "day")}


def judge_all(store: Store, backend: Backend, now: datetime) -> int:
    """Judge every bucket that is over; returns how many were unusual. Raises `Unavailable`."""
    return sum(
        _judged(store, backend, alert, now)
        for alert in store.alerts.all()
        if alert.kind == "volume" and not alert.paused_at
    )


def judged(backend: Backend, search: Search, alert: Alert, due: datetime) -> dict[str, Any] | None:
    """What is unusual about the bucket that an alert judges at `due`, with the articles that made it; None if nothing.

    Counts are those of the timeline without dates that are coarser than a bucket. Raises `QueryError`.
    """
    start, end = bucket_of(alert, due)
    step: Literal["hour", "day"] = "hour" if alert.timing == "hour" else "day"
    within = replace(search, tree=And((search.tree, Published(start - timedelta(weeks=WEEKS), end))), limit=1)
    found = backend.timeline(within, step, alert.tz)
    counts = {_moment(bucket.date, alert.tz): bucket.count - bucket.coarse for bucket in found.buckets if bucket.count}
    past = history(counts, start, STEPS[step], alert.tz)
    verdict = unusual(counts.get(start, 0), past, alert.floor)
    if verdict is None:
        return None
    bucket = replace(search, tree=And((search.tree, Published(start, end))), sort="newest")
    fine = (one for one in backend.scan(bucket) if one.get("published_precision") in (None, *_FINE[step]))
    articles = [str(article["id"]) for article in islice(fine, MOST)]
    told = {"count": verdict.count, "usual": verdict.usual, "spread": round(verdict.spread, 2)}
    return {"start": start.isoformat(), "end": end.isoformat(), **told, "articles": articles}


def _judged(store: Store, backend: Backend, alert: Alert, now: datetime) -> int:
    due, made = alert.due_at, 0
    saved = store.saved.find(alert.search)
    if due is None or due > now or saved is None:
        return 0
    try:
        search = asked(saved, now)
        while due is not None and due <= now:
            unusual = judged(backend, search, alert, due) if now - due < LATEST else None
            onward = next_due(alert, due)
            bundles: list[Bundle] = [(uuid4().hex, (), unusual)] if unusual else []
            if not store.notices.make(alert.id, bundles, now, (due, onward)):
                return made
            made, due = made + len(bundles), onward
    except (QueryError, ParameterError) as error:
        store.alerts.troubled(alert.id, str(error))
        return made
    if alert.trouble:
        store.alerts.troubled(alert.id, None)
    return made


def _moment(label: str, tz: str) -> datetime:
    moment = datetime.fromisoformat(label)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(tz))

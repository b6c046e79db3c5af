"""Volume alerts: each bucket is judged once, when it is over, against its own history."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import uuid4

from crawler.monitor.coverage import Coverage
from crawler.sources import Source
from crawler.store import Alert, NoticeDraft, Store
from indexer.backend import Backend
from search.alerts.baseline import BaselineReader
from search.alerts.batching import MOST
from search.alerts.matching import search_for
from search.alerts.schedule import bucket_of, next_due
from search.alerts.volume import Baseline, comparable_counts, find_anomaly
from search.parse import QueryError
from search.query.names import KnownNames
from search.query.request import ParameterError

LATEST = timedelta(days=2)
"""Buckets that are over for longer, because nothing ran, are passed over: they are no news any
more.
"""
_FINE_PRECISIONS = {
    "hour": (None, "second", "minute", "hour"),
    "day": (None, "second", "minute", "hour", "day"),
}
"""By length of a bucket: how precise the date of an article must be to belong to one bucket."""


def judge_all(store: Store, backend: Backend, listed: Sequence[Source], now: datetime) -> int:
    """Judge every bucket that is over, with the sources that the sources file lists; returns how
    many were unusual. Raises `IndexUnavailable`.
    """
    coverage = Coverage(store, listed, now)
    count = 0
    for alert in store.alerts.all():
        if alert.kind == "volume" and not alert.paused_at:
            count += _judge_alert(backend, coverage, alert)
    return count


def judge_bucket(
    reader: BaselineReader, due: datetime, baseline: Baseline | None = None
) -> dict[str, Any] | None:
    """What is unusual about the bucket that an alert judges at `due`, with the articles that made
    it; None if nothing.

    Counts are those of the timeline without dates that are coarser than a bucket. A `baseline` that
    was read already is not read again. Raises `QueryError`.
    """
    alert = reader.alert
    start, end = bucket_of(alert, due)
    baseline = baseline or reader.read(start, end)
    watched = baseline.watched.get(start, 0.0)
    history = comparable_counts(baseline, start, alert.tz)
    anomaly = find_anomaly(baseline.counts.get(start, 0), history, alert.floor, watched)
    if anomaly is None:
        return None
    return {
        "start": start.isoformat(),
        "end": end.isoformat(),
        "count": anomaly.count,
        "usual": anomaly.usual,
        "spread": round(anomaly.spread, 2),
        "watched": round(watched, 4),
        "articles": _articles(reader, start, end),
    }


def _articles(reader: BaselineReader, start: datetime, end: datetime) -> list[str]:
    """The newest articles of a bucket whose dates are precise enough to belong to it."""
    fine = _FINE_PRECISIONS[reader.step]
    matches = reader.backend.scan(replace(reader.in_period(start, end), sort="newest"))
    article_ids = (
        str(article["id"]) for article in matches if article.get("published_precision") in fine
    )
    return list(islice(article_ids, MOST))


def _judge_alert(backend: Backend, coverage: Coverage, alert: Alert) -> int:
    """Judge the buckets of one alert that are over; returns how many were unusual."""
    store = coverage.store
    saved = store.saved.find(alert.search)
    if alert.due_at is None or alert.due_at > coverage.now or saved is None:
        return 0
    count = 0
    try:
        names = KnownNames(
            backend, coverage.listed, store.saved.all, coverage.now, store.addresses.current
        )
        search = search_for(saved, coverage.now, names)
        reader = BaselineReader(backend, coverage, search, alert)
        due: datetime | None = alert.due_at
        while due is not None and due <= coverage.now:
            notices = _judge_due(reader, due)
            if notices is None:
                return count  # another process judges this alert
            count += notices
            due = next_due(alert, due)
    except (QueryError, ParameterError) as error:
        store.alerts.set_trouble(alert.id, str(error))
        return count
    if alert.trouble:
        store.alerts.set_trouble(alert.id, None)
    return count


def _judge_due(reader: BaselineReader, due: datetime) -> int | None:
    """Judge the bucket that is due and make its notice; returns how many notices were made, None
    where another process judged it before.
    """
    alert = reader.alert
    now = reader.coverage.now
    details = judge_bucket(reader, due) if now - due < LATEST else None
    drafts = [NoticeDraft(uuid4().hex, (), details)] if details else []
    store = reader.coverage.store
    is_made = store.notices.make(alert.id, drafts, now, (due, next_due(alert, due)))
    return len(drafts) if is_made else None

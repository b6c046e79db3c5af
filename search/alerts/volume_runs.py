"""Volume alerts: each bucket is judged once, when it is over, against its own history."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import uuid4

from crawler.monitor.coverage import Coverage
from crawler.sources import Source
from crawler.store import Alert, Bundle, Store
from indexer.backend import Backend
from search.alerts.baseline import BaselineReader
from search.alerts.batching import MOST
from search.alerts.matching import asked
from search.alerts.schedule import bucket_of, next_due
from search.alerts.volume import Baseline, history, unusual
from search.parse import QueryError
from search.query.request import ParameterError

LATEST = timedelta(days=2)
"""Buckets that are over for longer, because nothing ran, are passed over: they are no news any
more.
"""
_FINE = {
    "hour": (None, "second", "minute", "hour"),
    "day": (None, "second", "minute", "hour", "day"),
}


def judge_all(store: Store, backend: Backend, listed: Sequence[Source], now: datetime) -> int:
    """Judge every bucket that is over, with the sources that the sources file lists; returns how
    many were unusual. Raises `Unavailable`.
    """
    coverage = Coverage(store, listed, now)
    return sum(
        _judged(backend, coverage, alert)
        for alert in store.alerts.all()
        if alert.kind == "volume" and not alert.paused_at
    )


def judged(
    looking: BaselineReader, due: datetime, past: Baseline | None = None
) -> dict[str, Any] | None:
    """What is unusual about the bucket that an alert judges at `due`, with the articles that made
    it; None if nothing.

    Counts are those of the timeline without dates that are coarser than a bucket. A `past` that is
    known already is not asked for. Raises `QueryError`.
    """
    start, end = bucket_of(looking.alert, due)
    past = past or looking.past(start, end)
    count, watched = past.counts.get(start, 0), past.watched.get(start, 0.0)
    verdict = unusual(count, history(past, start, looking.alert.tz), looking.alert.floor, watched)
    if verdict is None:
        return None
    matches = looking.backend.scan(replace(looking.within(start, end), sort="newest"))
    fine = (
        str(one["id"]) for one in matches if one.get("published_precision") in _FINE[looking.step]
    )
    told = {"count": verdict.count, "usual": verdict.usual, "spread": round(verdict.spread, 2)}
    told["watched"] = round(watched, 4)
    return {
        "start": start.isoformat(),
        "end": end.isoformat(),
        **told,
        "articles": list(islice(fine, MOST)),
    }


def _judged(backend: Backend, coverage: Coverage, alert: Alert) -> int:
    store, now, due, made = coverage.store, coverage.now, alert.due_at, 0
    saved = store.saved.find(alert.search)
    if due is None or due > now or saved is None:
        return 0
    try:
        looking = BaselineReader(backend, coverage, asked(saved, now), alert)
        while due is not None and due <= now:
            unusual = judged(looking, due) if now - due < LATEST else None
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

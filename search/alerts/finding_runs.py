"""Alerts on findings: what was opened and closed at the sources of a saved search becomes notices,
each event in exactly one of an alert.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from crawler.coverage import CoverageStretch
from crawler.health import Finding, FindingEvent
from crawler.monitor.coverage import Coverage
from crawler.sources import Source
from crawler.store import Alert, NoticeDraft, SavedSearch, Store
from indexer.backend import Backend
from indexer.query import Search
from search.alerts.batching import chunks
from search.alerts.matching import search_for
from search.alerts.schedule import last_due, next_due
from search.parse import QueryError
from search.query.names import KnownNames
from search.query.request import ParameterError
from search.sources.scope import sources_of

UNWATCHED_OF = timedelta(days=1)
"""The last time of which a notice counts what was not watched."""
_WHOLE = 0.999
"""The share of a time from which on it counts as watched."""


class _Overtaken(Exception):
    """Another process has made these notices, or the alert was paused: nothing is kept."""


def make_finding_notices(
    store: Store, backend: Backend, listed: Sequence[Source], now: datetime
) -> int:
    """Make the notices of alerts on findings that are due; returns how many."""
    running = [
        alert for alert in store.alerts.all() if alert.kind == "findings" and not alert.paused_at
    ]
    if not running:
        return 0
    coverage = Coverage(store, listed, now)
    newest = store.findings.newest()
    return sum(_make_notices(coverage, backend, alert, newest) for alert in running)


def scope_of(search: Search, listed: Sequence[Source]) -> set[str]:
    """The ids of the listed sources that a search is of: by its sources and collections, and by
    their country.
    """
    countries = search.filters.get("country", ())
    ids = set(sources_of(search, listed))
    return {
        source.id
        for source in listed
        if source.id in ids and (not countries or source.country in countries)
    }


def finding_details(
    coverage: Coverage, scope: Iterable[str], events: Sequence[FindingEvent]
) -> dict[str, Any]:
    """What a notice says of these events, without words of a language; with how much of the
    sources in its scope was not watched lately.
    """
    return {
        "count": len(events),
        "opened": _rows_of("opened", events),
        "closed": _rows_of("closed", events),
        "unwatched": unwatched(coverage, sorted(scope)),
    }


def unwatched(coverage: Coverage, sources: Sequence[str]) -> dict[str, Any]:
    """How many of the sources were not watched the whole last day, and how many hours of them are
    missing in all.
    """
    since = coverage.now - UNWATCHED_OF
    pieces = coverage.pieces(sources, since, coverage.now)
    lost = [_lost_hours(stretches) for stretches in pieces.values()]
    least = (1 - _WHOLE) * (UNWATCHED_OF / timedelta(hours=1))
    return {
        "sources": sum(hours > least for hours in lost),
        "of": len(sources),
        "hours": round(sum(lost), 1),
        "since": since.isoformat(),
    }


def finding_of(row: Mapping[str, Any]) -> Finding:
    """The finding of an event, as the details of a notice hold it."""
    return Finding(
        row["problem"],
        row["level"],
        datetime.fromisoformat(row["since"]),
        tuple(row["codes"]),
        row["advice"],
        row["figures"],
    )


def _make_notices(coverage: Coverage, backend: Backend, alert: Alert, newest: int) -> int:
    """Make the notices of one alert, and move its cursor with them; returns how many."""
    store = coverage.store
    due = last_due(alert, coverage.now)
    waits = due is None and (alert.timing != "at-once" or alert.cursor >= newest)
    saved = store.saved.find(alert.search)
    if waits or saved is None:
        return 0
    search = _search(coverage, backend, alert, saved)
    if search is None:
        return 0
    scope = scope_of(search, coverage.listed)
    looked_at = store.findings.events(alert.cursor, until=due)
    end = looked_at[-1].seq if looked_at else alert.cursor
    drafts = _drafts(coverage, scope, [one for one in looked_at if one.source in scope])
    return _keep(coverage, alert, drafts, (end, next_due(alert, due or coverage.now)))


def _search(
    coverage: Coverage, backend: Backend, alert: Alert, saved: SavedSearch
) -> Search | None:
    """What the alert's saved search asks for; None, and its trouble noted, where it can't be."""
    store = coverage.store
    names = KnownNames(
        backend, coverage.listed, store.saved.all, coverage.now, store.addresses.current
    )
    try:
        search = search_for(saved, coverage.now, names)
    except (QueryError, ParameterError) as error:
        store.alerts.set_trouble(alert.id, str(error))
        return None
    if alert.trouble:
        store.alerts.set_trouble(alert.id, None)
    return search


def _drafts(
    coverage: Coverage, scope: set[str], events: Sequence[FindingEvent]
) -> list[NoticeDraft]:
    # Notices of one moment are sent in the order of their ids.
    batches = chunks(events)
    notice_ids = sorted(uuid4().hex for _ in batches)
    return [
        NoticeDraft(notice_id, (), finding_details(coverage, scope, batch))
        for notice_id, batch in zip(notice_ids, batches, strict=True)
    ]


def _keep(
    coverage: Coverage,
    alert: Alert,
    drafts: Sequence[NoticeDraft],
    after: tuple[int, datetime | None],
) -> int:
    """Make the notices, with the cursor and the due time behind them, in one transaction: an event
    is told by what has moved the cursor over it, and by nothing else.
    """
    cursor, due_at = after
    store = coverage.store
    due = (alert.due_at, due_at)
    with suppress(_Overtaken), store.together():
        is_ours = store.alerts.move_cursor(alert.id, alert.cursor, cursor)
        if not (is_ours and store.notices.make(alert.id, drafts, coverage.now, due)):
            raise _Overtaken
        return len(drafts)
    return 0


def _rows_of(state: str, events: Sequence[FindingEvent]) -> list[dict[str, Any]]:
    return [_event_row(one) for one in events if one.state == state]


def _event_row(event: FindingEvent) -> dict[str, Any]:
    finding = event.finding
    return {
        "source": event.source,
        "at": event.at.isoformat(),
        "problem": finding.problem,
        "level": finding.level,
        "since": finding.since.isoformat(),
        "codes": list(finding.codes),
        "advice": finding.advice,
        "figures": dict(finding.figures),
    }


def _lost_hours(stretches: Sequence[CoverageStretch]) -> float:
    hour = timedelta(hours=1)
    return sum((1 - one.share) * ((one.end - one.start) / hour) for one in stretches)

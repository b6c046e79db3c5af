"""What an alert would have sent: the same decisions, over what became searchable in a period."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from crawler.health import FindingEvent
from crawler.monitor.coverage import Coverage
from crawler.store import Alert, FirstIndexed, Store
from indexer.backend import Backend
from indexer.query import Search
from search.alerts.baseline import BaselineReader
from search.alerts.batching import chunks
from search.alerts.eligibility import select_news
from search.alerts.finding_runs import finding_details, scope_of
from search.alerts.headlines import changed_headlines
from search.alerts.matching import BATCH
from search.alerts.schedule import bucket_of, next_due
from search.alerts.volume_runs import judge_bucket

MOST_BUCKETS = 31 * 24 + 1
"""Buckets that are judged at most: every hour of the longest month."""


@dataclass(frozen=True, slots=True)
class PlannedNotice:
    """A notice that would have been made at `at`, with the ids of its articles; `details` of a
    volume or of findings.
    """

    at: datetime
    articles: list[str]
    details: dict[str, Any] | None = None


def dry_run(
    coverage: Coverage,
    backend: Backend,
    search: Search,
    alert: Alert,
    period: tuple[datetime, datetime],
) -> list[PlannedNotice]:
    """The notices of an alert that had begun at the start of the period [start, end), up to its
    end, in order; `coverage` tells what was watched.

    An alert at once tells of what became searchable at one moment together. Raises `QueryError` and
    `IndexUnavailable`.
    """
    if alert.kind == "findings":
        return _finding_notices(coverage, scope_of(search, coverage.listed), alert, period)
    if alert.kind == "volume":
        reader = BaselineReader(backend, coverage, search, alert)
        return list(_volume_notices(reader, *period))
    return _match_notices(coverage.store, backend, search, alert, period)


def _news(
    store: Store, alert: Alert, rows: Sequence[FirstIndexed], matched: Collection[str]
) -> list[FirstIndexed]:
    """What of the rows is news to an alert that begins with them."""
    if alert.kind == "headlines":
        return changed_headlines(store, rows, matched)
    begins = rows[0].seq - 1 if rows else 0
    return select_news(rows, matched, (), begins, on_change=alert.on_change)


def _rows(store: Store, start: datetime, end: datetime) -> Iterator[FirstIndexed]:
    last = 0
    while rows := store.firsts.between(start, end, last, BATCH):
        yield from rows
        last = rows[-1].seq


def _volume_notices(
    reader: BaselineReader, start: datetime, end: datetime
) -> Iterator[PlannedNotice]:
    alert = reader.alert
    due = next_due(alert, start)
    if due is None:
        return
    first_bucket_start, _ = bucket_of(alert, due)
    # Read once for all buckets: each would read the same eight weeks again.
    baseline = reader.read(first_bucket_start, end)
    for _ in range(MOST_BUCKETS):
        if due is None or due > end:
            return
        details = judge_bucket(reader, due, baseline)
        if details:
            yield PlannedNotice(due, details["articles"], details)
        due = next_due(alert, due)


def _finding_notices(
    coverage: Coverage, scope: set[str], alert: Alert, period: tuple[datetime, datetime]
) -> list[PlannedNotice]:
    start, end = period
    logged = coverage.store.findings.events(0, until=end, since=start)
    events = [one for one in logged if one.source in scope]

    def sent_at(one: FindingEvent) -> datetime | None:
        return one.at if alert.timing == "at-once" else next_due(alert, one.at)

    plan = []
    for at, told in groupby(events, key=sent_at):
        if at is not None and at <= end:
            plan += [
                PlannedNotice(at, [], finding_details(coverage, scope, batch))
                for batch in chunks(list(told))
            ]
    return plan


def _match_notices(
    store: Store,
    backend: Backend,
    search: Search,
    alert: Alert,
    period: tuple[datetime, datetime],
) -> list[PlannedNotice]:
    start, end = period
    matched = {str(article["id"]) for article in backend.scan(search)}
    rows = list(_rows(store, start, end))
    news = _news(store, alert, rows, matched)

    def sent_at(row: FirstIndexed) -> datetime | None:
        return row.at if alert.timing == "at-once" else next_due(alert, row.at)

    plan = []
    for at, hits in groupby(news, key=sent_at):
        if at is None or at > end:
            continue
        articles = list(dict.fromkeys(hit.article for hit in hits))
        plan += [PlannedNotice(at, list(batch)) for batch in chunks(articles)]
    return plan

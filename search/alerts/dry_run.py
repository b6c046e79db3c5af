"""What an alert would have sent: the same decisions, over what became searchable in a period."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from crawler.monitor.coverage import Coverage
from crawler.store import Alert, FirstIndexed, Store
from indexer.backend import Backend
from indexer.query import Search
from search.alerts.baseline import BaselineReader
from search.alerts.batching import chunks
from search.alerts.eligibility import news
from search.alerts.matching import BATCH
from search.alerts.schedule import bucket_of, next_due
from search.alerts.volume_runs import judged

MOST_BUCKETS = 31 * 24 + 1


@dataclass(frozen=True, slots=True)
class PlannedNotice:
    """A notice that would have been made at `at`, with the ids of its articles; `details` of a volume."""

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
    end, in order; what was watched is told by the `coverage` of today.

    An alert at once tells of what became searchable at one moment together. Raises `QueryError` and
    `Unavailable`.
    """
    if alert.kind == "volume":
        return list(_buckets(BaselineReader(backend, coverage, search, alert), *period))
    matched = {str(article["id"]) for article in backend.scan(search)}
    rows = list(_rows(coverage.store, *period))
    begins = rows[0].seq - 1 if rows else 0
    found = news(rows, matched, (), begins, on_change=alert.on_change)
    plan = []
    for at, hits in groupby(
        found, key=lambda row: row.at if alert.timing == "at-once" else next_due(alert, row.at)
    ):
        if at is not None and at <= period[1]:
            articles = list(dict.fromkeys(hit.article for hit in hits))
            plan += [PlannedNotice(at, list(some)) for some in chunks(articles)]
    return plan


def _rows(store: Store, start: datetime, end: datetime) -> Iterator[FirstIndexed]:
    after = 0
    while rows := store.firsts.between(start, end, after, BATCH):
        yield from rows
        after = rows[-1].seq


def _buckets(looking: BaselineReader, start: datetime, end: datetime) -> Iterator[PlannedNotice]:
    alert = looking.alert
    due, number = next_due(alert, start), 0
    past = looking.past(bucket_of(alert, due)[0], end) if due else None
    while due is not None and due <= end and number < MOST_BUCKETS:
        if unusual := judged(looking, due, past):
            yield PlannedNotice(due, unusual["articles"], unusual)
        due, number = next_due(alert, due), number + 1

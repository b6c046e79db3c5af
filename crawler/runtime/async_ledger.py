"""Crawls, visits and entry points for coroutines, and when these are due."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime

from crawler.coverage import Backfill
from crawler.policy.pace import Pace
from crawler.runtime.writer import BatchWriter
from crawler.store import (
    DiscoveredPage,
    EntryPoint,
    NamedEntryPoints,
    RecordedVisit,
    Store,
    Visit,
)


class AsyncLedger:
    """Crawls, entry points and visits to them."""

    def __init__(self, store: Store, writer: BatchWriter) -> None:
        self._ledger = store.ledger
        self._backfills = store.backfills
        self._writer = writer

    async def start(self, source: str, now: datetime, since: datetime | None = None) -> int:
        """Begin a crawl; returns its id."""
        return await self._writer.call(self._ledger.start, source, now, since)

    async def finish(
        self, crawl: int, now: datetime, outcome: str, counts: Mapping[str, int]
    ) -> None:
        """End a crawl with its outcome and counts."""
        await self._writer.call(self._ledger.finish, crawl, now, outcome, counts)

    async def entry_points(self, source: str) -> dict[str, EntryPoint]:
        """The entry points of a source, by address."""
        return await self._writer.call(self._ledger.entry_points, source)

    async def record_visit(
        self,
        visit: Visit,
        links: Sequence[DiscoveredPage],
        named: NamedEntryPoints,
        pace_after: Callable[[Pace | None, int, int], Pace],
    ) -> RecordedVisit:
        """Record a visit with all that it brought."""
        return await self._writer.call(self._ledger.record_visit, visit, links, named, pace_after)

    async def resumed_from(self, source: str, since: datetime, crawl: int) -> datetime | None:
        """When the backfill began that a crawl goes on with; None where it begins one."""
        return await self._writer.call(self._ledger.resumed_from, source, since, crawl)

    async def published(self, keys: Sequence[str]) -> list[datetime]:
        """When the articles of these pages were published."""
        return await self._writer.call(self._backfills.published, keys)

    async def days_told(self, source: str, since: datetime) -> list[date]:
        """The days since a moment of which entry points of a source have listed pages."""
        return await self._writer.call(self._backfills.days_told, source, since)

    async def add_backfills(self, source: str, backfills: Sequence[Backfill]) -> None:
        """Note that a source was backfilled."""
        await self._writer.call(self._backfills.add, source, backfills)

    async def drop(self, source: str, url: str) -> None:
        """Forget an entry point that proved to be none."""
        await self._writer.call(self._ledger.drop, source, url)


class AsyncPaces:
    """When entry points are due."""

    def __init__(self, store: Store, writer: BatchWriter) -> None:
        self._paces = store.paces
        self._writer = writer

    async def of_source(self, source: str) -> dict[str, Pace]:
        """The paces of a source's entry points, by address."""
        return await self._writer.call(self._paces.of_source, source)

    async def due(
        self, source: str, urls: Collection[str]
    ) -> tuple[datetime | None, datetime | None]:
        """When the first of these entry points is due (None: at once), and the first page."""
        return await self._writer.call(self._paces.due, source, urls)

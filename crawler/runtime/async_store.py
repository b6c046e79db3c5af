"""The store for coroutines: the same methods, carried out by the batching writer, off the event
loop.

Each class stands for one part of the store and names the methods that crawls use. A call has been
committed when it returns, and raises what the store's own method raises. Moments are in UTC.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from crawler.article import Article
from crawler.fetch.host_waits import HostWait
from crawler.monitor.health import SourceMonitor
from crawler.policy.decide import Decision
from crawler.policy.departures import LatePages
from crawler.policy.identity import ShownArticle
from crawler.runtime.async_ledger import AsyncLedger, AsyncPaces
from crawler.runtime.writer import BatchWriter
from crawler.sources import Source
from crawler.store import (
    Compared,
    DiscoveredPage,
    KnownPage,
    LineCounts,
    PageRequest,
    PageVisit,
    Store,
)
from crawler.store.cleaning import Ages


class AsyncStore:
    """The parts of one store that crawls use."""

    def __init__(self, store: Store, writer: BatchWriter) -> None:
        self.pages = AsyncPages(store, writer)
        self.imported = AsyncImportedPages(store, writer)
        self.shared_texts = AsyncSharedTexts(store, writer)
        self.ledger = AsyncLedger(store, writer)
        self.host_waits = AsyncHostWaits(store, writer)
        self.paces = AsyncPaces(store, writer)
        self.lines = AsyncLines(store, writer)
        self.leases = AsyncLeases(store, writer)
        self.queue = AsyncQueue(store, writer)
        self.outbox = AsyncOutbox(store, writer)
        self.cleaning = AsyncCleaning(store, writer)
        self.health = AsyncHealth(store, writer)


class AsyncPages:
    """Pages and their articles: the crawl frontier."""

    def __init__(self, store: Store, writer: BatchWriter) -> None:
        self._pages = store.pages
        self._addresses = store.addresses
        self._writer = writer

    async def due(
        self, source: str, keys: Sequence[str] | None, now: datetime
    ) -> list[PageRequest]:
        """The pages of a source that are to be fetched; only those among `keys`, unless None."""
        return await self._writer.call(self._pages.due, source, keys, now)

    async def find(self, source: str, page: DiscoveredPage, now: datetime) -> None:
        """Add a page that another page names, unless it is known or forgotten."""
        await self._writer.call(self._pages.find, source, page, now)

    async def compared(self, reading: ShownArticle) -> Compared:
        """What an article as its page shows it is compared with."""
        return await self._writer.call(self._pages.compared, reading)

    async def sites_of(self, source: str) -> set[str]:
        """The sites on which the newest articles of a source stand."""
        return await self._writer.call(self._addresses.sites_of, source)

    async def late_pages(self, source: str, reason: str, since: datetime) -> LatePages:
        """The pages of a source that were visited since a moment: articles, and those that came to
        the same reason.
        """
        return await self._writer.call(self._addresses.late_pages, source, reason, since)

    async def record_visit(self, visit: PageVisit) -> None:
        """Record a visit that brought no article."""
        await self._writer.call(self._pages.record_visit, visit)

    async def record_unchanged(
        self,
        key: str,
        now: datetime,
        next_look: Callable[[datetime, datetime | None, bool], datetime | None],
    ) -> None:
        """Record that a page has not changed."""
        await self._writer.call(self._pages.record_unchanged, key, now, next_look)

    async def record_article(
        self, visit: PageVisit, decision: Decision, lines: frozenset[str], version: int
    ) -> bool:
        """Record a visit with its article and outbox row; False where the article was forgotten."""
        return await self._writer.call(self._pages.record_article, visit, decision, lines, version)


class AsyncImportedPages:
    """The frontier as imports need it."""

    def __init__(self, store: Store, writer: BatchWriter) -> None:
        self._imported = store.imported
        self._writer = writer

    async def known(self, keys: Sequence[str]) -> dict[str, KnownPage]:
        """Those of the pages that are known, by key."""
        return await self._writer.call(self._imported.known, keys)

    async def add(
        self, source: str, found: Sequence[tuple[DiscoveredPage, datetime]]
    ) -> dict[str, KnownPage]:
        """Add pages that are not known yet; returns all of them that are known then."""
        return await self._writer.call(self._imported.add, source, found)

    async def find(self, source: str, found: Sequence[DiscoveredPage], now: datetime) -> None:
        """Add pages that are to be fetched and are not known."""
        await self._writer.call(self._imported.find, source, found, now)

    async def article_visited_at(self, article: str) -> datetime | None:
        """When the page of an article was visited last; None where the article is not held."""
        return await self._writer.call(self._imported.article_visited_at, article)


class AsyncSharedTexts:
    """Texts that stand at several addresses of a source."""

    def __init__(self, store: Store, writer: BatchWriter) -> None:
        self._shared_texts = store.shared_texts
        self._writer = writer

    async def elsewhere(self, article: Article, key: str) -> list[PageRequest]:
        """The other pages of the article's source that have its very text."""
        return await self._writer.call(self._shared_texts.elsewhere, article, key)

    async def take_back(self, keys: Sequence[str], now: datetime, again_at: datetime) -> None:
        """Take the articles of these pages from the index."""
        await self._writer.call(self._shared_texts.take_back, keys, now, again_at)


class AsyncHostWaits:
    """Hosts that asked to be left alone."""

    def __init__(self, store: Store, writer: BatchWriter) -> None:
        self._waits = store.host_waits
        self._writer = writer

    async def keep(self, wait: HostWait, now: datetime) -> None:
        """Keep the wait that a host asked for last."""
        await self._writer.call(self._waits.keep, wait, now)

    async def running(self, now: datetime) -> list[HostWait]:
        """The waits that are not over."""
        return await self._writer.call(self._waits.running, now)


class AsyncLines:
    """Lines that come back on page after page of a source."""

    def __init__(self, store: Store, writer: BatchWriter) -> None:
        self._lines = store.lines
        self._writer = writer

    async def common(self, source: str, version: int, least: int) -> LineCounts:
        """The counts of the lines that stood on at least `least` articles of a source."""
        return await self._writer.call(self._lines.common, source, version, least)

    async def forget(self, source: str, version: int, least: int, now: datetime) -> int:
        """Drop the lines that have not come back for long; returns how many."""
        return await self._writer.call(self._lines.forget, source, version, least, now)


class AsyncLeases:
    """Who may work on what until when."""

    def __init__(self, store: Store, writer: BatchWriter) -> None:
        self._leases = store.leases
        self._writer = writer

    async def claim(
        self, names: Sequence[str], owner: str, now: datetime, span: timedelta
    ) -> str | None:
        """Take or renew all these leases; else none, and returns who holds one of them."""
        return await self._writer.call(self._leases.claim, names, owner, now, span)

    async def release(
        self, names: Sequence[str], owner: str, until: datetime | None = None
    ) -> None:
        """Give leases back, at once or at a later moment."""
        await self._writer.call(self._leases.release, names, owner, until)

    async def free(self, owner: str) -> None:
        """Give back all leases of an owner that is gone."""
        await self._writer.call(self._leases.free, owner)

    async def owners(self, now: datetime) -> set[str]:
        """Who holds any lease now."""
        return await self._writer.call(self._leases.owners, now)


class AsyncQueue:
    """Due times of sources, and the queue of those that wait."""

    def __init__(self, store: Store, writer: BatchWriter) -> None:
        self._queue = store.queue
        self._writer = writer

    async def due(self) -> dict[str, datetime]:
        """When each source is due."""
        return await self._writer.call(self._queue.due)

    async def due_between(self, start: datetime, end: datetime) -> dict[str, datetime]:
        """When each source is due that is due within a time."""
        return await self._writer.call(self._queue.due_between, start, end)

    async def due_at(self, source: str) -> datetime | None:
        """When a source is due; None where it never was queued."""
        return await self._writer.call(self._queue.due_at, source)

    async def at_latest(self, latest: Mapping[str, datetime]) -> None:
        """Let no source be due later than this, by its id."""
        await self._writer.call(self._queue.at_latest, latest)

    async def fall_due(self, source: str, now: datetime, next_due: datetime) -> bool:
        """Queue a source that is due; False where another scheduler did so before."""
        return await self._writer.call(self._queue.fall_due, source, now, next_due)

    async def claim(
        self,
        names: Mapping[str, Sequence[str]],
        owner: str,
        now: datetime,
        span: timedelta,
        *,
        most: int,
    ) -> list[str]:
        """Take the sources that have waited longest, with the leases that their crawls need."""
        return await self._writer.call(self._queue.claim, names, owner, now, span, most=most)

    async def unqueue(self, source: str, due_at: datetime | None) -> None:
        """Take a source out of the queue; `due_at` is when it is due next, if that is known."""
        await self._writer.call(self._queue.unqueue, source, due_at)


class AsyncCleaning:
    """What has had its time."""

    def __init__(self, store: Store, writer: BatchWriter) -> None:
        self._cleaning = store.cleaning
        self._writer = writer

    async def clean_source(self, source: str, ages: Ages, now: datetime) -> None:
        """Remove what is too old of a source."""
        await self._writer.call(self._cleaning.clean_source, source, ages, now)


class AsyncOutbox:
    """What is not in the index yet: the transactional outbox."""

    def __init__(self, store: Store, writer: BatchWriter) -> None:
        self._outbox = store.outbox
        self._writer = writer

    async def waiting(self) -> int:
        """How many articles wait for the index."""
        return await self._writer.call(self._outbox.waiting)


class AsyncHealth:
    """How sources do, judged when it happens."""

    def __init__(self, store: Store, writer: BatchWriter) -> None:
        self._store = store
        self._writer = writer

    async def judge(self, sources: Sequence[Source], now: datetime) -> None:
        """Judge these sources, and keep how they do."""
        await self._writer.call(self._judge, sources, now)

    async def stale(self, sources: Sequence[Source], now: datetime) -> list[Source]:
        """Those of these sources that were not judged within the last hour; what is kept of others
        is forgotten.
        """
        return await self._writer.call(self._stale, sources, now)

    def _judge(self, sources: Sequence[Source], now: datetime) -> None:
        monitor = SourceMonitor(self._store, sources)
        judged = list(monitor.judged(now, [source.id for source in sources]))
        self._store.judgements.keep(judged)

    def _stale(self, sources: Sequence[Source], now: datetime) -> list[Source]:
        self._store.judgements.leave_out([source.id for source in sources])
        stale = set(SourceMonitor(self._store, sources).stale(now))
        return [source for source in sources if source.id in stale]

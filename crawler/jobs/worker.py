"""Crawls run here: AsyncCrawlerRunner on the asyncio reactor, several sources at one time. A door
module that imports Scrapy only when a crawl is run.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

from crawler.policy.pace import START, is_adaptive
from crawler.process import forkserver
from crawler.process.outage import OutageLog
from crawler.runtime import CrawlContext
from crawler.runtime.leases import names_of
from crawler.sources import Source

if TYPE_CHECKING:
    from scrapy.crawler import AsyncCrawlerRunner, Crawler

    from crawler.spiders.source import SourceSpider

POLL_SECONDS = 0.5
HANGS_AFTER = 900.0
"""Seconds without any request, answer or article, beyond the delay between requests, after which a
crawl is ended.
"""
ENDING_SECONDS = 60.0
"""How long a crawl that hangs has to end by itself."""
STOPPING_SECONDS = 20.0
"""How long running crawls have to end when the process stops, less than what Docker and systemd
leave it.
"""

log = logging.getLogger(__name__)


def runner() -> "AsyncCrawlerRunner":
    """What runs spiders with the project's settings."""
    from scrapy.crawler import AsyncCrawlerRunner
    from scrapy.settings import Settings

    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    return AsyncCrawlerRunner(settings)


class Worker:
    """Crawls sources, each by one crawl at a time, and stops cleanly."""

    def __init__(
        self,
        context: CrawlContext,
        hangs_after: float = HANGS_AFTER,
        ending: float = ENDING_SECONDS,
        stopping: float = STOPPING_SECONDS,
    ) -> None:
        self._context = context
        forkserver.warm()
        self._runner = runner()
        self._places = asyncio.Semaphore(context.config.crawls)
        self._sources: dict[str, Source] = {}
        self._names: dict[str, list[str]] = {}
        self._hangs_after = hangs_after + context.config.download_delay
        self._ending = ending
        self._stopping_seconds = stopping
        self._stopping = False
        self._crawls: dict[asyncio.Future[Any], Crawler] = {}
        self._counts: Counter[str] = Counter()

    async def crawl(
        self, source: Source, since: datetime | None = None, *, due_only: bool = False
    ) -> Counter[str]:
        """One crawl over all entry points of a source, or those that are due; its counts."""
        spider = await self._crawl(source, since, due_only)
        counts = spider.counts if spider else Counter()
        self._counts.update(counts)
        return counts

    def counts_so_far(self) -> Counter[str]:
        """The counts of the crawls that are over and of those that run."""
        total = Counter(self._counts)
        for crawler in self._crawls.values():
            total.update(getattr(crawler.spider, "counts", {}))
        return total

    async def crawl_all(
        self,
        sources: Iterable[Source],
        since: datetime | None = None,
        on_end: Callable[[Source], None] = lambda _: None,
    ) -> Counter[str]:
        """One crawl of each source, many at a time; the sum of their counts. One that breaks is
        counted as `broken`.
        """
        total: Counter[str] = Counter()

        async def crawl_one(source: Source) -> None:
            try:
                total.update(await self.crawl(source, since))
                total["crawls"] += 1
            except Exception:
                log.exception("the crawl of %s broke off", source.id)
                total["broken"] += 1
            on_end(source)

        await asyncio.gather(*(crawl_one(source) for source in sources))
        return total

    async def watch(self, sources: Iterable[Source]) -> None:
        """Crawl these sources from now on, and no others."""
        self._sources = {source.id: source for source in sources}
        self._names = {source.id: names_of(source) for source in self._sources.values()}

    async def work(self, sources: Iterable[Source], stop: asyncio.Event) -> None:
        """Crawl what is in the queue until told to stop. A source leaves the queue when its crawl
        is over, so that one that was killed is crawled again.
        """
        running: dict[str, asyncio.Task[None]] = {}
        outage = OutageLog(log, self._context.now)
        await self.watch(sources)
        while not stop.is_set():
            try:
                await self._fill(running)
                outage.back("The store answers again.")
            except DBAPIError as error:
                outage.away(
                    f"The store is away ({error.orig}): what is to be crawled waits.", error
                )
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), POLL_SECONDS)
        await self.stop()
        await asyncio.gather(*running.values(), return_exceptions=True)

    async def _fill(self, running: dict[str, asyncio.Task[None]]) -> None:
        """Begin crawls until as many run as may, or none waits; `running` loses those that end."""
        free = self._context.config.crawls - len(running)
        if free <= 0 or self._context.settling():
            return
        sources = self._sources
        taken = await self._context.next_queued(self._names, free)
        for source_id in taken:
            if source_id in running:  # its leases had run out while this process stood still
                continue
            task = asyncio.create_task(self._queued(sources[source_id]))
            running[source_id] = task
            task.add_done_callback(partial(_forget, running, source_id))

    async def _queued(self, source: Source) -> None:
        """Crawl a source of the queue, and take it out of the queue where the crawl is over."""
        from crawler.spiders.source import OVERTAKEN

        due_at = self._context.now() + START if is_adaptive(source) else None
        overtaken = False
        try:
            spider = await self._crawl(source, None, due_only=True)
            overtaken = spider is not None and spider.outcome == OVERTAKEN
            if spider and is_adaptive(source):
                due_at = await spider.entries.due_at()
        except Exception:
            log.exception("the crawl of %s broke off", source.id)
        with suppress(DBAPIError):  # then it stays in the queue, and is crawled again
            await self._context.leave(source, over=not (self._stopping or overtaken), due_at=due_at)

    async def _crawl(
        self, source: Source, since: datetime | None, due_only: bool
    ) -> "SourceSpider | None":
        from crawler.spiders.source import SourceSpider

        return await self.crawl_by(SourceSpider, source, since=since, due_only=due_only)

    async def crawl_by(
        self, spider_class: "type[SourceSpider]", source: Source, **details: object
    ) -> "SourceSpider | None":
        """One crawl of a source by a spider of this class, which takes the `details`; None where
        this worker stops.
        """
        from crawler.spiders.source import SourceSpider

        async with self._places:
            if self._stopping:
                return None
            crawler = self._runner.create_crawler(spider_class)
            crawl = self._runner.crawl(crawler, source=source, context=self._context, **details)
            await self._watched(crawler, asyncio.ensure_future(crawl))
            spider = crawler.spider
            assert isinstance(spider, SourceSpider)
            return spider

    async def _watched(self, crawler: "Crawler", crawl: "asyncio.Future[Any]") -> None:
        """Wait for the end of a crawl; end it where it does not get on."""
        loop = asyncio.get_running_loop()
        self._crawls[crawl] = crawler
        crawl.add_done_callback(self._crawls.pop)
        progress = None
        moved_at = loop.time()
        while not crawl.done():
            await asyncio.wait({crawl}, timeout=min(self._hangs_after / 4, 15.0))
            spider: Any = crawler.spider
            latest = spider.progress if spider else None
            waits_for_disk = self._context.disk is not None and self._context.disk.full
            if latest != progress or waits_for_disk:
                progress = latest
                moved_at = loop.time()
            elif not crawl.done() and loop.time() - moved_at > self._hangs_after:
                await self._end(spider, crawler, crawl)
                return
        if not crawl.cancelled():
            await crawl

    async def _end(
        self, spider: "SourceSpider", crawler: "Crawler", crawl: "asyncio.Future[Any]"
    ) -> None:
        log.error(
            "%s: its crawl has not got on for %.0f s: ended.", spider.source.id, self._hangs_after
        )
        spider.outcome = "hung"
        ending = asyncio.ensure_future(crawler.stop_async())
        await asyncio.wait({crawl}, timeout=self._ending)
        if not crawl.done():
            await spider.closed("hung")
            for task in (ending, crawl):
                task.cancel()

    async def stop(self) -> None:
        """Let running requests end, begin no more. A crawl that takes long, because its host is
        slow or is to be left alone for a while, is left as a kill would leave it: what it has not
        recorded is asked for again.
        """
        self._stopping = True
        await asyncio.wait(
            {asyncio.ensure_future(self._runner.stop())}, timeout=self._stopping_seconds
        )
        for crawl, crawler in list(self._crawls.items()):
            spider: Any = crawler.spider
            log.info("%s: its crawl takes long to stop: left.", spider.source.id)
            await spider.closed("shutdown")
            crawl.cancel()


def _forget(running: dict[str, asyncio.Task[None]], source_id: str, _: asyncio.Task[None]) -> None:
    running.pop(source_id, None)

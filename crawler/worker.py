"""Crawls run here: AsyncCrawlerRunner on the asyncio reactor, several sources at one time. A door module that imports
Scrapy only when a crawl is run."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from crawler.lease import SPAN, names_of
from crawler.runtime import Runtime
from crawler.sources import Source

if TYPE_CHECKING:
    from scrapy.crawler import AsyncCrawlerRunner

POLL_SECONDS = 0.5

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

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._runner = runner()
        self._places = asyncio.Semaphore(runtime.config.crawls)
        self._stopping = False

    async def crawl(self, source: Source, since: datetime | None = None) -> Counter[str]:
        """One crawl over all entry points of a source; its counts."""
        from crawler.spiders.source import SourceSpider

        async with self._places:
            if self._stopping:
                return Counter()
            crawler = self._runner.create_crawler(SourceSpider)
            await self._runner.crawl(crawler, source=source, runtime=self._runtime, since=since)
            spider = crawler.spider
            assert isinstance(spider, SourceSpider)
            return spider.counts

    async def crawl_all(
        self, sources: Iterable[Source], since: datetime | None = None, told: Callable[[Source], None] = lambda _: None
    ) -> Counter[str]:
        """One crawl of each source, many at a time; the sum of their counts. One that breaks is counted as `broken`."""
        total: Counter[str] = Counter()

        async def one(source: Source) -> None:
            try:
                total.update(await self.crawl(source, since))
                total["crawls"] += 1
            except Exception:
                log.exception("the crawl of %s broke off", source.id)
                total["broken"] += 1
            told(source)

        await asyncio.gather(*(one(source) for source in sources))
        return total

    async def work(self, sources: Iterable[Source], stop: asyncio.Event) -> None:
        """Crawl what is in the queue until told to stop. A source leaves the queue when its crawl is over, so that one
        that was killed is crawled again."""
        known, running = {source.id: source for source in sources}, dict[str, asyncio.Task[None]]()
        while not stop.is_set():
            while len(running) < self._runtime.config.crawls and (source := await self._next(known, running)):
                task = running[source] = asyncio.create_task(self._queued(known[source]))
                task.add_done_callback(partial(_forget, running, source))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), POLL_SECONDS)
        await self.stop()
        await asyncio.gather(*running.values(), return_exceptions=True)

    async def _next(self, known: Mapping[str, Source], running: Collection[str]) -> str | None:
        """Take a source that waits and that no other worker may crawl now."""
        runtime, queue = self._runtime, self._runtime.store.queue
        waiting = [
            source
            for source in await runtime.stored(queue.queued, runtime.now())
            if source in known and source not in running
        ]
        if not waiting:
            return None
        await runtime.bury_the_gone()
        names = {source: names_of(known[source]) for source in waiting}
        return await runtime.stored(queue.claim, names, runtime.owner, runtime.now(), SPAN)

    async def _queued(self, source: Source) -> None:
        try:
            await self.crawl(source)
        except Exception:
            log.exception("the crawl of %s broke off", source.id)
        if not self._stopping:
            await self._runtime.stored(self._runtime.store.queue.unqueue, source.id)

    async def stop(self) -> None:
        """Let running requests end, begin no more."""
        self._stopping = True
        await self._runner.stop()


def _forget(running: dict[str, asyncio.Task[None]], source: str, _: asyncio.Task[None]) -> None:
    running.pop(source, None)

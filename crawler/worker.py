"""Crawls run here: AsyncCrawlerRunner on the asyncio reactor, several sources at one time. A door module that imports
Scrapy only when a crawl is run."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from crawler.runtime import Runtime
from crawler.sources import Source

log = logging.getLogger(__name__)


class Worker:
    """Crawls sources, each by one crawl at a time, and stops cleanly."""

    def __init__(self, runtime: Runtime) -> None:
        from scrapy.crawler import AsyncCrawlerRunner
        from scrapy.settings import Settings

        settings = Settings()
        settings.setmodule("crawler.settings", priority="project")
        self._runtime = runtime
        self._runner = AsyncCrawlerRunner(settings)
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

    async def stop(self) -> None:
        """Let running requests end, begin no more."""
        self._stopping = True
        await self._runner.stop()

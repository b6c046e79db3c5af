"""A crawl of one source: its entry points, and the pages that they list."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any

import scrapy
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.config import load_config
from crawler.extract import LEAST_ARTICLES, LINES_VERSION
from crawler.runtime import CrawlContext
from crawler.sources import Source, choose, read_sources
from crawler.spiders.crawl import Crawl
from crawler.spiders.entry_visits import EntryPointVisits
from crawler.spiders.page_visits import Fetched, PageVisits
from crawler.store import EntryPoint, PageRequest

LEARNING_STEP = 5
OVERTAKEN = "overtaken"
"""The outcome of a crawl whose source another worker has taken over; in the ledger it counts as
killed.
"""

log = logging.getLogger(__name__)


class SourceSpider(Crawl, scrapy.Spider):
    """Visits a source's entry points and fetches what they list that is new, failed before, or due
    for another look.

    `scrapy crawl section -a source=ID` runs a spider on its own; `veille crawl` hands it the
    runtime of the process.
    """

    def __init__(
        self,
        source: Source,
        runtime: CrawlContext,
        since: datetime | None = None,
        *,
        owns: bool = False,
        due_only: bool = False,
    ) -> None:
        scrapy.Spider.__init__(self, name=getattr(self, "name", None) or "source")
        Crawl.__init__(self, source, runtime, since, due_only=due_only)
        self.pages = PageVisits(self, self.parse_page, self.page_failed)
        self.entries = EntryPointVisits(self, self.pages, self.parse_entry, self.entry_failed)
        self.outcome: str | None = None
        self._owns = owns
        self._claim: asyncio.Task[None] | None = None
        self._ending: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "SourceSpider":
        runtime = kwargs.get("runtime")
        if runtime is None:
            config = load_config()
            source = choose(read_sources(config.sources), [str(kwargs.get("source", ""))])[0]
            spider = cls(source, CrawlContext.open(config), owns=True)
        else:
            spider = cls(
                kwargs["source"],
                runtime,
                kwargs.get("since"),
                due_only=kwargs.get("due_only", False),
            )
        spider._set_crawler(crawler)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        await self._claimed()
        await self.learn()
        now = self.runtime.now()
        self.crawl_id = await self.runtime.stored(
            self.runtime.store.ledger.start, self.source.id, now, self.since
        )
        for request in await self.entries.first(entry_points_of(self.source)):
            yield request
        for target in await self.runtime.stored(
            self.runtime.store.pages.due, self.source.id, None, now
        ):
            for request in self.pages.requests([target]):
                yield request

    async def parse_entry(
        self, response: Response, entry: EntryPoint, depth: int
    ) -> AsyncIterator[Request]:
        for request in await self.entries.answered(response, entry, depth):
            yield request

    async def entry_failed(self, failure: Failure) -> None:
        if self.outcome != OVERTAKEN:
            await self.entries.failed(failure)

    async def parse_page(self, response: Response, target: PageRequest) -> AsyncIterator[Fetched]:
        fetched = await self.pages.answered(response, target)
        if fetched:
            yield fetched

    async def page_failed(self, failure: Failure) -> None:
        if self.outcome != OVERTAKEN:
            await self.pages.failed(failure)

    async def learn(self) -> None:
        """Look, after every so many new articles, which lines have come back on page after page of
        this source.
        """
        if self.counts["new"] % LEARNING_STEP == 0:
            lines = self.runtime.store.lines
            self.boilerplate = await self.runtime.stored(
                lines.common, self.source.id, LINES_VERSION, LEAST_ARTICLES
            )

    async def closed(self, reason: str) -> None:
        """Scrapy's signal: the crawl is over."""
        stats = self.crawler.stats
        self.counts["requests"] = stats.get_value("downloader/request_count", 0) if stats else 0
        if self._claim:
            self._claim.cancel()
        if self.crawl_id and self.outcome != OVERTAKEN:
            forget = self.runtime.store.lines.forget
            await self.runtime.stored(
                forget, self.source.id, LINES_VERSION, LEAST_ARTICLES, self.runtime.now()
            )
            outcome = self.outcome or ("finished" if reason == "finished" else "stopped")
            finish = self.runtime.store.ledger.finish
            await self.runtime.stored(
                finish, self.crawl_id, self.runtime.now(), outcome, self.counts
            )
        await self.runtime.release(self.source)
        if self._owns:
            self.runtime.close()

    @property
    def progress(self) -> tuple[object, ...]:
        """What changes while the crawl gets on; one that waits for another to end is well."""
        stats, names = (
            self.crawler.stats,
            ("downloader/request_count", "response_received_count", "item_scraped_count"),
        )
        counted = tuple(stats.get_value(name) for name in names) if stats else ()
        return (
            self.crawl_id,
            self.runtime.now() if not self.crawl_id else None,
            *counted,
            *self.counts.values(),
        )

    async def _claimed(self) -> None:
        told = False
        while holder := await self.runtime.claim(self.source):
            if not told:
                log.warning(
                    "%s is being crawled by %s: waiting for it to end.", self.source.id, holder
                )
            told = True
            await asyncio.sleep(1)
        self._claim = asyncio.create_task(self._keep_claim())

    async def _keep_claim(self) -> None:
        self._overtaken(await self.runtime.keep_claim(self.source))

    async def may_ask(self) -> bool:
        """Whether the crawl may ask a host now; where another has taken it over, it ends."""
        if not await self.runtime.still_held(self.source):
            self._overtaken("another process")
        return self.outcome != OVERTAKEN

    def _overtaken(self, holder: str) -> None:
        if self.outcome != OVERTAKEN:
            self.outcome = OVERTAKEN
            log.warning(
                "%s: %s took its crawl over while this process stood still: left.",
                self.source.id,
                holder,
            )
            self._ending = asyncio.ensure_future(self.crawler.stop_async())


def entry_points_of(source: Source) -> Iterator[EntryPoint]:
    """The entry points that the sources file names, or the home page where it names none."""
    yield from (EntryPoint(one.url, "section", one.section) for one in source.sections)
    yield from (EntryPoint(url, "feed") for url in source.feeds)
    yield from (EntryPoint(url, "sitemap") for url in source.sitemaps)
    if source.discovered:
        yield EntryPoint(source.home, "home")

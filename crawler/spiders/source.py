"""A crawl of one source: its entry points, and the pages that they list."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any, Self

import scrapy
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.config import load_config
from crawler.coverage import times_listed
from crawler.extract import LEAST_ARTICLES, LINES_VERSION, learned_lines
from crawler.process.events import event
from crawler.runtime import CrawlContext
from crawler.runtime.ages import ages_of
from crawler.sources import Source, choose, read_sources
from crawler.spiders.crawl import Crawl
from crawler.spiders.entry_visits import EntryPointVisits
from crawler.spiders.page_visits import Fetched, PageVisits
from crawler.spiders.part_visits import PartVisits
from crawler.spiders.rendering import PageRenders
from crawler.store import EntryPoint, PageRequest

LEARNING_STEP = 5
"""New articles after which the lines that came back are read again from the store."""
WAIT_SECONDS = 1.0
"""How often a source that another process crawls is asked for."""
OVERTAKEN = "overtaken"
"""The outcome of a crawl whose source another worker has taken over; in the ledger it counts as
killed.
"""
_PROGRESS = ("downloader/request_count", "response_received_count", "item_scraped_count")
"""Statistics of Scrapy that grow while a crawl gets on."""

log = logging.getLogger(__name__)


class SourceSpider(Crawl, scrapy.Spider):
    """Visits a source's entry points and fetches what they list that is new, failed before, or due
    for another look.

    `scrapy crawl section -a source=ID` runs a spider on its own; `veille crawl` hands it the
    context of the process.
    """

    def __init__(
        self,
        source: Source,
        context: CrawlContext,
        since: datetime | None = None,
        *,
        owns: bool = False,
        due_only: bool = False,
    ) -> None:
        scrapy.Spider.__init__(self, name=getattr(self, "name", None) or "source")
        Crawl.__init__(self, source, context, since, due_only=due_only)
        self.pages = PageVisits(self, self.parse_page, self.page_failed)
        self.renders = PageRenders(self, self._download, self._goes_on)
        self.entries = EntryPointVisits(
            self, self.pages, self.renders, self.parse_entry, self.entry_failed
        )
        self.parts = PartVisits(self, self.pages, self._download, self._schedule)
        self.outcome: str | None = None
        self._started_at: datetime | None = None
        self._owns = owns
        self._claim: asyncio.Task[None] | None = None
        self._ending: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Scrapy's constructor; without a context, the spider opens one of its own."""
        if kwargs.get("context") is None:
            config = load_config()
            source = choose(read_sources(config.sources), [str(kwargs.get("source", ""))])[0]
            kwargs = {"source": source, "context": CrawlContext.open(config), "owns": True}
        return super().from_crawler(crawler, *args, **kwargs)

    async def start(self) -> AsyncIterator[Request]:
        """Scrapy's entry point: visit the entry points, then the pages that wait."""
        await self._wait_for_claim()
        await self.context.load_waits()
        await self.learn()
        store = self.context.async_store
        now = self.context.now()
        self._started_at = now
        self.crawl_id = await store.ledger.start(self.source.id, now, self.since)
        if self.since:
            self.resumed_from = await store.ledger.resumed_from(
                self.source.id, self.since, self.crawl_id
            )
        for request in await self.entries.start_requests(entry_points_of(self.source)):
            yield request
        for request in self.pages.requests(await store.pages.due(self.source.id, None, now)):
            yield request

    async def parse_entry(
        self, response: Response, entry: EntryPoint, depth: int
    ) -> AsyncIterator[Request]:
        """Scrapy's callback for the answer of an entry point."""
        for request in await self.entries.handle_response(response, entry, depth):
            yield request

    async def entry_failed(self, failure: Failure) -> None:
        """Scrapy's errback for an entry point."""
        if self.outcome != OVERTAKEN:
            await self.entries.handle_failure(failure)

    async def parse_page(self, response: Response, target: PageRequest) -> AsyncIterator[Fetched]:
        """Scrapy's callback for the answer of a page: what is yielded goes into the pipelines."""
        fetched = await self.pages.handle_response(response, target)
        if fetched:
            yield fetched

    async def page_failed(self, failure: Failure) -> None:
        """Scrapy's errback for a page."""
        if self.outcome != OVERTAKEN:
            await self.pages.handle_failure(failure)

    async def learn(self) -> None:
        """Look, after every so many new articles, which lines have come back on page after page of
        this source.
        """
        if self.counts["new"] % LEARNING_STEP == 0:
            counts = await self.context.async_store.lines.common(
                self.source.id, LINES_VERSION, LEAST_ARTICLES
            )
            self.boilerplate = learned_lines(counts.articles, counts.lines)

    async def closed(self, reason: str) -> None:
        """Scrapy's signal: the crawl is over."""
        stats = self.crawler.stats
        self.counts["requests"] = stats.get_value("downloader/request_count", 0) if stats else 0
        if self._claim:
            self._claim.cancel()
        if self.crawl_id and self.outcome != OVERTAKEN:
            await self._finish(reason)
        await self.context.release(self.source)
        if self._owns:
            self.context.close()

    @property
    def progress(self) -> tuple[object, ...]:
        """What changes while the crawl gets on; one that waits for another to end is well."""
        stats = self.crawler.stats
        statistics: list[object] = []
        if stats:
            statistics = [stats.get_value(name) for name in _PROGRESS]
        # While it waits for another crawl to end, the clock itself is progress.
        waiting_at = None if self.crawl_id else self.context.now()
        return (self.crawl_id, waiting_at, *statistics, *self.counts.values())

    async def may_ask(self) -> bool:
        """Whether the crawl may ask a host now; where another has taken it over, it ends."""
        if not await self.context.still_held(self.source):
            self._leave_to("another process")
        return self.outcome != OVERTAKEN

    def _goes_on(self) -> bool:
        return bool(self.crawler.crawling)

    async def _download(self, request: Request) -> Response:
        assert self.crawler.engine
        return await self.crawler.engine.download_async(request)

    def _schedule(self, request: Request) -> None:
        assert self.crawler.engine
        self.crawler.engine.crawl(request)

    async def _finish(self, reason: str) -> None:
        store = self.context.async_store
        now = self.context.now()
        await store.lines.forget(self.source.id, LINES_VERSION, LEAST_ARTICLES, now)
        outcome = self.outcome or ("finished" if reason == "finished" else "stopped")
        await store.ledger.finish(self.crawl_id, self.context.now(), outcome, self.counts)
        self._log_end(outcome)
        await store.cleaning.clean_source(self.source.id, ages_of(self.context.config), now)
        await self._judge()
        missed = self.counts["blind"] + self.counts["held"]
        if self.since and outcome == "finished" and not missed:
            await self._note_backfill(self.since, now)

    async def _judge(self) -> None:
        try:
            await self.context.async_store.health.judge([self.source], self.context.now())
        except Exception:
            # What the crawl brought is kept, whatever comes of this; the scheduler judges again.
            log.exception("%s: how it does could not be judged", self.source.id)

    def _log_end(self, outcome: str) -> None:
        counted = {
            "visits": self.counts["listings"],
            **{name: self.counts[name] for name in ("new", "changed", "failed")},
        }
        told = ", ".join(f"{number} {name}" for name, number in counted.items())
        now = self.context.now()
        seconds = round((now - (self._started_at or now)).total_seconds(), 1)
        name = self.source.id
        log.info(
            "%s: crawl %s after %s s: %s.",
            name,
            outcome,
            seconds,
            told,
            extra=event("crawl", source=name, outcome=outcome, seconds=seconds, **counted),
        )

    async def _note_backfill(self, since: datetime, until: datetime) -> None:
        """Note the times that the entry points still listed and that this crawl has taken."""
        store = self.context.async_store
        days = await store.ledger.days_told(self.source.id, since)
        times = times_listed(days, since, until)
        await store.ledger.add_backfills(self.source.id, times)

    async def _wait_for_claim(self) -> None:
        warned = False
        while holder := await self.context.claim(self.source):
            if not warned:
                log.warning(
                    "%s is being crawled by %s: waiting for it to end.", self.source.id, holder
                )
            warned = True
            await asyncio.sleep(WAIT_SECONDS)
        self._claim = asyncio.create_task(self._keep_claim())

    async def _keep_claim(self) -> None:
        self._leave_to(await self.context.keep_claim(self.source))

    def _leave_to(self, holder: str) -> None:
        """End the crawl without recording its end: another process crawls the source now."""
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
    for section in source.sections:
        yield EntryPoint(section.url, "section", section.section)
    for url in source.feeds:
        yield EntryPoint(url, "feed")
    for url in source.sitemaps:
        yield EntryPoint(url, "sitemap")
    if source.discovered:
        yield EntryPoint(source.home, "home")

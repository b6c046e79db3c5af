"""The spider of a preview: a source's spider with limits, which notes what it sees."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any, Self

from pydantic import ValidationError
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.signals import item_scraped
from twisted.python.failure import Failure

from crawler.entrypoints import Item
from crawler.extract import Refused
from crawler.fetch.errors import RobotsForbidden
from crawler.preview.candidates import (
    CheckedEntryPoint,
    CheckedPage,
    Obstacle,
    PreviewLimits,
    PreviewNotes,
)
from crawler.preview.site_info import SiteInfo, about
from crawler.runtime import CrawlContext
from crawler.sources import Source
from crawler.sources.toml_edit import free_id
from crawler.spiders.answers import outcome_of
from crawler.spiders.crawl import CrawlLimits, CrawlSink
from crawler.spiders.source import SourceSpider, entry_points_of
from crawler.store import EntryPoint, PageRequest, Visit
from crawler.urls import site, site_host

TITLES = 3
"""Titles that a preview shows of an entry point."""


class PreviewSink(CrawlSink):
    """Notes down what the visits come to."""

    def __init__(self, notes: PreviewNotes) -> None:
        self._notes = notes

    def on_entry_point(self, visit: Visit, items: Sequence[Item]) -> None:
        titles = [item.title for item in items if item.title]
        dates = (item.modified for item in items if item.modified)
        entry = visit.entry
        self._notes.entries.append(
            CheckedEntryPoint(
                entry.url,
                entry.kind,
                entry.section,
                visit.outcome,
                entry.parent,
                visit.items,
                tuple(titles[:TITLES]),
                max(dates, default=None),
            )
        )

    def on_page(self, target: PageRequest, reason: str, message: str) -> None:
        self._notes.articles.append(CheckedPage(target.url, reason=reason, message=message))


class PreviewBudget(CrawlLimits):
    """A few entry points of each kind, and a few pages of each entry point and in all."""

    def __init__(self, limits: PreviewLimits) -> None:
        self._limits = limits
        self._left = Counter(
            feed=limits.feeds, sitemap=limits.sitemaps, section=limits.sections, older=0
        )

    def entry_points(self, entry_points: Sequence[EntryPoint]) -> list[EntryPoint]:
        chosen = []
        for entry in entry_points:
            if self._left[entry.kind] > 0:
                self._left[entry.kind] -= 1
                chosen.append(entry)
        return chosen

    def pages(
        self, targets: Sequence[PageRequest], requested: Collection[str]
    ) -> list[PageRequest]:
        left = min(self._limits.each, self._limits.articles - len(requested))
        fresh = [target for target in targets if target.key not in requested]
        return fresh[: max(0, left)]


class PreviewSpider(SourceSpider):
    """Looks at an address that may become a source, or at a source."""

    name = "preview"

    def __init__(
        self,
        source: Source,
        context: CrawlContext,
        notes: PreviewNotes,
        boilerplate: frozenset[str],
    ) -> None:
        super().__init__(source, context)
        self.sink = PreviewSink(notes)
        self.limits = PreviewBudget(notes.bounds)
        self.notes = notes
        self.boilerplate = boilerplate

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Scrapy's constructor."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.article_scraped, item_scraped)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Scrapy's entry point: visit the address, or the entry points of the source."""
        self.crawl_id = await self.context.async_store.ledger.start(
            self.source.id, self.context.now()
        )
        if self.notes.url:
            yield Request(
                self.notes.url,
                callback=self.parse_first,
                errback=self.first_failed,
                dont_filter=True,
            )
            return
        for request in await self.entries.start_requests(entry_points_of(self.source)):
            yield request

    async def parse_first(self, response: Response) -> AsyncIterator[Request]:
        """Learn from the first answer what the address is, and go on from there."""
        if response.status != 200:
            self.notes.problem = Obstacle("status", {"status": response.status})
            return
        try:
            info = await self.context.pool.run(about, self.page_of(response))
            self.source = self.notes.source = source_of(info, self.notes.taken)
        except (Refused, ValidationError) as error:
            why = error.reason if isinstance(error, Refused) else "unreadable"
            self.notes.problem = Obstacle("unlike", {"why": why, "exactly": str(error)})
            return
        await self.entries.start_requests([])
        entry = EntryPoint(response.url, info.kind)
        for request in await self.entries.handle_response(response, entry, 0):
            yield request

    async def first_failed(self, failure: Failure) -> None:
        """Say why the address brought no answer."""
        error = failure.value
        if isinstance(error, RobotsForbidden) and error.reachable:
            self.notes.problem = Obstacle("robots")
            return
        exactly = str(error) or type(error).__name__
        self.notes.problem = Obstacle("unfetched", {"why": outcome_of(failure), "exactly": exactly})

    async def learn(self) -> None:
        """Nothing: what was learned of the source is known, and a handful of articles teaches no
        more.
        """

    def article_scraped(self, item: dict[str, Any]) -> None:
        """Scrapy's signal: an article has left the pipelines."""
        self.notes.articles.append(CheckedPage(item["url"], item))


def source_of(info: SiteInfo, taken: Sequence[str]) -> Source:
    """A source for what a first answer says of its site, with an id that is not taken."""
    host = site(site_host(info.home)).partition(":")[0]
    is_address = host.replace(".", "").isdigit()
    label = host if is_address else host.partition(".")[0]
    source_id = label
    if label in taken and info.language:
        source_id = f"{label}-{info.language}"
    return Source(
        id=free_id(source_id, list(taken)),
        name=info.name,
        home=info.home,
        language=info.language,
    )

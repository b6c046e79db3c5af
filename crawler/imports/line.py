"""The line of one source for answers that others have captured: what a crawl does to a page, at the
moment of the capture, and nothing is asked for.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from scrapy.exceptions import DropItem

from crawler.article import Page
from crawler.pipelines import Decided, DecidePipeline, Extracted, ExtractPipeline, OutboxPipeline
from crawler.policy.decide import next_visit
from crawler.runtime import CrawlContext
from crawler.sources import Source
from crawler.spiders.crawl import CrawlSink
from crawler.spiders.page_visits import Fetched, PageVisits
from crawler.spiders.part_visits import PartVisits
from crawler.spiders.source import SourceSpider, entry_points_of
from crawler.store import KnownPage, PageRequest, PageState, PageVisit

FindPart = Callable[[Fetched, str], Awaitable[Page | None]]
"""Brings a further page of an article that was captured, too."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A page that is being imported: when it was captured, and what was known of it before."""

    at: datetime
    known: KnownPage

    def next_visit(self, planned: datetime | None, now: datetime) -> datetime | None:
        """When a crawl looks at the page: an import puts off nothing that a crawl has planned."""
        if self.known.waits:
            return now
        moments = [moment for moment in (planned, self.known.next_visit) if moment]
        return min(moments, default=None)


class ImportedVisits(PageVisits):
    """Records what captured answers come to. A page that is no article is left as crawls have found
    it, and is not asked for where none has.
    """

    def __init__(self, spider: "ImportSpider") -> None:
        super().__init__(spider, spider.parse_page, spider.page_failed)
        self.settled: dict[str, Settled] = {}

    async def settle_gone(self, target: PageRequest, status: int) -> None:
        """Record that a page was not there any more."""
        await self._record_fruitless(target, "gone", f"http {status}")

    async def settle_gone_later(self, known: KnownPage) -> None:
        """Record once more that a page was found gone after it was captured."""
        assert known.visited_at is not None
        visit = PageVisit(
            known.target.key,
            "gone",
            known.visited_at,
            known.next_visit,
            known.reason,
            imported_at=self._crawl.context.now(),
        )
        await self._crawl.context.async_store.pages.record_visit(visit)

    async def fail(self, target: PageRequest, reason: str) -> None:
        """Record a page that could not be read, which another version may read."""
        self._crawl.sink.on_page(target, reason, "")
        self._crawl.counts["failed"] += 1
        await self._record(target, "skipped", reason)

    async def _record(self, target: PageRequest, state: PageState, reason: str) -> None:
        settled = self.settled[target.key]
        known = settled.known
        if known.waits or (known.visited_at and known.visited_at >= settled.at):
            return
        now = self._crawl.context.now()
        again_at = settled.next_visit(None, now)
        visit = PageVisit(target.key, state, settled.at, again_at, reason, imported_at=now)
        await self._crawl.context.async_store.pages.record_visit(visit)


class CapturedParts(PartVisits):
    """The further pages of articles, as far as they were captured, too."""

    find: FindPart

    async def fetch(self, item: Fetched, url: str) -> Page | None:
        """A further page of an article; None where it was not captured."""
        return await self.find(item, url)

    async def find_first(self, target: PageRequest, url: str) -> None:
        """Nothing: the first page of an article was captured by itself, or not at all."""


class ImportSpider(SourceSpider):
    """A source as the stations of the line know it."""

    name = "import"

    def __init__(
        self, source: Source, context: CrawlContext, find_part: FindPart, sink: CrawlSink
    ) -> None:
        super().__init__(source, context)
        self.sink = sink
        self.visits = ImportedVisits(self)
        self.pages = self.visits
        parts = CapturedParts(self, self.visits, self._download, self._schedule)
        parts.find = find_part
        self.parts = parts

    async def begin(self) -> None:
        """Learn what is known of the source: its boilerplate and its entry points."""
        await self.learn()
        await self.entries.start_requests(entry_points_of(self.source))


class ImportedArticles(OutboxPipeline):
    """Commits articles that were captured some time ago."""

    spider: ImportSpider

    async def process_item(self, item: Decided) -> dict[str, Any]:
        """Commit an article; one whose page was found gone later stays marked as gone."""
        values = await super().process_item(item)
        settled = self.spider.visits.settled[item.fetched.target.key]
        if settled.known.state == "gone":
            await self.spider.visits.settle_gone_later(settled.known)
        return values

    def _visit(self, item: Decided) -> PageVisit:
        visit = super()._visit(item)
        now = self.context.now()
        settled = self.spider.visits.settled[item.fetched.target.key]
        planned = next_visit(item.decision.article.first_seen or settled.at, now)
        again_at = settled.next_visit(planned, now)
        return replace(visit, at=settled.at, next_visit=again_at, imported_at=now)


class ImportLine:
    """The stations of the line, one after another."""

    def __init__(self, spider: ImportSpider) -> None:
        self._spider = spider
        self._extract = ExtractPipeline(spider)
        self._decide = DecidePipeline(spider)
        self._outbox = ImportedArticles(spider)

    async def take(self, fetched: Fetched, known: KnownPage) -> None:
        """Bring a captured page through the line."""
        visits = self._spider.visits
        key = fetched.target.key
        visits.settled[key] = Settled(fetched.page.fetched_at, known)
        try:
            extracted = await self._extract.process_item(fetched)
            await self._refuse_known(extracted)
            decided = await self._decide.process_item(extracted)
            await self._outbox.process_item(decided)
        except DropItem:  # recorded where it left the line
            pass
        finally:
            del visits.settled[key]

    async def take_gone(self, known: KnownPage, at: datetime, status: int) -> None:
        """Record that a page, of which an article may be held, was not there any more."""
        visits = self._spider.visits
        visits.settled[known.target.key] = Settled(at, known)
        await visits.settle_gone(known.target, status)
        del visits.settled[known.target.key]

    async def _refuse_known(self, extracted: Extracted) -> None:
        """Drop an article that is held as it was later: by another address of it, too."""
        imported = self._spider.context.async_store.imported
        visited_at = await imported.article_visited_at(extracted.article.id)
        if visited_at is None or visited_at < extracted.fetched.page.fetched_at:
            return
        await self._spider.visits.skip(
            extracted.fetched.target, "duplicate", "its article is held as it was later"
        )
        raise DropItem("no article: duplicate")

"""The spider of a preview: a source's spider with bounds, which notes what it sees."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.signals import item_scraped
from twisted.python.failure import Failure

from crawler.entrypoints import Item, Listing
from crawler.extract import Refused
from crawler.fetch.errors import RobotsForbidden
from crawler.preview.candidates import CheckedEntryPoint, CheckedPage, Obstacle, PreviewNotes
from crawler.preview.site_info import SiteInfo, about
from crawler.runtime import CrawlContext
from crawler.sources import Source
from crawler.sources.toml_edit import free_id
from crawler.spiders.entry_visits import EntryPointVisits, outcome_of
from crawler.spiders.page_visits import PageVisits
from crawler.spiders.source import SourceSpider, entry_points_of
from crawler.store import DiscoveredPage, EntryPoint, PageRequest, Visit
from crawler.urls import site, site_host

TITLES = 3


class PreviewSpider(SourceSpider):
    """Looks at an address that may become a source, or at a source."""

    name = "preview"

    def __init__(
        self, source: Source, runtime: CrawlContext, look: PreviewNotes, boilerplate: frozenset[str]
    ) -> None:
        super().__init__(source, runtime)
        self.look = look
        self.boilerplate = boilerplate
        self.pages = LookedPages(self)
        self.entries = LookedEntries(self)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "PreviewSpider":
        spider = cls(*args, **kwargs)
        spider._set_crawler(crawler)
        crawler.signals.connect(spider._scraped, item_scraped)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        self.crawl_id = await self.runtime.stored(
            self.runtime.store.ledger.start, self.source.id, self.runtime.now()
        )
        if self.look.url:
            yield Request(
                self.look.url,
                callback=self.parse_first,
                errback=self.first_failed,
                dont_filter=True,
            )
            return
        for request in await self.entries.first(entry_points_of(self.source)):
            yield request

    async def parse_first(self, response: Response) -> AsyncIterator[Request]:
        """Learn from the first answer what the address is, and go on from there."""
        if response.status != 200:
            self.look.problem = Obstacle("status", {"status": response.status})
            return
        try:
            said = await self.runtime.pool.run(about, self.page_of(response))
            self.source = self.look.source = self._named(said)
        except (Refused, ValidationError) as error:
            why = error.reason if isinstance(error, Refused) else "unreadable"
            self.look.problem = Obstacle("unlike", {"why": why, "exactly": str(error)})
            return
        await self.entries.first([])
        for request in await self.entries.answered(
            response, EntryPoint(response.url, said.kind), 0
        ):
            yield request

    async def first_failed(self, failure: Failure) -> None:
        """Say why the address brought no answer."""
        error = failure.value
        if isinstance(error, RobotsForbidden) and error.reachable:
            self.look.problem = Obstacle("robots")
            return
        exactly = str(error) or type(error).__name__
        self.look.problem = Obstacle("unfetched", {"why": outcome_of(failure), "exactly": exactly})

    async def learn(self) -> None:
        """Nothing: what was learned of the source is known, and a handful of articles teaches no more."""

    def _named(self, said: SiteInfo) -> Source:
        host = site(site_host(said.home)).partition(":")[0]
        label = host if host.replace(".", "").isdigit() else host.partition(".")[0]
        taken = list(self.look.taken)
        wanted = label if label not in taken or not said.language else f"{label}-{said.language}"
        return Source(
            id=free_id(wanted, taken), name=said.name, home=said.home, language=said.language
        )

    def _scraped(self, item: dict[str, Any]) -> None:
        self.look.articles.append(CheckedPage(item["url"], item))


class LookedEntries(EntryPointVisits):
    """The entry points of a preview: a few of each kind."""

    def __init__(self, spider: PreviewSpider) -> None:
        super().__init__(spider, spider.pages, spider.parse_entry, spider.entry_failed)
        self._spider = spider
        bounds = spider.look.bounds
        self._left = Counter(
            feed=bounds.feeds, sitemap=bounds.sitemaps, section=bounds.sections, older=0
        )
        self._listed: dict[str, tuple[Item, ...]] = {}

    async def _links(self, items: tuple[Item, ...], entry: EntryPoint) -> list[DiscoveredPage]:
        self._listed[entry.url] = items
        return await super()._links(items, entry)

    def _more(
        self, outcome: str, listing: Listing, entry: EntryPoint, response: Response
    ) -> tuple[list[EntryPoint], EntryPoint]:
        found, entry = super()._more(outcome, listing, entry, response)
        kept = []
        for one in found:
            if self._left[one.kind] > 0:
                self._left[one.kind] -= 1
                kept.append(one)
        return kept, entry

    def _visit(
        self,
        entry: EntryPoint,
        outcome: str,
        response: Response | None,
        items: int,
        reach: datetime | None = None,
    ) -> Visit:
        visit = super()._visit(entry, outcome, response, items, reach)
        listed = self._listed.get(entry.url, ())
        titles = tuple(item.title for item in listed if item.title)[:TITLES]
        newest = max((item.modified for item in listed if item.modified), default=None)
        seen = CheckedEntryPoint(
            entry.url, entry.kind, entry.section, outcome, entry.parent, items, titles, newest
        )
        self._spider.look.entries.append(seen)
        return visit


class LookedPages(PageVisits):
    """The pages of a preview: a few of each entry point."""

    def __init__(self, spider: PreviewSpider) -> None:
        super().__init__(spider, spider.parse_page, spider.page_failed)
        self._spider = spider

    def requests(self, targets: Iterable[PageRequest]) -> Iterator[Request]:
        bounds = self._spider.look.bounds
        left = min(bounds.each, bounds.articles - len(self._asked))
        fresh = [target for target in targets if target.key not in self._asked]
        return super().requests(fresh[: max(0, left)])

    async def _skipped(
        self, target: PageRequest, state: str, reason: str, message: str = ""
    ) -> None:
        self._spider.look.articles.append(CheckedPage(target.url, reason=reason, message=message))
        await super()._skipped(target, state, reason, message)

    async def fail(self, target: PageRequest, reason: str) -> None:
        self._spider.look.articles.append(CheckedPage(target.url, reason=reason))
        await super().fail(target, reason)

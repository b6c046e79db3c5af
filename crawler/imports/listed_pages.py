"""A crawl of pages that somebody has listed, and of no entry point."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence

from scrapy import Request

from crawler.runtime import CrawlContext
from crawler.sources import Source
from crawler.spiders.crawl import CrawlSink
from crawler.spiders.source import SourceSpider, entry_points_of


class ListedPagesSpider(SourceSpider):
    """Fetches those of the pages with these keys that are due."""

    name = "listed"

    def __init__(
        self,
        source: Source,
        context: CrawlContext,
        keys: Sequence[str],
        counts: Counter[str],
        sink: CrawlSink,
    ) -> None:
        super().__init__(source, context)
        self.counts = counts
        self.sink = sink
        self._listed = keys

    async def start(self) -> AsyncIterator[Request]:
        """Scrapy's entry point."""
        await self._wait_for_claim()
        await self.learn()
        now = self.context.now()
        self.crawl_id = await self.context.async_store.ledger.start(self.source.id, now)
        await self.entries.start_requests(entry_points_of(self.source))
        for request in await self.pages.due_requests(self._listed, now):
            yield request

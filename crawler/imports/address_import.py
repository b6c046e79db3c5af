"""Importing addresses: they join the frontier of their sources and are fetched at once, as politely
as all pages.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from crawler.imports.address_list import ListedAddress
from crawler.imports.counts import ImportCounts
from crawler.imports.owners import Owners
from crawler.jobs.worker import Worker
from crawler.runtime import CrawlContext
from crawler.sources import Source
from crawler.store import DiscoveredPage

log = logging.getLogger(__name__)

LINES_TOLD = 100
"""Lines of lists that are told with what is wrong with them."""
NO_SOURCE = "it belongs to no source"
NO_LIST = "holds no web address: a list has one in each line, or in a column that is named url"


@dataclass(slots=True)
class ListedPages:
    """The pages that lists name, by source."""

    owners: Owners
    counts: ImportCounts
    by_source: dict[str, dict[str, DiscoveredPage]] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)

    def add(self, name: str, addresses: Iterable[ListedAddress]) -> None:
        """Take the addresses of a list with this name; what is wrong with a line is counted."""
        lines = list(addresses)
        if not any(address.url for address in lines):
            self.counts.problems[name] = NO_LIST
            return
        self.counts.lines += len(lines)
        for address in lines:
            problem = address.problem if address.url is None else self._take(address.url)
            if problem:
                self._tell(name, address, problem)

    def _take(self, url: str) -> str:
        """Take an address; returns what is wrong with it, nothing where it is taken."""
        source = self.owners.owner(url)
        if source is None:
            return NO_SOURCE
        key = source.key(url)
        self.sources[source.id] = source
        pages = self.by_source.setdefault(source.id, {})
        pages.setdefault(key, DiscoveredPage(key, url))
        return ""

    @property
    def total(self) -> int:
        """How many pages are listed, each once."""
        return sum(len(pages) for pages in self.by_source.values())

    def _tell(self, name: str, address: ListedAddress, problem: str) -> None:
        self.counts.wrong_lines += 1
        if len(self.counts.wrong) < LINES_TOLD:
            text = address.text[:200]
            self.counts.wrong.append(f"{name}:{address.line}: {text!r} is left out: {problem}")


@dataclass(slots=True)
class AddressImport:
    """One import of addresses, on the reactor's loop."""

    context: CrawlContext
    counts: ImportCounts
    _worker: Worker = field(init=False)

    def __post_init__(self) -> None:
        self._worker = Worker(self.context)

    async def run(self, listed: ListedPages, stop: asyncio.Event) -> None:
        """Fetch what lists name that is not known; `stop` leaves the rest to the next crawls."""
        crawling = asyncio.ensure_future(self._crawl_all(listed))
        stopped = asyncio.ensure_future(stop.wait())
        await asyncio.wait({crawling, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            await self._worker.stop()
        await crawling
        stopped.cancel()

    async def _crawl_all(self, listed: ListedPages) -> None:
        crawls = [
            self._crawl(listed.sources[source_id], list(pages.values()))
            for source_id, pages in listed.by_source.items()
        ]
        await asyncio.gather(*crawls)

    async def _crawl(self, source: Source, pages: Sequence[DiscoveredPage]) -> None:
        from crawler.imports.listed_pages import ListedPagesSpider
        from crawler.spiders.crawl import ReasonTally

        store = self.context.async_store
        counts = self.counts.of(source.id)
        keys = [page.key for page in pages]
        now = self.context.now()
        await store.imported.find(source.id, pages, now)
        due = await store.pages.due(source.id, keys, now)
        counts["known"] += len(keys) - len(due)
        if not due:
            return
        try:
            await self._worker.crawl_by(
                ListedPagesSpider,
                source,
                keys=[target.key for target in due],
                counts=counts,
                sink=ReasonTally(self.counts.reasons),
            )
        except Exception:
            log.exception("the crawl of %s broke off", source.id)
            self.counts.broken += 1

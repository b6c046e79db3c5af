"""What the visits of one crawl share. Knows no spider."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.article import Page
from crawler.entrypoints import READERS, Item, Kind
from crawler.runtime import CrawlContext
from crawler.sources import Source
from crawler.spiders.unsaved import UnsavedReadings
from crawler.store import EntryPoint, PageRequest, Visit

F_co = TypeVar("F_co", covariant=True)

Errback = Callable[[Failure], Awaitable[None]]
"""What Scrapy calls where a request brought no answer."""


class EntryPointCallback(Protocol):
    """What Scrapy calls with the answer of an entry point."""

    def __call__(
        self, response: Response, entry: EntryPoint, depth: int
    ) -> AsyncIterator[Request]: ...


class PageCallback(Protocol[F_co]):
    """What Scrapy calls with the answer of a page."""

    def __call__(self, response: Response, target: PageRequest) -> AsyncIterator[F_co]: ...


class CrawlSink:
    """Is told what a crawl's visits come to, before they are recorded. This one takes no notes."""

    def on_entry_point(self, visit: Visit, items: Sequence[Item]) -> None:
        """An entry point was visited and lists these items, in its order."""

    def on_page(self, target: PageRequest, reason: str, message: str) -> None:
        """A page was asked for and became no article, for a reason (a short stable word)."""


class ReasonTally(CrawlSink):
    """Counts why pages became no article."""

    def __init__(self, reasons: Counter[str]) -> None:
        self._reasons = reasons

    def on_page(self, target: PageRequest, reason: str, message: str) -> None:
        self._reasons[reason] += 1


class CrawlLimits:
    """How much a crawl asks for. This one leaves nothing out."""

    def entry_points(self, entry_points: Sequence[EntryPoint]) -> Sequence[EntryPoint]:
        """Those of the entry points that a site names which are to be visited."""
        return entry_points

    def pages(
        self, targets: Sequence[PageRequest], requested: Collection[str]
    ) -> Sequence[PageRequest]:
        """Those of the pages which are to be fetched; `requested` are the keys of earlier ones."""
        return targets


class Crawl:
    """One crawl of one source: its context, its counts, and what it has learned so far: lines that
    come back, marks of texts that stand in the place of articles, and which sites (registered
    domains) are the source's.

    With `since` it reaches back to that moment (UTC), and goes on with what began at `resumed_from`
    where that was interrupted; one that is `due_only` visits only what is due. `crawl_id` is 0
    until the crawl stands in the ledger.
    """

    kinds: ClassVar[frozenset[Kind]] = frozenset(READERS)
    """The kinds of entry points that are visited."""

    def __init__(
        self,
        source: Source,
        context: CrawlContext,
        since: datetime | None = None,
        *,
        due_only: bool = False,
    ) -> None:
        self.source = source
        self.context = context
        self.since = since
        self.due_only = due_only
        self.sink = CrawlSink()
        self.limits = CrawlLimits()
        self.crawl_id = 0
        self.resumed_from: datetime | None = None
        self.counts: Counter[str] = Counter()
        self.boilerplate: frozenset[str] = frozenset()
        self.shared_texts: set[str] = set()
        self.unsaved = UnsavedReadings()
        self.sites = set(source.sites)

    def page_of(self, response: Response, **details: Any) -> Page:
        """The answer as a page: bytes as received, headers with several values joined by line
        feeds.
        """
        headers = {
            name.decode("latin-1"): b"\n".join(values).decode("latin-1")
            for name, values in response.headers.items()
        }
        return Page(response.url, response.body, headers, self.context.now(), **details)

"""What the visits of one crawl share. Knows no spider."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.article import Page
from crawler.entrypoints import READERS, Kind
from crawler.runtime import CrawlContext
from crawler.sources import Source
from crawler.store import EntryPoint, PageRequest

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


class Crawl:
    """One crawl of one source: its context, its counts, and what it has learned so far.

    With `since` it reaches back to that moment (UTC); one that is `due_only` visits only what is
    due. `crawl_id` is 0 until the crawl stands in the ledger.
    """

    kinds: ClassVar[frozenset[Kind]] = frozenset(READERS)
    """The kinds of entry points that are visited."""

    def __init__(
        self,
        source: Source,
        runtime: CrawlContext,
        since: datetime | None = None,
        *,
        due_only: bool = False,
    ) -> None:
        self.source = source
        self.runtime = runtime
        self.since = since
        self.due_only = due_only
        self.crawl_id = 0
        self.counts: Counter[str] = Counter()
        self.boilerplate: frozenset[str] = frozenset()

    def page_of(self, response: Response, **details: Any) -> Page:
        """The answer as a page: bytes as received, headers with several values joined by line feeds."""
        headers = {
            name.decode("latin-1"): b"\n".join(values).decode("latin-1")
            for name, values in response.headers.items()
        }
        return Page(response.url, response.body, headers, self.runtime.now(), **details)

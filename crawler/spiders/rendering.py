"""Rendering the pages of a source that only scripts fill: what the browser asks for goes the way of
every request of the crawl, through the SSRF guard, robots.txt and the throttle of its host.
"""

import logging
from collections.abc import Awaitable, Callable

from scrapy import Request
from scrapy.http import Response

from crawler.article import Page
from crawler.entrypoints import Kind, Listing, read_entry
from crawler.policy.rendering import lists_little
from crawler.render import BrowserAnswer, BrowserRequest, NoBrowser, RenderFailed
from crawler.spiders.crawl import Crawl

log = logging.getLogger(__name__)


class PageRenders:
    """The pages of one crawl that are rendered. `crawling` says whether the crawl goes on."""

    def __init__(
        self,
        crawl: Crawl,
        download: Callable[[Request], Awaitable[Response]],
        crawling: Callable[[], bool],
    ) -> None:
        self._crawl = crawl
        self._download = download
        self._crawling = crawling
        self._lacks_browser = False

    @property
    def are_over(self) -> bool:
        """Whether the crawl ends, so that nothing is rendered any more."""
        return not self._crawling()

    async def read_entry(self, kind: Kind, page: Page) -> Listing:
        """What an entry point lists; with its scripts, where its plain answer lists little. Raises
        what reading it raises.
        """
        listing, failure = await self._listing(kind, page)
        if self._crawl.source.render and lists_little(kind, (item.title for item in listing.items)):
            rendered = await self.rendered(page)
            if rendered:
                fuller, failed = await self._listing(kind, rendered)
                if failed is None and len(fuller.items) >= len(listing.items):
                    return fuller
        if failure:
            raise failure
        return listing

    async def _listing(self, kind: Kind, page: Page) -> tuple[Listing, Exception | None]:
        try:
            return await self._crawl.context.pool.run(read_entry, kind, page), None
        except Exception as error:
            return Listing(), error

    async def rendered(self, page: Page) -> Page | None:
        """The page with what its scripts bring; None where the source asks for none, or where that
        fails.
        """
        renderer = self._crawl.context.renderer
        source = self._crawl.source
        if not source.render or renderer is None or self._lacks_browser:
            return None
        try:
            rendered = await renderer.render(page, self._ask, self._crawling)
        except NoBrowser as error:
            self._lacks_browser = True
            log.error("%s: %s", source.id, error)
            return None
        except RenderFailed as error:
            log.info("%s: %s can't be rendered: %s", source.id, page.url, error)
            return None
        self._crawl.counts["rendered"] += 1
        return rendered

    async def _ask(self, request: BrowserRequest) -> BrowserAnswer | None:
        """The answer of a site; redirects are left to the browser, so that each is checked like a
        first request.
        """
        meta = {"dont_redirect": True, "dont_retry": True}
        headers = request.sent_headers
        try:
            asked = Request(request.url, headers=headers, meta=meta, dont_filter=True)
            response = await self._download(asked)
        except Exception as error:
            log.info("%s: not asked for %s: %s", self._crawl.source.id, request.url, error)
            return None
        answered = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        )
        return BrowserAnswer(response.status, answered, response.body)

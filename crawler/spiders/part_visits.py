"""Articles on several pages: asking for the further pages while the first one is read, and for the
first where a further one was listed.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from scrapy import Request
from scrapy.http import Response

from crawler.article import Page
from crawler.spiders.crawl import Crawl
from crawler.spiders.page_visits import Fetched, PageVisits
from crawler.store import DiscoveredPage, PageRequest
from crawler.urls import site_host

log = logging.getLogger(__name__)


class PartVisits:
    """The further pages of the articles of one crawl. They are asked for like all pages: with
    robots.txt, the throttle of their host and the SSRF guard.
    """

    def __init__(
        self,
        crawl: Crawl,
        pages: PageVisits,
        download: Callable[[Request], Awaitable[Response]],
        schedule: Callable[[Request], None],
    ) -> None:
        self._crawl = crawl
        self._pages = pages
        self._download = download
        self._schedule = schedule

    async def fetch(self, item: Fetched, url: str) -> Page | None:
        """A further page of an article; None where it can't be had."""
        self._pages.leave(self._crawl.source.key(url))
        try:
            response = await self._download(Request(url, dont_filter=True))
        except Exception as error:
            log.info("%s: no further page %s: %s", self._crawl.source.id, url, error)
            return None
        self._crawl.counts["fetched"] += 1
        if response.status != 200 or site_host(response.url) != site_host(item.page.url):
            return None
        return self._crawl.page_of(response, section=item.page.section, hints=item.page.hints)

    async def find_first(self, target: PageRequest, url: str) -> None:
        """Ask for the first page of an article of which a further one was listed."""
        source = self._crawl.source
        now = self._crawl.context.now()
        key = source.key(url)
        # The words of the link told of a page by its number.
        first = DiscoveredPage(key, url, target.section, replace(target.hints, link=None))
        await self._crawl.context.async_store.pages.find(source.id, first, now)
        for request in await self._pages.due_requests([key], now):
            self._schedule(request)

"""Scrapy's HTTP downloader behind the throttle, with a bound on the headers of an answer."""

from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.downloader.retry_after import check_wait, heed_wait
from crawler.process.disk_space import DiskSpace
from crawler.spiders.source import SourceSpider

KEPT_OPEN_SECONDS = 5
"""How long a connection is kept for the next request to its host: each takes a descriptor, and a
crawl may ask hundreds of hosts.
"""
LARGEST_HEADERS = 1024 * 1024
"""Bytes of headers, interim answers included, after which an answer is given up on; Twisted bounds
only a line.
"""


class HeadersTooLarge(Exception):
    """An answer has more headers than any that means well."""


class NoRoom(IgnoreRequest):
    """The crawl was stopped while it waited for room on the disk; what it asked for comes with the
    next one.
    """

    reachable = False


class Overtaken(IgnoreRequest):
    """Another worker has taken the crawl over; it asks for the same."""

    reachable = False


class PoliteDownloadHandler(HTTP11DownloadHandler):
    """Waits for room on the disk and for the host's turn. Here nothing passes by: robots.txt,
    redirects and retries come this way too.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool.cachedConnectionTimeout = KEPT_OPEN_SECONDS
        self._pool._factory = _BoundedFactory  # noqa: SLF001 - listed in tests/test_private_parts.py

    async def download_request(self, request: Request) -> Response:
        spider = self._crawler.spider
        if not isinstance(spider, SourceSpider):
            return await self._download(request)
        context = spider.context
        if context.disk:
            await self._wait_for_room(context.disk)
        if context.archive and not await context.archive.ready(lambda: self._crawler.crawling):
            raise NoRoom("the archive can't be written")
        async with context.throttle.turn(urlsplit(request.url).netloc.lower()):
            check_wait(context, request)  # the answer before may have asked for one
            if not await spider.may_ask():
                raise Overtaken("taken over by another worker")
            response = await self._download(request)
            await heed_wait(context, request, response)
            return response

    async def _download(self, request: Request) -> Response:
        assert self._crawler.stats is not None
        self._crawler.stats.inc_value("downloader/request_count")
        return await super().download_request(request)

    async def _wait_for_room(self, disk: DiskSpace) -> None:
        if not await disk.room(lambda: self._crawler.crawling):
            raise NoRoom("no room on the disk")


class _BoundedParser(_LenientHTTPClientParser):
    _header_bytes = 0

    def lineReceived(self, line: bytes) -> None:
        self._header_bytes += len(line) + 1
        if self._header_bytes > LARGEST_HEADERS:
            raise HeadersTooLarge(f"more than {LARGEST_HEADERS} bytes of headers")
        super().lineReceived(line)


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Any:
        answer = super().request(request)
        # Twisted names the class of the parser in the middle of its method, and Scrapy exchanges it
        # like so.
        if self._parser is not None:
            self._parser.__class__ = _BoundedParser
        return answer


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _BoundedProtocol:
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]

"""A host that asks to wait is waited for, or left alone until then."""

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from crawler.fetch.errors import HostWaiting
from crawler.fetch.host_waits import LONGEST_IN_CRAWL, HostWait, asked_wait
from crawler.runtime import CrawlContext

_ASKING = frozenset((429, 503))
"""Statuses with which a host may ask to wait."""


class RetryAfterMiddleware:
    """Ends requests to a host that has asked to be left alone, before they take a place in the
    queue of their host.
    """

    def __init__(self, context: CrawlContext) -> None:
        self._context = context

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RetryAfterMiddleware":
        context = getattr(crawler.spider, "context", None)
        if context is None:
            raise NotConfigured
        return cls(context)

    def process_request(self, request: Request) -> None:
        check_wait(self._context, request)


def check_wait(context: CrawlContext, request: Request) -> None:
    """Raise `HostWaiting` where the request's host has asked to be left alone."""
    wait = context.waits.of(_host(request), context.now())
    if wait:
        raise HostWaiting(wait)


async def heed_wait(context: CrawlContext, request: Request, response: Response) -> None:
    """Pause the throttle of a host that answers 429 or 503, before the request is tried again.
    Where it asks for a long wait, nobody asks it before: no request of this crawl or another, and
    no other process.
    """
    if response.status not in _ASKING:
        return
    now = context.now()
    wait = asked_wait(_header(response, "Retry-After"), _header(response, "Date"), now)
    host = _host(request)
    if wait <= LONGEST_IN_CRAWL:
        context.throttle.pause(host, wait.total_seconds())
        return
    request.meta["dont_retry"] = True
    await context.keep_wait(HostWait(host, now + wait, response.status))


def _host(request: Request) -> str:
    return urlsplit(request.url).netloc.lower()


def _header(response: Response, name: str) -> str:
    value = response.headers.get(name) or b""
    return value.decode("ascii", "replace").strip()

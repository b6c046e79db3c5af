"""A host that asks to wait is waited for."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.runtime import CrawlContext

LONGEST = 60.0
"""Seconds of Retry-After that are waited for within a crawl; after more, the page comes with the
next crawl.
"""
DEFAULT = 2.0
"""Seconds where a host does not say how long."""


class RetryAfterMiddleware:
    """Pauses the throttle of a host that answers 429 or 503, before the request is tried again."""

    def __init__(self, context: CrawlContext | None) -> None:
        self._context = context

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RetryAfterMiddleware":
        return cls(getattr(crawler.spider, "context", None))

    def process_response(self, request: Request, response: Response) -> Response:
        if self._context and response.status in {429, 503}:
            header = response.headers.get("Retry-After") or b""
            seconds = _seconds(header.decode("ascii", "replace").strip(), self._context.now())
            host = urlsplit(request.url).netloc.lower()
            self._context.throttle.pause(host, min(max(seconds, 0.0), LONGEST))
        return response


def _seconds(value: str, now: datetime) -> float:
    """How long a Retry-After header asks to wait: seconds, or until a date."""
    if value.isdigit():
        return float(value[:9])
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return DEFAULT
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return (until - now).total_seconds()

"""A host that asks to wait is waited for."""

from datetime import UTC
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


class RetryAfterMiddleware:
    """Holds the gate of a host that answers 429 or 503, before the request is tried again."""

    def __init__(self, runtime: CrawlContext | None) -> None:
        self._runtime = runtime

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RetryAfterMiddleware":
        return cls(getattr(crawler.spider, "runtime", None))

    def process_response(self, request: Request, response: Response) -> Response:
        if self._runtime and response.status in (429, 503):
            seconds = self._seconds(
                (response.headers.get("Retry-After") or b"").decode("ascii", "replace").strip()
            )
            self._runtime.gate.pause(
                urlsplit(request.url).netloc.lower(), min(max(seconds, 0.0), LONGEST)
            )
        return response

    def _seconds(self, value: str) -> float:
        if value.isdigit():
            return float(value[:9])
        try:
            until = parsedate_to_datetime(value)
        except ValueError:
            return DEFAULT
        assert self._runtime is not None
        return (
            (until if until.tzinfo else until.replace(tzinfo=UTC)) - self._runtime.now()
        ).total_seconds()

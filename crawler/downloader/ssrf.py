"""The SSRF guard: no request to a private address, by its spelling; names are checked where they
are resolved (crawler.fetch.resolver).
"""

from collections.abc import Collection

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.config import load_config
from crawler.fetch import ssrf
from crawler.fetch.errors import AddressForbidden


class SsrfMiddleware:
    """Checks first requests, redirects, robots.txt, feeds and sitemaps alike."""

    def __init__(self, allowed: Collection[str]) -> None:
        self._allowed = allowed

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "SsrfMiddleware":
        context = getattr(crawler.spider, "context", None)
        config = context.config if context else load_config()
        return cls(config.allow_hosts)

    def process_request(self, request: Request) -> None:
        try:
            ssrf.check(request.url, self._allowed)
        except ssrf.ForbiddenAddressError as error:
            raise AddressForbidden(f"address: {error}") from error

"""No request into a trap."""

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured

from crawler.fetch.traps import endless
from crawler.spiders.source import SourceSpider


class Trap(IgnoreRequest):
    """The address leads into endlessly many."""


class TrapMiddleware:
    """Stops requests into a trap for pages that were never fetched and entry points that were
    found.

    Redirects are checked too; what the sources file names and what brought an article before
    goes through.
    """

    def __init__(self, spider: SourceSpider) -> None:
        self._spider = spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "TrapMiddleware":
        if not isinstance(crawler.spider, SourceSpider):
            raise NotConfigured
        return cls(crawler.spider)

    def process_request(self, request: Request) -> None:
        target = request.cb_kwargs.get("target")
        reason = None
        if target is not None and target.first:
            reason = self._spider.pages.traps.reason(target.url) or endless(request.url)
        elif request.cb_kwargs.get("depth"):
            reason = endless(request.url)
        if reason:
            raise Trap(f"trap: {reason}")

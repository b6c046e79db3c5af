"""Pages that send on by `<meta http-equiv="refresh">`, as portals in several languages and articles
that have moved do.
"""

import re
from urllib.parse import urldefrag

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.http import HtmlResponse, Response
from scrapy.utils.response import get_meta_refresh

from crawler.downloader.chain_cookies import has_cookies, take_cookies

_REFRESH = re.compile(rb"http-equiv\s{0,9}=\s{0,9}[\"']?\s{0,9}refresh", re.IGNORECASE)
_IGNORED = ("script", "noscript")
_BEGINNING = 8192
"""Bytes of a page that are asked first: to decode it takes longer, and few pages send on."""


class RefreshMiddleware:
    """Follows a page that sends on within seconds, as if it were a redirect: bounded like one, past
    the SSRF guard and robots.txt. What a page holds for browsers without scripts is not followed.
    """

    def __init__(self, following: MetaRefreshMiddleware) -> None:
        self._following = following

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RefreshMiddleware":
        return cls(MetaRefreshMiddleware.from_crawler(crawler))

    def process_response(self, request: Request, response: Response) -> Request | Response:
        if not isinstance(response, HtmlResponse) or not _may_send_on(request, response):
            return response
        _, url = get_meta_refresh(response, ignore_tags=_IGNORED)
        if not url or not _leads_on(request, response, url):
            return response
        return self._following.process_response(request, response)


def _may_send_on(request: Request, response: Response) -> bool:
    """Whether a page that was answered well may send on. robots.txt never does."""
    if response.status != 200 or request.meta.get("robots"):
        return False
    return _REFRESH.search(response.body, 0, _BEGINNING) is not None


def _leads_on(request: Request, response: Response, url: str) -> bool:
    """Whether an address is new to the chain, or may answer anew to the first cookies that were
    set: pages that are shown for long ask to be loaded again and again.
    """
    had_cookies = has_cookies(request)
    set_cookies = take_cookies(request, response)
    visited = {*request.meta.get("redirect_urls", ()), request.url}
    if urldefrag(url).url not in visited:
        return True
    return set_cookies and not had_cookies

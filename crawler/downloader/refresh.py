"""Pages that send on by `<meta http-equiv="refresh">`, or by a script that does nothing else, as
portals in several languages and articles that have moved do.
"""

import re
from html import escape
from urllib.parse import urldefrag

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.http import HtmlResponse, Response
from scrapy.utils.response import get_meta_refresh

from crawler.downloader.chain_cookies import has_cookies, take_cookies

_REFRESH = re.compile(rb"http-equiv\s{0,9}=\s{0,9}[\"']?\s{0,9}refresh", re.IGNORECASE)
LARGEST_GATE = 4096
"""Bytes of a page that does nothing but send on by a script."""
_MOST_WORDS = 30
"""Words of such a page, its title included: "Click here if you are not taken there"."""
_SCRIPT = re.compile(r"<script\b[^<>]*>(.*?)</script", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(r"<[^<>]*>")
_OPENS = re.compile(
    r"""\blocation(?:\.href)?\s{0,9}(?:=|\.(?:replace|assign)\()\s{0,9}["']([^"'<>\s]{1,2000})["']"""
)
_ASKS = re.compile(r"\bif\b|\bswitch\b|\?\s|&&|\|\|")
"""What a script has that sends some readers on and others not."""
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
        asking = _with_refresh(response)
        _, url = get_meta_refresh(asking, ignore_tags=_IGNORED)
        if not url or not _leads_on(request, response, url):
            return response
        return self._following.process_response(request, asking)


def _may_send_on(request: Request, response: Response) -> bool:
    """Whether a page that was answered well may send on. robots.txt never does."""
    if response.status != 200 or request.meta.get("robots"):
        return False
    if len(response.body) <= LARGEST_GATE and b"location" in response.body:
        return True
    return _REFRESH.search(response.body, 0, _BEGINNING) is not None


def _with_refresh(response: HtmlResponse) -> HtmlResponse:
    """The page, with what its script does said by a meta element: where it holds hardly any words,
    and its one script opens an address without asking for anything.
    """
    if len(response.body) > LARGEST_GATE or _REFRESH.search(response.body):
        return response
    scripts = _SCRIPT.findall(response.text)
    opened = [match[1] for script in scripts for match in _OPENS.finditer(script)]
    if len(opened) != 1 or any(map(_ASKS.search, scripts)):
        return response
    words = _MARKUP.sub(" ", _SCRIPT.sub(" ", response.text)).split()
    if len(words) > _MOST_WORDS:
        return response
    meta = f'<meta http-equiv="refresh" content="0;url={escape(opened[0])}">'
    return response.replace(body=meta.encode(response.encoding, "replace"))


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

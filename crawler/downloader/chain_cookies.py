"""Cookies within one chain of redirects: a site that sets one and sends on asks for it at the next
step. Nothing is kept behind the chain's end.
"""

from http.cookiejar import Cookie, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.http.cookies import CookieJar

from crawler.urls import is_public_suffix

MOST = 50
"""Cookies of one answer that are looked at: browsers keep about so many of a site."""
LONGEST = 4096
"""Bytes of one cookie with its attributes (RFC 6265, section 6.1)."""
_JAR = "chain_cookies"
_DEFAULT_PORT = 80
"""What http.cookiejar takes for the port of an address that names none, with https as well."""
_REDIRECTS = frozenset((301, 302, 303, 307, 308))


class _WithinSite(DefaultCookiePolicy):
    """A cookie is sent to the host that set it, and to the hosts of a domain of it that it names,
    as browsers do; never to all that stand below one public suffix.
    """

    def set_ok(self, cookie: Cookie, request: Any) -> bool:
        domain = cookie.domain.strip(".").lower()
        is_wide = cookie.domain_specified and is_public_suffix(domain)
        return not is_wide and super().set_ok(cookie, request)


class ChainCookiesMiddleware:
    """Hands the cookies of a redirect to the request that follows it. They travel with the request,
    and end with it.
    """

    def process_request(self, request: Request) -> None:
        jar = request.meta.get(_JAR)
        request.headers.pop("Cookie", None)
        if jar is not None:
            jar.add_cookie_header(request)

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status in _REDIRECTS:
            take_cookies(request, response)
        return response


def take_cookies(request: Request, response: Response) -> bool:
    """Keep the cookies that an answer sets for the request that follows it in the same chain;
    returns whether there were any.
    """
    cookies = [cookie for cookie in response.headers.getlist("Set-Cookie") if len(cookie) < LONGEST]
    if not cookies:
        return False
    jar = request.meta.setdefault(_JAR, CookieJar(_WithinSite()))
    bounded = Response(response.url, headers={"Set-Cookie": cookies[:MOST]})
    # Another port of a host is another server, though cookies in general don't tell them apart.
    port = str(urlsplit(response.url).port or _DEFAULT_PORT)
    for cookie in jar.make_cookies(bounded, request):
        cookie.port = port
        jar.set_cookie_if_ok(cookie, request)
    return True


def has_cookies(request: Request) -> bool:
    """Whether an answer earlier in the chain set cookies."""
    return _JAR in request.meta

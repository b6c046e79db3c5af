"""The proxy that the environment names, looked up once for each host."""

from functools import cache
from urllib.request import proxy_bypass

from scrapy import Request
from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware
from scrapy.utils.httpobj import urlparse_cached


class ProxyMiddleware(HttpProxyMiddleware):
    """Scrapy's own looks through the whole environment at each request, to see whether `no_proxy`
    names the host.
    """

    def __init__(self, auth_encoding: str | None = "latin-1") -> None:
        super().__init__(auth_encoding)
        self._bypassed = cache(proxy_bypass)

    def process_request(self, request: Request) -> None:  # type: ignore[override]
        parts = urlparse_cached(request)
        given = "proxy" in request.meta or parts.scheme not in self.proxies
        if given or not parts.hostname or self._bypassed(parts.hostname):
            super().process_request(request)
            return
        credentials, url = self.proxies[parts.scheme]
        self._set_proxy_and_creds(request, url, credentials, parts.scheme)

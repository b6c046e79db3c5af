"""robots.txt first, for every host, failing closed."""

import asyncio
import logging
from dataclasses import replace
from itertools import islice
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured, StopDownload
from scrapy.http.request import NO_CALLBACK

from crawler.extract import Refused
from crawler.fetch.errors import AddressForbidden, RobotsForbidden, kind_of
from crawler.fetch.robots import LARGEST, LARGEST_TDMREP, Rules, rules_of
from crawler.runtime import CrawlContext

MOST_HOSTS = 2_000
"""Hosts whose rules a process remembers; one that is forgotten is asked again."""
log = logging.getLogger(__name__)


class RobotsMiddleware:
    """Asks each host once a day in a process, whichever crawl comes first; the others wait for its
    answer.
    """

    def __init__(self, crawler: Crawler, context: CrawlContext) -> None:
        self._crawler = crawler
        self._context = context
        self._received: WeakKeyDictionary[Request, int] = WeakKeyDictionary()
        crawler.signals.connect(self._enough, signals.bytes_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RobotsMiddleware":
        context = getattr(crawler.spider, "context", None)
        if context is None or not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        return cls(crawler, context)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("robots"):
            return
        rules = await self._rules(request)
        if not rules.allow(request.url):
            raise RobotsForbidden(rules)

    async def _rules(self, request: Request) -> Rules:
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc.lower()}"
        pending = self._context.robots.get(origin)
        if pending is not None and not self._is_stale(pending):
            # Shielded: a crawl that is cancelled must not cancel the answer for the others.
            return await asyncio.shield(pending)
        waiting = self._context.robots[origin] = asyncio.get_running_loop().create_future()
        try:
            rules = await self._ask(origin)
        except BaseException:
            # A crawl that is stopped must not leave the others waiting.
            waiting.set_result(Rules(self._context.now(), reachable=False))
            self._context.robots.pop(origin, None)
            raise
        self._context.throttle.set_delay(parts.netloc.lower(), rules.delay)
        waiting.set_result(rules)
        self._forget_hosts()
        return rules

    def _forget_hosts(self) -> None:
        """Forget the hosts that were read first, where there are very many."""
        known = self._context.robots
        surplus = len(known) - MOST_HOSTS
        if surplus > 0:
            answered = (origin for origin, answer in known.items() if answer.done())
            for origin in list(islice(answered, surplus)):
                del known[origin]

    def _is_stale(self, answer: asyncio.Future[Rules]) -> bool:
        return answer.done() and answer.result().stale(self._context.now())

    async def _ask(self, origin: str) -> Rules:
        meta = {"robots": True, "download_maxsize": 0, "cut": LARGEST, "max_retry_times": 1}
        request = Request(f"{origin}/robots.txt", callback=NO_CALLBACK, priority=1000, meta=meta)
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(request)
        except AddressForbidden:
            return rules_of(None, b"", self._context.now())
        except IgnoreRequest as error:
            # A crawl that ends knows nothing of the host.
            if not getattr(error, "reachable", True):
                raise
            # More redirects than are followed: the file is unavailable, and all is allowed.
            return Rules(self._context.now(), reachable=True)
        except Exception as error:
            log.info("%s/robots.txt can't be read: %r", origin, error)
            failure = f"{kind_of(error)}: {error}"
            return Rules(self._context.now(), reachable=False, failure=failure)
        rules = await self._read(origin, response.status, response.body)
        return await self._with_reservations(origin, rules)

    async def _read(self, origin: str, status: int, body: bytes) -> Rules:
        """The rules of an answer, read in another process: a hostile file can cost seconds."""
        now = self._context.now()
        if not 200 <= status < 300:
            return rules_of(status, b"", now)
        try:
            return await self._context.pool.run(rules_of, status, body, now)
        except Refused as error:
            log.info("%s/robots.txt can't be read: %s", origin, error)
            return Rules(now, reachable=False)

    def _enough(self, data: bytes, request: Request) -> None:
        """Scrapy's signal: a file that is longer than what is read of it need not come as a
        whole.
        """
        if "cut" in request.meta:
            self._received[request] = self._received.get(request, 0) + len(data)
            if self._received[request] > request.meta["cut"]:
                raise StopDownload(fail=False)

    async def _with_reservations(self, origin: str, rules: Rules) -> Rules:
        """The rules with the site's file by the TDM Reservation Protocol, where it matters and may
        be asked for.
        """
        url = f"{origin}/.well-known/tdmrep.json"
        if not self._context.config.respect_tdm or not rules.allow(url):
            return rules
        meta = {"robots": True, "download_maxsize": LARGEST_TDMREP, "max_retry_times": 1}
        request = Request(url, callback=NO_CALLBACK, priority=1000, meta=meta)
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception as error:
            log.info("%s can't be read: %r", url, error)
            return rules
        if response.status != 200 or len(response.body) > LARGEST_TDMREP:
            return rules
        return replace(rules, tdmrep=response.body.decode("utf-8-sig", "replace"))

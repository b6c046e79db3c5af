"""Visiting pages: asking for them, and recording every visit that brings no article."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.article import Page
from crawler.fetch.robots import Rules
from crawler.fetch.traps import Traps
from crawler.policy.decide import SECOND_LOOK, next_try, next_visit
from crawler.spiders.crawl import Crawl, Errback, PageCallback
from crawler.store import PageRequest, PageVisit
from crawler.urls import canonical_key

log = logging.getLogger(__name__)

AT_ONCE = 400
"""Links that are looked at before others have their turn: a sitemap may bring fifty thousand."""
_FRUITLESS = ("no-article", "empty", "soft-404", "http 404", "http 410")


@dataclass(slots=True)
class Fetched:
    """A page as it goes into the line, with the target that it answers and the validators for its
    next visit.
    """

    page: Page = field(repr=False)  # Scrapy logs the items that leave the line
    target: PageRequest
    etag: str | None
    last_modified: str | None


class PageVisits:
    """The article candidates of one crawl, each asked for once."""

    def __init__(self, crawl: Crawl, callback: "PageCallback[Fetched]", errback: Errback) -> None:
        self._crawl = crawl
        self._callback = callback
        self._errback = errback
        self._asked: set[str] = set()
        self.traps = Traps()

    def requests(self, targets: Iterable[PageRequest]) -> Iterator[Request]:
        """Requests for the targets that this crawl has not asked for."""
        for target in targets:
            if target.key not in self._asked:
                self._asked.add(target.key)
                yield Request(
                    target.url,
                    callback=self._callback,
                    errback=self._errback,
                    cb_kwargs={"target": target},
                    meta={"validators": (target.etag, target.last_modified)},
                    dont_filter=True,
                )

    async def due(self, keys: Sequence[str], now: datetime) -> Iterator[Request]:
        """Requests for those of the pages that are to be fetched now."""
        runtime, source, targets = self._crawl.runtime, self._crawl.source.id, list[PageRequest]()
        for at in range(0, len(keys), AT_ONCE):
            targets += await runtime.stored(
                runtime.store.pages.due, source, keys[at : at + AT_ONCE], now
            )
        return self.requests(targets)

    async def answered(self, response: Response, target: PageRequest) -> Fetched | None:
        """The page to read; None, and recorded, where there is none."""
        self._crawl.counts["fetched"] += 1
        if response.status == 200:
            source, rules = self._crawl.source, self._rules(response.url)
            hints = replace(
                target.hints,
                language=source.language,
                country=source.country,
                boilerplate=self._crawl.boilerplate,
                hosts=source.same,
                selectors=source.chosen,
                signals=rules.signals if rules else "",
                tdmrep=rules.tdmrep if rules else "",
            )
            page = self._crawl.page_of(response, section=target.section, hints=hints)
            return Fetched(page, target, *validators(response))
        if response.status == 304:
            await self._unchanged(target)
        elif response.status in (404, 410):
            await self._skipped(target, "gone", f"http {response.status}")
        else:
            await self.fail(target, f"http {response.status}")
        return None

    def _rules(self, url: str) -> Rules | None:
        parts = urlsplit(url)
        asked = self._crawl.runtime.robots.get(f"{parts.scheme}://{parts.netloc.lower()}")
        return asked.result() if asked and asked.done() else None

    async def failed(self, failure: Failure) -> None:
        """Record a page that brought no answer, or that must not be fetched."""
        target: PageRequest = failure.request.cb_kwargs["target"]  # type: ignore[attr-defined]
        error = failure.value
        if not isinstance(error, IgnoreRequest):
            self._crawl.counts["fetched"] += 1
            await self.fail(target, type(error).__name__)
        elif getattr(error, "reachable", True):
            log.info("%s: not fetched %s: %s", self._crawl.source.id, target.url, error)
            await self._record(target, "skipped", str(error).partition(":")[0])

    async def skip(self, target: PageRequest, reason: str, message: str) -> None:
        """Record a page that was fetched and became no article."""
        await self._skipped(target, "skipped", reason, message)

    async def _skipped(
        self, target: PageRequest, state: str, reason: str, message: str = ""
    ) -> None:
        if reason in _FRUITLESS:
            self.traps.fruitless(target.url)
        self._crawl.counts["skipped"] += 1
        log.info("%s: no article %s: %s %s", self._crawl.source.id, target.url, reason, message)
        await self._record(target, state, reason)

    async def fail(self, target: PageRequest, reason: str) -> None:
        """Record a page that failed; it is asked for again, ever later."""
        self._crawl.counts["failed"] += 1
        log.info("%s: failed %s: %s", self._crawl.source.id, target.url, reason)
        now = self._crawl.runtime.now()
        visit = PageVisit(
            target.key, "failed", now, next_try(target.tries + 1, now), reason, first=target.first
        )
        await self._crawl.runtime.stored(self._crawl.runtime.store.pages.record_visit, visit)

    async def _unchanged(self, target: PageRequest) -> None:
        self._crawl.counts["unchanged"] += 1
        runtime, now = self._crawl.runtime, self._crawl.runtime.now()
        await runtime.stored(runtime.store.pages.record_unchanged, target.key, now, next_visit)
        if runtime.keeper:
            write = runtime.keeper.write_unchanged
            await runtime.archived(
                write, target.url, target.key, self._crawl.source.id, "page", now
            )

    async def _record(self, target: PageRequest, state: str, reason: str) -> None:
        now = self._crawl.runtime.now()
        visit = PageVisit(target.key, state, now, now + SECOND_LOOK, reason, first=target.first)  # type: ignore[arg-type]
        await self._crawl.runtime.stored(self._crawl.runtime.store.pages.record_visit, visit)


def validators(response: Response) -> tuple[str | None, str | None]:
    """ETag and Last-Modified of an answer."""
    etag, last_modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
    return (
        etag.decode("latin-1") if etag else None,
        last_modified.decode("latin-1") if last_modified else None,
    )


def moved_to(response: Response, kind: str) -> str | None:
    """Where an entry point answers from now, if only lasting redirects (301, 308) led to another
    address than it has; a home page may send on to another page of its site.
    """
    request = response.request
    asked = request.meta.get("redirect_urls") if request else None
    if not request or not asked or not set(request.meta.get("redirect_reasons", ())) <= {301, 308}:
        return None
    here, there = canonical_key(asked[0]), canonical_key(response.url)
    same = here.partition("/")[0] == there.partition("/")[0] if kind == "home" else here == there
    return None if same else response.url[:2000]

"""Visiting pages: asking for them, and recording every visit that brings no article."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.article import Page
from crawler.fetch.traps import Traps
from crawler.policy.decide import next_try
from crawler.policy.departures import is_gone, is_the_site_well, leads_away, may_be_withdrawn
from crawler.policy.identity import Identity
from crawler.policy.live_looks import next_article_look
from crawler.policy.passing import is_passing, next_look
from crawler.spiders.answers import is_sent_on_for_good, outcome_of, validators
from crawler.spiders.crawl import Crawl, Errback, PageCallback
from crawler.store import DiscoveredPage, PageRequest, PageState, PageVisit

log = logging.getLogger(__name__)

AT_ONCE = 400
"""Links that are looked at before others have their turn: a sitemap may bring fifty thousand."""
_FRUITLESS = ("no-article", "empty", "shell", "soft-404", "http 404", "http 410")
"""Reasons that count against a pattern of addresses, which may be a trap for crawlers."""


@dataclass(slots=True)
class Fetched:
    """A page as it goes into the pipelines, with the request that it answers and the validators for
    its next visit; `own` is the canonical key of the address that answered, `lasting` says that
    only redirects that are meant to stay led there.
    """

    page: Page = field(repr=False)  # Scrapy logs the items that leave the line
    target: PageRequest
    own: str
    etag: str | None
    last_modified: str | None
    lasting: bool = False

    @property
    def sent_on(self) -> bool:
        """Whether another address answered than the one that was asked for."""
        return self.own != self.target.key

    @property
    def answered(self) -> tuple[str, str] | None:
        """Key and address of the page that answered, where it is another one."""
        return (self.own, self.page.url) if self.sent_on else None


class PageVisits:
    """The article candidates of one crawl, each asked for once."""

    def __init__(self, crawl: Crawl, callback: PageCallback[Fetched], errback: Errback) -> None:
        self._crawl = crawl
        self._callback = callback
        self._errback = errback
        self._requested: set[str] = set()
        self.traps = Traps()

    def requests(self, targets: Sequence[PageRequest]) -> Iterator[Request]:
        """Requests for the pages that this crawl has not asked for, within its limits."""
        return self._requests(self._crawl.limits.pages(targets, self._requested))

    def leave(self, key: str) -> None:
        """Ask no more for a page in this crawl: it is read as a part of another one."""
        self._requested.add(key)

    async def due_requests(self, keys: Sequence[str], now: datetime) -> Iterator[Request]:
        """Requests for those of the pages that are to be fetched now."""
        source = self._crawl.source.id
        pages = self._crawl.context.async_store.pages
        targets: list[PageRequest] = []
        for start in range(0, len(keys), AT_ONCE):
            targets += await pages.due(source, keys[start : start + AT_ONCE], now)
        return self.requests(targets)

    async def handle_response(self, response: Response, target: PageRequest) -> Fetched | None:
        """The page to read; None, and recorded, where there is none."""
        self._crawl.counts["fetched"] += 1
        if response.status == 200:
            return self._fetched(response, target)
        if response.status == 304:
            await self._record_unchanged(target)
        elif response.status in (404, 410):
            await self._record_fruitless(target, "gone", f"http {response.status}")
        else:
            await self.fail(target, f"http {response.status}")
        return None

    async def handle_failure(self, failure: Failure) -> None:
        """Record a page that brought no answer, or that must not be fetched."""
        target: PageRequest = failure.request.cb_kwargs["target"]  # type: ignore[attr-defined]
        error = failure.value
        if not isinstance(error, IgnoreRequest):
            self._crawl.counts["fetched"] += 1
            await self.fail(target, outcome_of(failure))
        elif getattr(error, "reachable", True):
            log.info("%s: not fetched %s: %s", self._crawl.source.id, target.url, error)
            await self._record(target, "skipped", outcome_of(failure))
        # What could not be asked for now, as at the end of a crawl, waits for the next crawl.

    async def skip(self, target: PageRequest, reason: str, message: str) -> None:
        """Record a page that was fetched and became no article."""
        await self._record_fruitless(target, "skipped", reason, message)

    async def refuse(self, item: Fetched, reason: str, message: str) -> None:
        """Record a page that was read and became no article; an article whose address sends on to
        something else, or shows something else for good, is gone.
        """
        target = item.target
        away = leads_away(reason, item.page.url, lasting=item.lasting)
        if not (item.sent_on and target.article and away):
            state: PageState = "gone" if await self._is_withdrawn(target, reason) else "skipped"
            await self._record_fruitless(target, state, reason, message)
            return
        message = f"it sends on to {item.page.url}: {reason} {message}"
        if is_gone(lasting=item.lasting, tries=target.tries):
            await self._record_fruitless(target, "gone", "moved", message)
        else:
            await self.skip(target, "sent-on", message)

    async def _is_withdrawn(self, target: PageRequest, reason: str) -> bool:
        """Whether an article is gone whose page shows nothing of it again, for this reason."""
        if not (target.article and target.visited_at and may_be_withdrawn(reason, target.tries)):
            return False
        pages = self._crawl.context.async_store.pages
        source = self._crawl.source.id
        return is_the_site_well(await pages.late_pages(source, reason, target.visited_at))

    async def settle_other(self, item: Fetched, identity: Identity) -> str | None:
        """Record a page that is another address of an article, or that leads from one to another;
        returns what it is, None where it is neither.
        """
        if identity.kind == "duplicate":
            await self._keep_as_address(item.target, identity.id, identity.held_url)
            return "duplicate"
        if identity.kind == "left":
            await self._leave_article(item)
            return "moved"
        return None

    async def _leave_article(self, item: Fetched) -> None:
        """Record that the address of an article sends on to another one, which is found there."""
        source = self._crawl.source.id
        elsewhere = DiscoveredPage(item.own, item.page.url, item.target.section)
        now = self._crawl.context.now()
        await self._crawl.context.async_store.pages.find(source, elsewhere, now)
        await self.refuse(item, "moved", "it is another article")

    async def _keep_as_address(self, target: PageRequest, article: str, url: str) -> None:
        """Record a page that is another address of an article, which stands at `url`. It is not
        asked for again as long as that one answers.
        """
        message = f"its article is {url}"
        self._crawl.sink.on_page(target, "duplicate", message)
        self._crawl.counts["skipped"] += 1
        log.info("%s: no article %s: duplicate %s", self._crawl.source.id, target.url, message)
        now = self._crawl.context.now()
        visit = PageVisit(target.key, "skipped", now, None, "duplicate", article=article)
        await self._crawl.context.async_store.pages.record_visit(visit)

    async def fail(self, target: PageRequest, reason: str) -> None:
        """Record a page that failed; it is asked for again, with exponential backoff."""
        self._crawl.sink.on_page(target, reason, "")
        self._crawl.counts["failed"] += 1
        log.info("%s: failed %s: %s", self._crawl.source.id, target.url, reason)
        now = self._crawl.context.now()
        again_at = next_try(target.tries + 1, now)
        visit = PageVisit(target.key, "failed", now, again_at, reason, first=target.first)
        await self._crawl.context.async_store.pages.record_visit(visit)

    def _requests(self, targets: Iterable[PageRequest]) -> Iterator[Request]:
        # The plain answer of a page that scripts fill stays the same while its text changes.
        conditional = not self._crawl.source.render
        for target in targets:
            if target.key not in self._requested:
                self._requested.add(target.key)
                self._crawl.counts["found"] += 1
                yield Request(
                    target.url,
                    callback=self._callback,
                    errback=self._errback,
                    cb_kwargs={"target": target},
                    meta={"validators": (target.etag, target.last_modified)} if conditional else {},
                    dont_filter=True,
                )

    def with_hints(self, page: Page, target: PageRequest, signals: str, tdmrep: str) -> Page:
        """An answer with what is known of its page before it is read; `signals` and `tdmrep` are
        what its site says of the use of its pages.
        """
        source = self._crawl.source
        hints = replace(
            target.hints,
            language=source.language,
            country=source.country,
            boilerplate=self._crawl.boilerplate,
            hosts=source.same,
            selectors=source.chosen,
            signals=signals,
            tdmrep=tdmrep,
        )
        return replace(page, section=target.section, hints=hints)

    def _fetched(self, response: Response, target: PageRequest) -> Fetched:
        rules = self._crawl.context.robots_rules(response.url)
        signals = rules.signals if rules else ""
        tdmrep = rules.tdmrep if rules else ""
        page = self.with_hints(self._crawl.page_of(response), target, signals, tdmrep)
        own = self._crawl.source.key(response.url)
        lasting = is_sent_on_for_good(response)
        return Fetched(page, target, own, *validators(response), lasting)

    async def _record_fruitless(
        self, target: PageRequest, state: PageState, reason: str, message: str = ""
    ) -> None:
        self._crawl.sink.on_page(target, reason, message)
        if reason in _FRUITLESS:
            self.traps.fruitless(target.url)
        self._crawl.counts["skipped"] += 1
        log.info("%s: no article %s: %s %s", self._crawl.source.id, target.url, reason, message)
        await self._record(target, state, reason)

    async def _record_unchanged(self, target: PageRequest) -> None:
        context = self._crawl.context
        self._crawl.counts["unchanged"] += 1
        now = context.now()
        next_look = partial(next_article_look, now)
        await context.async_store.pages.record_unchanged(target.key, now, next_look)
        if context.archive:
            await context.archive.count_unchanged(target.key, now)

    async def _record(self, target: PageRequest, state: PageState, reason: str) -> None:
        now = self._crawl.context.now()
        had_article = target.article is not None
        visit = PageVisit(
            target.key,
            state,
            now,
            next_look(reason, target.tries, now, had_article=had_article),
            reason,
            first=target.first,
            is_try=is_passing(reason, had_article=had_article),
            lost=target.held and state == "skipped",
        )
        await self._crawl.context.async_store.pages.record_visit(visit)

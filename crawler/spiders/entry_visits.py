"""Visiting entry points: what to ask for, and carrying out what their answers are decided
to mean.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.article import Hints
from crawler.coverage import cause
from crawler.entrypoints import READERS, Item, Kind, Listing, Unreadable
from crawler.extract import Refused
from crawler.fetch.errors import HostWaiting
from crawler.policy.pace import Pace, crawl_due, is_due
from crawler.policy.rendering import RENDERED_KINDS
from crawler.spiders.answers import moved_to, must_not_be_fetched, outcome_of, validators
from crawler.spiders.crawl import Crawl, EntryPointCallback, Errback
from crawler.spiders.crawl_state import CrawlState, EntryAnswer
from crawler.spiders.entry_decision import (
    EntryDecision,
    decide_unanswered,
    decide_visit,
    links_of,
    pacing,
    watched_entry_points,
)
from crawler.spiders.listing_walk import ListingWalk
from crawler.spiders.page_visits import AT_ONCE, PageVisits
from crawler.spiders.rendering import PageRenders
from crawler.store import DiscoveredPage, EntryPoint, RecordedVisit
from crawler.urls import site, site_host

log = logging.getLogger(__name__)

_AFTER_PAGES = -1
"""The priority of what is asked for when no page waits: those have Scrapy's own, 0."""
LARGEST_SITEMAP = 20 * 1024 * 1024
"""Bytes of a sitemap's answer, packed or not; other answers are bounded by Scrapy's settings."""


class EntryPointVisits:
    """The entry points of one crawl, each asked for once."""

    def __init__(
        self,
        crawl: Crawl,
        pages: PageVisits,
        renders: PageRenders,
        callback: EntryPointCallback,
        errback: Errback,
    ) -> None:
        self._crawl = crawl
        self._pages = pages
        self._renders = renders
        self._callback = callback
        self._errback = errback
        self._requested: set[str] = set()
        self._known: dict[str, EntryPoint] = {}
        self._named: dict[str, EntryPoint] = {}
        self._paces: dict[str, Pace] = {}
        self._keys: set[str] = set()
        self._walk = ListingWalk(crawl)

    def __contains__(self, key: str) -> bool:
        """Whether a canonical key is that of an entry point of this source, which is no article."""
        return key in self._keys

    async def start_requests(self, named: Iterable[EntryPoint]) -> list[Request]:
        """Requests for the entry points that the sources file names; in a crawl of what is due, for
        those that are, and for the due ones that these name.
        """
        source = self._crawl.source
        store = self._crawl.context.async_store
        named = list(named)
        self._named = {entry.url: entry for entry in named}
        self._known = await store.ledger.entry_points(source.id)
        visited = (entry.url for entry in self._known.values() if not entry.pending)
        self._keys = {source.key(url) for url in (source.home, *visited, *self._named)}
        if not self._crawl.due_only:
            return self._requests(named, 0)
        self._paces = await store.paces.of_source(source.id)
        watched = watched_entry_points(self._named, self._known)
        discovered = [entry for url, entry in watched.items() if url not in self._named]
        return self._requests(named, 0) + self._requests(discovered, 1)

    async def due_at(self) -> datetime:
        """When this source is to be crawled next, by the paces of its entry points."""
        source = self._crawl.source
        store = self._crawl.context.async_store
        self._known = await store.ledger.entry_points(source.id)
        watched = watched_entry_points(self._named, self._known)
        urls = [url for url, entry in watched.items() if entry.kind != "older"]
        now = self._crawl.context.now()
        waits = {url: self._crawl.context.waits.of(urlsplit(url).netloc, now) for url in urls}
        entries, pages = await store.paces.due(source.id, [url for url in urls if not waits[url]])
        ends = [wait.until for wait in waits.values() if wait]
        if ends and len(ends) == len(urls):
            return crawl_due(min(ends), None, now)
        return crawl_due(entries, pages, now)

    async def handle_response(
        self, response: Response, entry: EntryPoint, depth: int
    ) -> Iterator[Request]:
        """Record the visit with its links, and return requests for new pages and further entry
        points, each made when it is asked for.
        """
        answer = await self._answer(response, entry)
        items = answer.listing.items if entry.kind in self._crawl.kinds else ()
        state = self._state()
        links = await self._links(items, entry, state)
        decision = decide_visit(answer, entry, depth, links, state)
        decision = decision.bounded(self._crawl.limits.entry_points)
        keys = [link.key for link in links]
        if self._crawl.since and decision.older:
            decision = replace(decision, reaches_back=await self._walk.goes_on(entry, keys))
        recorded = await self._carry_out(decision, items)
        await self._archive(response, entry)
        pages = await self._pages.due_requests(keys, decision.visit.at)
        following = decision.next_entry_points(recorded)
        return chain(pages, self._requests(following, depth + 1))

    async def handle_failure(self, failure: Failure) -> None:
        """Record a visit that brought no answer."""
        request = failure.request  # type: ignore[attr-defined]
        entry = request.cb_kwargs["entry"]
        depth = request.cb_kwargs["depth"]
        crawl = self._crawl
        log.info("%s: entry point %s: %s", crawl.source.id, request.url, failure.value)
        if isinstance(failure.value, HostWaiting):
            # It was not asked: there is no visit to record.
            crawl.counts["held"] += 1
            return
        if depth and must_not_be_fetched(failure):
            # A link of the navigation that robots.txt forbids is no entry point.
            await crawl.context.async_store.ledger.drop(crawl.source.id, entry.url)
            return
        await self._carry_out(decide_unanswered(outcome_of(failure), entry, self._state()), ())

    async def _carry_out(self, decision: EntryDecision, items: Sequence[Item]) -> RecordedVisit:
        """Record what was decided. A gap that the visit leaves may be closed by an older page."""
        crawl = self._crawl
        crawl.counts["listings"] += 1
        visit = replace(decision.visit, gap=self._walk.gap_before(decision.visit.entry))
        crawl.sink.on_entry_point(visit, items)
        if visit.kept and visit.outcome == "read":
            self._keys.add(crawl.source.key(visit.entry.url))
        recorded = await crawl.context.async_store.ledger.record_visit(
            visit,
            decision.links,
            decision.named,
            pacing(crawl.source, visit, decision.parts),
        )
        if cause(visit.outcome):
            crawl.counts["blind"] += decision.blind
        self._walk.leave_open(recorded.gap, decision.older)
        return recorded

    async def _archive(self, response: Response, entry: EntryPoint) -> None:
        archive = self._crawl.context.archive
        source = self._crawl.source
        if archive is None:
            return
        key = source.key(entry.url)
        if response.status == 200:
            page = self._crawl.page_of(response)
            await archive.record(page, key, source.id, entry.kind)
        elif response.status == 304:
            await archive.count_unchanged(key, self._crawl.context.now())

    async def _answer(self, response: Response, entry: EntryPoint) -> EntryAnswer:
        outcome, listing = await self._read_listing(response, entry)
        etag, last_modified = validators(response)
        return EntryAnswer(
            outcome,
            listing,
            len(response.body),
            float(response.meta.get("download_latency", 0.0)),
            etag,
            last_modified,
            moved_to(response, entry.kind),
            self._sitemaps(response) if entry.kind == "home" else (),
        )

    async def _read_listing(self, response: Response, entry: EntryPoint) -> tuple[str, Listing]:
        """The outcome of the visit, and what the entry point lists."""
        crawl = self._crawl
        if response.status == 304:
            return "same", Listing()
        if response.status != 200:
            log.info("%s: entry point %s answers %s", crawl.source.id, entry.url, response.status)
            return f"http {response.status}", Listing()
        if entry.parent is None:
            crawl.sites.add(site(site_host(response.url)))
        page = crawl.page_of(response, hints=Hints(hosts=crawl.source.same, home=crawl.source.home))
        try:
            listing = await self._renders.read_entry(cast(Kind, entry.kind), page)
        except Exception as error:
            self._log_unreadable(entry, error)
            return error.reason if isinstance(error, Refused) else "unreadable", Listing()
        return "read", listing

    def _log_unreadable(self, entry: EntryPoint, error: Exception) -> None:
        # A page of the navigation that lists nothing is no entry point, and no reason to worry.
        expected = entry.parent is not None and entry.kind == "section"
        level = logging.INFO if expected else logging.WARNING
        source = self._crawl.source.id
        log.log(level, "%s: entry point %s can't be read: %s", source, entry.url, error)
        if not isinstance(error, Refused | Unreadable):
            log.exception("%s: %s can't be read", source, entry.url)

    async def _links(
        self, items: Sequence[Item], entry: EntryPoint, state: CrawlState
    ) -> list[DiscoveredPage]:
        """The items as pages of this source, each once; others have their turn in between."""
        links: dict[str, DiscoveredPage] = {}
        for start in range(0, len(items), AT_ONCE):
            if start:
                await asyncio.sleep(0)
            for link in links_of(items[start : start + AT_ONCE], entry, state):
                links.setdefault(link.key, link)
        return list(links.values())

    def _state(self) -> CrawlState:
        crawl = self._crawl
        return CrawlState(
            crawl.source,
            crawl.crawl_id,
            crawl.context.now(),
            crawl.since,
            len(crawl.kinds) == len(READERS),
            self._known,
            self._keys,
            crawl.resumed_from,
        )

    def _sitemaps(self, response: Response) -> Sequence[str]:
        rules = self._crawl.context.robots_rules(response.url)
        return rules.sitemaps if rules else ()

    def _requests(self, entries: Iterable[EntryPoint], depth: int) -> list[Request]:
        wanted = []
        for entry in entries:
            if self._is_wanted(entry):
                self._requested.add(entry.url)
                self._crawl.counts["listings_due"] += 1
                wanted.append(self._request(entry, depth))
        return wanted

    def _is_wanted(self, entry: EntryPoint) -> bool:
        if entry.url in self._requested:
            return False
        if entry.kind not in self._crawl.kinds and entry.kind != "home":
            return False
        if not self._crawl.due_only:
            return True
        return is_due(self._paces.get(entry.url), self._crawl.context.now())

    def _request(self, entry: EntryPoint, depth: int) -> Request:
        known = self._known.get(entry.url, entry)
        entry = replace(
            entry,
            etag=known.etag,
            last_modified=known.last_modified,
            discovered_at=known.discovered_at,
            fruit_at=known.fruit_at,
        )
        meta: dict[str, Any] = {}
        # The plain answer of a page that scripts fill stays the same while its list changes.
        if not (self._crawl.source.render and entry.kind in RENDERED_KINDS):
            meta["validators"] = (entry.etag, entry.last_modified)
        priority = 100 - depth
        if self._crawl.since:
            # What an earlier crawl left alone is behind "not modified", too. And how far back an
            # older page reaches, the articles of the one before it say.
            meta.pop("validators", None)
            priority = _AFTER_PAGES if entry.kind == "older" else priority
        if entry.kind == "sitemap":
            meta["download_maxsize"] = LARGEST_SITEMAP
        return Request(
            entry.url,
            callback=self._callback,
            errback=self._errback,
            cb_kwargs={"entry": entry, "depth": depth},
            meta=meta,
            priority=priority,
            dont_filter=True,
        )

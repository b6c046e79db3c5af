"""Visiting entry points: what to ask, and what their answers bring."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.article import Hints, Page
from crawler.coverage import cause
from crawler.entrypoints import READERS, Item, Kind, Listing, More, Unreadable, reach_of, read_entry
from crawler.extract import Refused
from crawler.fetch.errors import TooLong
from crawler.policy.pace import Pace, VisitResult, crawl_due, is_due, pace_after
from crawler.spiders.crawl import Crawl, EntryPointCallback, Errback
from crawler.spiders.page_visits import AT_ONCE, PageVisits, moved_to, validators
from crawler.store import DiscoveredPage, EntryPoint, Visit, goes_on

log = logging.getLogger(__name__)

OLD = timedelta(days=30)
"""Pages of a sitemap that were last changed before are history: `--since` asks for them."""
DEEPEST = 3
"""Older pages of a section, or levels of sitemap indexes, that one crawl follows."""
FEWEST = 3
"""Links that a page of a home page's navigation must list to be a section."""
DISCOVERY = timedelta(hours=24)
LARGEST_SITEMAP = 20 * 1024 * 1024


def outcome_of(failure: Failure) -> str:
    """The outcome of a visit that failed: why the address was not asked for, or the kind of error."""
    error = failure.value
    return (
        str(error).partition(":")[0] if isinstance(error, IgnoreRequest) else type(error).__name__
    )


class EntryPointVisits:
    """The entry points of one crawl."""

    def __init__(
        self, crawl: Crawl, pages: PageVisits, callback: EntryPointCallback, errback: Errback
    ) -> None:
        self._crawl = crawl
        self._pages = pages
        self._callback = callback
        self._errback = errback
        self._asked: set[str] = set()
        self._known: dict[str, EntryPoint] = {}
        self._paces: dict[str, Pace] = {}
        self._named: dict[str, EntryPoint] = {}
        self._keys: set[str] = set()

    async def first(self, named: Iterable[EntryPoint]) -> list[Request]:
        """Requests for the entry points that the sources file names; in a crawl of what is due, for those."""
        crawl, named = self._crawl, list(named)
        self._known = await crawl.runtime.stored(
            crawl.runtime.store.ledger.entries, crawl.source.id
        )
        self._named = {entry.url: entry for entry in named}
        known = (entry.url for entry in self._known.values() if not entry.pending)
        addresses = (crawl.source.home, *known, *(entry.url for entry in named))
        self._keys = {crawl.source.key(address) for address in addresses}
        if not crawl.due_only:
            return [request for entry in named for request in self._requests(entry, 0)]
        self._paces = await crawl.runtime.stored(
            crawl.runtime.store.paces.of_source, crawl.source.id
        )
        found = [entry for url, entry in self._watched().items() if url not in self._named]
        return [
            request
            for entry in (*named, *found)
            for request in self._requests(entry, 0 if entry in named else 1)
        ]

    async def due_at(self) -> datetime:
        """When this source is to be crawled next, by the paces of its entry points."""
        store, source = self._crawl.runtime.store, self._crawl.source.id
        self._known = await self._crawl.runtime.stored(store.ledger.entries, source)
        urls = [url for url, entry in self._watched().items() if entry.kind != "older"]
        entries, pages = await self._crawl.runtime.stored(store.paces.due, source, urls)
        return crawl_due(entries, pages, self._crawl.runtime.now())

    def _watched(self) -> dict[str, EntryPoint]:
        """The entry points that the sources file names, and those that these name, and so on."""
        watched = dict(self._named)
        for _ in range(DEEPEST + 1):
            watched |= {
                url: entry
                for url, entry in self._known.items()
                if entry.parent in watched and url not in watched
            }
        return watched

    def __contains__(self, key: str) -> bool:
        """Whether a canonical key is that of an entry point of this source, which is no article."""
        return key in self._keys

    async def answered(
        self, response: Response, entry: EntryPoint, depth: int
    ) -> Iterator[Request]:
        """Record the visit with its links, and return requests for new pages and further entry
        points, each made when it is asked for.
        """
        crawl = self._crawl
        outcome, listing = await self._listing(response, entry, depth)
        items = listing.items if entry.kind in crawl.kinds else ()
        links = await self._links(items, entry)
        more, entry = self._more(outcome, listing, entry, response)
        if outcome == "read":
            etag, last_modified = validators(response)
            entry = replace(entry, etag=etag, last_modified=last_modified)
        reach = reach_of(listing.items, entry.kind, crawl.runtime.now())
        visit = self._visit(entry, outcome, response, len(links), reach)
        self._keys |= {crawl.source.key(entry.url)} if visit.kept and outcome == "read" else set()
        deeper = depth < DEEPEST
        older = [
            EntryPoint(one.url, one.kind, entry.section, parent=entry.url)
            for one in listing.more
            if one.kind == "older"
        ]
        store = crawl.runtime.store
        found, before = (more, older) if deeper else ([], [])
        new = await crawl.runtime.stored(
            store.ledger.record_visit, visit, links, found, before, self._paced(visit)
        )
        await self._keep(response, entry)
        keys = [link.key for link in links]
        due = await self._pages.due(keys, visit.at)
        more += older if goes_on(len(links), new) else []
        requests = (
            [request for one in more for request in self._requests(one, depth + 1)]
            if deeper
            else []
        )
        return chain(due, requests)

    async def _keep(self, response: Response, entry: EntryPoint) -> None:
        runtime, source = self._crawl.runtime, self._crawl.source
        if runtime.keeper and response.status == 200:
            page = self._crawl.page_of(response)
            await runtime.archived(
                runtime.keeper.write, page, source.key(entry.url), source.id, entry.kind
            )
        elif runtime.keeper and response.status == 304:
            key, now = source.key(entry.url), runtime.now()
            await runtime.archived(
                runtime.keeper.write_unchanged, entry.url, key, source.id, entry.kind, now
            )

    async def failed(self, failure: Failure) -> None:
        """Record a visit that brought no answer."""
        request = failure.request  # type: ignore[attr-defined]
        entry, depth, error = request.cb_kwargs["entry"], request.cb_kwargs["depth"], failure.value
        log.info("%s: entry point %s: %s", self._crawl.source.id, request.url, error)
        barred = isinstance(error, IgnoreRequest) and not isinstance(error, TooLong)
        if barred and depth and getattr(error, "reachable", True):
            # A link of the navigation that robots.txt forbids is no entry point.
            await self._crawl.runtime.stored(
                self._crawl.runtime.store.ledger.drop, self._crawl.source.id, entry.url
            )
            return
        visit = self._visit(entry, outcome_of(failure), None, 0)
        visited = self._crawl.runtime.store.ledger.record_visit
        await self._crawl.runtime.stored(visited, visit, (), (), (), self._paced(visit))
        self._crawl.counts["blind"] += 1

    def _paced(self, visit: Visit) -> Callable[[Pace | None, int, int], Pace]:
        """The pace after a visit, from the one before and the links that were new, and known when
        it was last read.
        """

        def after(before: Pace | None, new: int, again: int) -> Pace:
            read, absent = (
                visit.outcome in ("read", "same"),
                visit.outcome in ("http 404", "http 410"),
            )
            return pace_after(
                self._crawl.source,
                before,
                VisitResult(visit.at, read, visit.items, new, again, absent),
            )

        return after

    async def _listing(
        self, response: Response, entry: EntryPoint, depth: int
    ) -> tuple[str, Listing]:
        if response.status == 304:
            return "same", Listing()
        if response.status != 200:
            log.info(
                "%s: entry point %s answers %s", self._crawl.source.id, entry.url, response.status
            )
            self._crawl.counts["blind"] += not (depth and response.status in (404, 410))
            return f"http {response.status}", Listing()
        try:
            kind: Kind = entry.kind  # type: ignore[assignment]
            return "read", await self._crawl.runtime.pool.run(
                read_entry, kind, self._page(response)
            )
        except Exception as error:
            # A page of the navigation that lists nothing is no entry point, and no reason to worry.
            named = entry.parent is None or entry.kind != "section"
            level = logging.WARNING if named else logging.INFO
            log.log(
                level,
                "%s: entry point %s can't be read: %s",
                self._crawl.source.id,
                entry.url,
                error,
            )
            self._crawl.counts["blind"] += named
            if not isinstance(error, Refused | Unreadable):
                log.exception("%s: %s can't be read", self._crawl.source.id, entry.url)
            return error.reason if isinstance(error, Refused) else "unreadable", Listing()

    def _page(self, response: Response) -> Page:
        return self._crawl.page_of(response, hints=Hints(hosts=self._crawl.source.same))

    async def _links(self, items: tuple[Item, ...], entry: EntryPoint) -> list[DiscoveredPage]:
        """The items as pages of this source, each once, without history."""
        source, oldest = self._crawl.source, self._crawl.since or self._crawl.runtime.now() - OLD
        topic = next((one.topic for one in source.sections if one.url == entry.url), None)
        links: dict[str, DiscoveredPage] = {}
        for number, item in enumerate(items):
            if number % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)
            if (
                item.modified is not None
                and item.modified < oldest
                and (self._crawl.since or entry.kind == "sitemap")
            ):
                continue
            key = source.key(item.url)
            if key not in self:
                links.setdefault(
                    key,
                    DiscoveredPage(key, item.url, entry.section, replace(item.hints, topic=topic)),
                )
        return list(links.values())

    def _more(
        self, outcome: str, listing: Listing, entry: EntryPoint, response: Response
    ) -> tuple[list[EntryPoint], EntryPoint]:
        """The further entry points to visit now, and the entry point as it is kept. What a home
        page names is looked through once a day; between, those that proved to be entry points are
        visited.
        """
        now = self._crawl.runtime.now()
        children = [known for known in self._known.values() if known.parent == entry.url]
        fresh = entry.discovered_at is not None and now - entry.discovered_at < DISCOVERY
        if outcome != "read" or (entry.kind == "home" and fresh):
            return children, entry
        named = [one for one in listing.more if one.kind != "older"]
        if entry.kind == "home":
            named += [More(url, "sitemap") for url in self._sitemaps(response)]
            complete = len(self._crawl.kinds) == len(READERS)
            entry = replace(entry, discovered_at=now if complete else entry.discovered_at)
        found = [EntryPoint(one.url, one.kind, entry.section, parent=entry.url) for one in named]
        return [*found, *(child for child in children if child.pending)], entry

    def _sitemaps(self, response: Response) -> list[str]:
        parts = urlsplit(response.url)
        rules = self._crawl.runtime.robots.get(f"{parts.scheme}://{parts.netloc.lower()}")
        return rules.result().sitemaps if rules and rules.done() else []

    def _requests(self, entry: EntryPoint, depth: int) -> list[Request]:
        if entry.url in self._asked or not (
            entry.kind in self._crawl.kinds or entry.kind == "home"
        ):
            return []
        if self._crawl.due_only and not is_due(
            self._paces.get(entry.url), self._crawl.runtime.now()
        ):
            return []
        self._asked.add(entry.url)
        held = self._known.get(entry.url, entry)
        entry = replace(
            entry,
            etag=held.etag,
            last_modified=held.last_modified,
            discovered_at=held.discovered_at,
        )
        meta: dict[str, Any] = {"validators": (entry.etag, entry.last_modified)}
        if entry.kind == "sitemap":
            meta["download_maxsize"] = LARGEST_SITEMAP
        return [
            Request(
                entry.url,
                callback=self._callback,
                errback=self._errback,
                cb_kwargs={"entry": entry, "depth": depth},
                meta=meta,
                priority=100 - depth,
                dont_filter=True,
            )
        ]

    def _visit(
        self,
        entry: EntryPoint,
        outcome: str,
        response: Response | None,
        items: int,
        reach: datetime | None = None,
    ) -> Visit:
        size = len(response.body) if response else 0
        seconds = float(response.meta.get("download_latency", 0.0)) if response else 0.0
        crawl = self._crawl
        at = crawl.runtime.now()
        listed = outcome != "read" or entry.kind != "section" or items >= FEWEST
        useless = not listed or cause(outcome) in ("moved", "unreadable")
        # A feed or a sitemap that fails once comes back; of the links of a navigation, most are no
        # sections.
        kept = entry.parent is None or not (
            entry.kind == "older" or (useless and entry.kind == "section")
        )
        moved = moved_to(response, entry.kind) if response else None
        return Visit(
            crawl.crawl_id,
            crawl.source.id,
            entry,
            at,
            outcome,
            items,
            size,
            seconds,
            kept,
            reach,
            moved,
        )

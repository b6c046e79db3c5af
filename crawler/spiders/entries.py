"""Visiting entry points: what to ask, and what their answers bring."""

import logging
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.entrypoints import Item, Kind, Listing, More, Unreadable, read_entry
from crawler.extract import Refused
from crawler.spiders.visiting import validators
from crawler.store import EntryPoint, FoundPage, Visit
from crawler.urls import canonical_key

if TYPE_CHECKING:
    from crawler.spiders.source import SourceSpider

log = logging.getLogger(__name__)

OLD = timedelta(days=30)
"""Pages of a sitemap that were last changed before are history: `--since` asks for them."""
DEEPEST = 3
"""Older pages of a section, or levels of sitemap indexes, that one crawl follows."""
LARGEST_SITEMAP = 50 * 1024 * 1024


class Entries:
    """The entry points of one crawl."""

    def __init__(self, spider: "SourceSpider", since: datetime | None) -> None:
        self._spider = spider
        self._since = since
        self._asked: set[str] = set()

    async def first(self) -> list[Request]:
        """Requests for the entry points that the sources file names, and those discovered before."""
        from crawler.spiders.source import entry_points_of

        spider = self._spider
        known = await spider.runtime.stored(spider.runtime.store.ledger.entries, spider.source.id)
        named = list(entry_points_of(spider.source))
        if spider.source.discovered:
            named += [entry for entry in known.values() if entry.kind in spider.kinds and entry.kind != "home"]
        asked = []
        for entry in named:
            if entry.kind in spider.kinds or entry.kind == "home":
                held = known.get(entry.url, entry)
                asked += self._requests(replace(entry, etag=held.etag, last_modified=held.last_modified), 0)
        return asked

    async def answered(self, response: Response, entry: EntryPoint, depth: int) -> list[Request]:
        """Record the visit with its links, and return requests for new pages and further entry points."""
        outcome, listing = await self._listing(response, entry)
        etag, last_modified = validators(response) if outcome == "read" else (entry.etag, entry.last_modified)
        links = self._links(listing.items, entry) if "section" in self._spider.kinds or entry.kind != "home" else []
        visit = self._visit(replace(entry, etag=etag, last_modified=last_modified), outcome, response, len(links))
        spider = self._spider
        new = await spider.runtime.stored(spider.runtime.store.ledger.visited, visit, links)
        keys = [link.key for link in links]
        targets = await spider.runtime.stored(spider.runtime.store.pages.targets, spider.source.id, keys, visit.at)
        requests = list(spider.pages.requests(targets))
        if depth < DEEPEST:
            more = [
                one for one in self._more(listing, response, entry) if not one.older or (links and new == len(links))
            ]
            for one in more:
                requests += self._requests(EntryPoint(one.url, one.kind, entry.section), depth + 1)
        return requests

    async def failed(self, failure: Failure) -> None:
        """Record a visit that brought no answer."""
        request = failure.request  # type: ignore[attr-defined]
        error = failure.value
        outcome = str(error) if isinstance(error, IgnoreRequest) else type(error).__name__
        log.info("%s: entry point %s: %s", self._spider.source.id, request.url, error)
        visit = self._visit(request.cb_kwargs["entry"], outcome.partition(":")[0], None, 0)
        await self._spider.runtime.stored(self._spider.runtime.store.ledger.visited, visit)
        self._spider.counts["blind"] += 1

    async def _listing(self, response: Response, entry: EntryPoint) -> tuple[str, Listing]:
        if response.status == 304:
            return "same", Listing()
        if response.status != 200:
            log.info("%s: entry point %s answers %s", self._spider.source.id, entry.url, response.status)
            self._spider.counts["blind"] += 1
            return f"http {response.status}", Listing()
        try:
            kind: Kind = entry.kind  # type: ignore[assignment]
            return "read", await self._spider.runtime.pool.run(read_entry, kind, self._spider.page_of(response))
        except (Refused, Unreadable) as error:
            log.warning("%s: entry point %s can't be read: %s", self._spider.source.id, entry.url, error)
            self._spider.counts["blind"] += 1
            return "unreadable", Listing()

    def _links(self, items: tuple[Item, ...], entry: EntryPoint) -> list[FoundPage]:
        """The items as pages of this source, each once, without history."""
        source, oldest = self._spider.source, self._since or self._spider.runtime.now() - OLD
        topic = next((one.topic for one in source.sections if one.url == entry.url), None)
        links: dict[str, FoundPage] = {}
        for item in items:
            if item.modified is not None and item.modified < oldest and (self._since or entry.kind == "sitemap"):
                continue
            key = canonical_key(item.url)
            links.setdefault(key, FoundPage(key, item.url, entry.section, replace(item.hints, topic=topic)))
        return list(links.values())

    def _more(self, listing: Listing, response: Response, entry: EntryPoint) -> list[More]:
        found = [one for one in listing.more if one.kind in self._spider.kinds]
        if entry.kind == "home" and "sitemap" in self._spider.kinds:
            parts = urlsplit(response.url)
            rules = self._spider.runtime.robots.get(f"{parts.scheme}://{parts.netloc.lower()}")
            if rules and rules.done():
                found += [More(url, "sitemap") for url in rules.result().sitemaps]
        return found

    def _requests(self, entry: EntryPoint, depth: int) -> list[Request]:
        if entry.url in self._asked:
            return []
        self._asked.add(entry.url)
        meta = {"validators": (entry.etag, entry.last_modified), "asked_at": time.monotonic()}
        if entry.kind == "sitemap":
            meta["download_maxsize"] = LARGEST_SITEMAP
        return [
            Request(
                entry.url,
                callback=self._spider.parse_entry,
                errback=self._spider.entry_failed,
                cb_kwargs={"entry": entry, "depth": depth},
                meta=meta,
                priority=100 - depth,
                dont_filter=True,
            )
        ]

    def _visit(self, entry: EntryPoint, outcome: str, response: Response | None, items: int) -> Visit:
        size = len(response.body) if response else 0
        seconds = float(response.meta.get("download_latency", 0.0)) if response else 0.0
        spider = self._spider
        return Visit(spider.crawl_id, spider.source.id, entry, spider.runtime.now(), outcome, items, size, seconds)

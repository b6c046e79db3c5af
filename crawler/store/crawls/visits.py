"""Visits to entry points: each is recorded with what it proves about the time before it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from crawler.coverage import VisitFacts, cause, update_coverage
from crawler.store.articles.discovered import DiscoveredPage, keep_found
from crawler.store.articles.feed_items import as_known
from crawler.store.articles.known_links import KnownLinks, known_links, look_again
from crawler.store.crawls.spans import keep_advance, point_of
from crawler.store.statistics import tallies
from crawler.store.statistics.counters import count
from crawler.store.tables import crawls, visits

VISITS_KEPT = timedelta(days=7)
"""How long crawls and visits are kept one by one; after that their spans and their share of the
tallies stay.
"""
TALLIES_KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """Where a source's new articles are found, with what makes the next visit conditional.

    `parent` is the entry point that names it, None where the sources file does; `discovered_at` is
    when all that it names was last followed; one that is `pending` was named and not yet visited.
    One that is `resting` is a part of a sitemap index that is not watched: nothing new is expected
    there. `fruit_at` is when it last listed pages that nobody knew, `taken_since` since when all
    that it lists was taken by a crawl that reached back.
    """

    url: str
    kind: str
    section: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    parent: str | None = None
    discovered_at: datetime | None = None
    pending: bool = False
    resting: bool = False
    visited_at: datetime | None = None
    fruit_at: datetime | None = None
    taken_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class LeftEntryPoints:
    """Addresses of entry points that a sitemap index named earlier: those that it names still but
    that are not watched any more (`resting`), and those that it names no longer (`dropped`).
    """

    resting: Sequence[str] = ()
    dropped: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NamedEntryPoints:
    """The further entry points that an answer names: `older` pages of a section are kept where it
    `goes_on`, the `children` always. `left` are those named earlier that are not watched any more.
    """

    children: Sequence[EntryPoint] = ()
    older: Sequence[EntryPoint] = ()
    left: LeftEntryPoints = field(default_factory=LeftEntryPoints)


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to an entry point: `outcome` is read, same, robots, or why it failed; one that is
    not `kept` is not visited again for its own sake. `reach` is since when the listing is complete
    by its own dates, `location` where the entry point has moved to for good; one that `lists` named
    a page or a further entry point, whether it was of use or not.
    """

    crawl: int
    source: str
    entry: EntryPoint
    at: datetime
    outcome: str
    items: int = 0
    bytes: int = 0
    seconds: float = 0.0
    kept: bool = True
    reach: datetime | None = None
    location: str | None = None
    lists: bool = True

    @property
    def is_watched(self) -> bool:
        """Whether the entry point is visited for what is new, so that it has a pace and a place in
        the coverage.
        """
        return self.kept and self.entry.kind != "older" and not self.entry.resting


def record(
    connection: Connection,
    visit: Visit,
    links: Sequence[DiscoveredPage],
    silence: datetime | None = None,
) -> tuple[int, int]:
    """Record a visit and the links that it brought, within one transaction; returns how many links
    were new, and how many were known when it was last read. What is older than `silence` is no news
    for alerts.
    """
    links = as_known(connection, visit.source, links)
    again = _watch(connection, visit, links)
    new = keep_found(connection, visit.source, links, visit.at, silence)
    _keep(connection, visit, new, again)
    return new, again


def goes_on(kind: str, links: int, new: int) -> bool:
    """Whether the page behind a listing of this kind is followed: every link of a section was new,
    so some may have left it already; of an older page any was, since what stands beside its list
    stands on each.
    """
    return new > 0 if kind == "older" else 0 < links == new


def prune(connection: Connection, source: str, now: datetime) -> None:
    """Forget single crawls and visits of a source that are old, and very old tallies."""
    old = now - VISITS_KEPT
    crawled = select(visits.c.crawl).where(visits.c.crawl == crawls.c.id).exists()
    connection.execute(delete(visits).where(visits.c.source == source, visits.c.at < old))
    connection.execute(
        delete(crawls).where(crawls.c.source == source, crawls.c.started_at < old, ~crawled)
    )
    tallies.prune(connection, source, now - TALLIES_KEPT)


def _watch(connection: Connection, visit: Visit, links: Sequence[DiscoveredPage]) -> int:
    """What the visit proves about the time before it, and what it tells of pages that are known;
    returns how many items were known when it was last read.
    """
    entry = visit.entry
    point = point_of(connection, visit.source, entry.url)
    read_at = point.read_at if point else None
    known = KnownLinks()
    if read_at:
        known = known_links(connection, links, read_at, visit.at)
        look_again(connection, links, known, read_at, visit.at)
    if visit.is_watched:
        facts = VisitFacts(
            visit.at,
            visit.outcome,
            entry.kind,
            entry.parent is None,
            len(links) - known.useless,
            known.again,
            visit.reach,
            visit.location,
            visit.lists,
        )
        keep_advance(connection, visit.source, entry.url, update_coverage(point, facts))
    return known.again


def _keep(connection: Connection, visit: Visit, new: int, again: int) -> None:
    row = {
        "crawl": visit.crawl,
        "source": visit.source,
        "url": visit.entry.url,
        "kind": visit.entry.kind,
        "at": visit.at,
        "outcome": visit.outcome[:32],
        "items": visit.items,
        "new": new,
        "bytes": visit.bytes,
        "seconds": visit.seconds,
        "again": again,
        "reach": visit.reach,
        "location": visit.location,
    }
    connection.execute(insert(visits).values(row))
    reason = cause(visit.outcome)
    failed = reason is not None
    count(connection, "visits", reason or visit.outcome)
    amounts = {"visits": 1, "failed": int(failed), "bytes": visit.bytes, "links": new}
    tallies.add(
        connection, visit.source, visit.at, **amounts, seconds=0.0 if failed else visit.seconds
    )

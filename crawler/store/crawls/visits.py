"""Visits to entry points: each is recorded with what it proves about the time before it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from crawler.coverage import OpenGap, VisitFacts, cause, close_gap, update_coverage
from crawler.store.articles.discovered import DiscoveredPage, keep_found
from crawler.store.articles.feed_items import as_known
from crawler.store.articles.known_links import KnownLinks, known_links, look_again
from crawler.store.crawls.spans import keep_advance, point_of
from crawler.store.statistics import tallies
from crawler.store.statistics.counters import count
from crawler.store.tables import crawls, visits


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
    """The further entry points that an answer names: `older` pages of a section are kept where the
    visit `goes_on`, the `children` always. `left` are those named earlier that are not watched any
    more.
    """

    children: Sequence[EntryPoint] = ()
    older: Sequence[EntryPoint] = ()
    left: LeftEntryPoints = field(default_factory=LeftEntryPoints)


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to an entry point: `outcome` is read, same, robots, or why it failed; one that is
    not `kept` is not visited again for its own sake. `reach` is since when the listing is complete
    by its own dates, `location` where the entry point has moved to for good; one that `lists` named
    a page or a further entry point, whether it was of use or not. `gap` is what the pages before
    an older one left open.
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
    gap: OpenGap | None = None

    @property
    def is_watched(self) -> bool:
        """Whether the entry point is visited for what is new, so that it has a pace and a place in
        the coverage.
        """
        return self.kept and self.entry.kind != "older" and not self.entry.resting


@dataclass(frozen=True, slots=True)
class RecordedVisit:
    """What a visit brought: how many links were `new`, and how many were known when the entry point
    was last read (`again`), those without an article among them. A `gap` that it leaves may be
    closed by an older page. One that `follows` still lists some of what it brought last.
    """

    new: int
    again: int = 0
    gap: OpenGap | None = None
    follows: bool = True

    def goes_on(self, kind: str, links: int) -> bool:
        """Whether the page behind a listing of this kind with so many links is followed. Some of a
        section may have left its first page already where every link is new there, or where some
        are and the visit leaves a gap, or lists nothing of what it brought last: what is known may
        stand beside the list. Of an older page any was new, since that stands on each.
        """
        if kind == "older":
            return self.new > 0
        is_whole = self.gap is None and self.follows and self.new < links
        return self.new > 0 and not is_whole


def record(
    connection: Connection,
    visit: Visit,
    links: Sequence[DiscoveredPage],
    silence: datetime | None = None,
) -> RecordedVisit:
    """Record a visit and the links that it brought, within one transaction. What is older than
    `silence` is no news for alerts.
    """
    links = as_known(connection, visit.source, links)
    if visit.gap:
        known = KnownLinks()
        gap = _still_open(connection, visit, visit.gap, links)
    else:
        known, gap = _watch(connection, visit, links)
    new = keep_found(connection, visit.source, links, visit.at, silence)
    _keep(connection, visit, new, known.again)
    fruit_at = visit.entry.fruit_at
    follows = fruit_at is None or (known.newest is not None and known.newest >= fruit_at)
    return RecordedVisit(new, known.again + known.useless, gap, follows)


def prune(connection: Connection, source: str, old: datetime) -> Counter[str]:
    """Forget single crawls and visits of a source from before a moment; returns how many `visits`
    and `crawls`. The last crawl that read something stays: what comes after it is news.
    """
    read = (
        select(visits.c.id)
        .where(visits.c.crawl == crawls.c.id, visits.c.outcome.in_(("read", "same")))
        .exists()
    )
    last = (
        select(crawls.c.id)
        .where(crawls.c.source == source, crawls.c.outcome == "finished", read)
        .order_by(crawls.c.started_at.desc())
        .limit(1)
    )
    kept = connection.execute(last).scalar_one_or_none() or 0
    crawled = select(visits.c.crawl).where(visits.c.crawl == crawls.c.id).exists()
    old_visits = (visits.c.source == source) & (visits.c.at < old) & (visits.c.crawl != kept)
    old_crawls = (crawls.c.source == source) & (crawls.c.started_at < old) & ~crawled
    dropped = connection.execute(delete(visits).where(old_visits)).rowcount
    ended = connection.execute(delete(crawls).where(old_crawls, crawls.c.id != kept)).rowcount
    return Counter(visits=dropped, crawls=ended)


def _watch(
    connection: Connection, visit: Visit, links: Sequence[DiscoveredPage]
) -> tuple[KnownLinks, OpenGap | None]:
    """What the visit proves about the time before it, and what it tells of pages that are known;
    returns what is known of the links, and the gap that it leaves.
    """
    entry = visit.entry
    point = point_of(connection, visit.source, entry.url)
    read_at = point.read_at if point else None
    known = KnownLinks()
    if read_at:
        known = known_links(connection, links, read_at, visit.at)
        look_again(connection, links, known, read_at, visit.at)
    if not visit.is_watched:
        return known, None
    step = update_coverage(point, _facts(visit, links, known))
    keep_advance(connection, visit.source, entry.url, step)
    gap = OpenGap(entry.url, step.open_since, visit.at) if step.open_since else None
    return known, gap


def _still_open(
    connection: Connection, visit: Visit, gap: OpenGap, links: Sequence[DiscoveredPage]
) -> OpenGap | None:
    """The gap of a listing after a visit to one of its older pages; None where that closes it."""
    known = known_links(connection, links, gap.since, visit.at)
    point = point_of(connection, visit.source, gap.url)
    step = close_gap(point, gap, _facts(visit, links, known)) if point else None
    if step is None:
        return gap
    keep_advance(connection, visit.source, gap.url, step)
    return None


def _facts(visit: Visit, links: Sequence[DiscoveredPage], known: KnownLinks) -> VisitFacts:
    """What the visit showed; links without an article say nothing."""
    entry = visit.entry
    items = len(links) - known.useless
    return VisitFacts(
        visit.at,
        visit.outcome,
        entry.kind,
        entry.parent is None,
        items,
        known.again,
        visit.reach,
        visit.location,
        visit.lists,
    )


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

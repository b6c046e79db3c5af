"""What was watched and when: crawls and visits to entry points."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import Connection, delete, func, insert, select, update

from crawler.entrypoints.listing import Kind
from crawler.policy.pace import Pace
from crawler.store.articles.discovered import DiscoveredPage
from crawler.store.articles.first_indexed import silent_before
from crawler.store.crawls.paces import drop_pace, keep_pace, pace_of
from crawler.store.crawls.quiet import drop_quiet
from crawler.store.crawls.visits import (
    EntryPoint,
    LeftEntryPoints,
    NamedEntryPoints,
    RecordedVisit,
    Visit,
    record,
)
from crawler.store.dialect import by_sources, insert_or, parts
from crawler.store.statistics.counters import count
from crawler.store.tables import crawls, entry_points, visits
from crawler.store.transactions import Database

_NONE_NAMED = NamedEntryPoints()


class Ledger:
    """Crawls, visits and entry points. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def start(self, source: str, now: datetime, since: datetime | None = None) -> int:
        """Begin a crawl, with `since` one that reaches back; returns its id. One that still counts
        as running was killed, since its lease is taken.
        """
        row = {
            "source": source,
            "started_at": now,
            "outcome": "running",
            "counts": {},
            "since": since,
        }
        running = (crawls.c.source == source) & (crawls.c.outcome == "running")
        with self._writes.begin() as connection:
            killed = connection.execute(
                update(crawls).where(running).values(outcome="killed")
            ).rowcount
            if killed:
                count(connection, "crawls", "killed", killed)
            return int(
                connection.execute(insert(crawls).values(row).returning(crawls.c.id)).scalar_one()
            )

    def resumed_from(self, source: str, since: datetime, crawl: int) -> datetime | None:
        """When the backfill began that a crawl goes on with: with the first crawl after the last
        finished one that reached back as far. None where the crawl begins one.
        """
        as_far = (crawls.c.source == source) & (crawls.c.since <= since) & (crawls.c.id != crawl)
        finished = select(func.max(crawls.c.id)).where(as_far, crawls.c.outcome == "finished")
        with self._reads.connect() as connection:
            last = connection.execute(finished).scalar_one() or 0
            query = select(func.min(crawls.c.started_at)).where(as_far, crawls.c.id > last)
            began: datetime | None = connection.execute(query).scalar_one()
        return began

    def finish(self, crawl: int, now: datetime, outcome: str, counts: Mapping[str, int]) -> None:
        """End a crawl with its outcome and counts."""
        values = {"finished_at": now, "outcome": outcome[:32], "counts": dict(counts)}
        with self._writes.begin() as connection:
            source = connection.execute(
                update(crawls).where(crawls.c.id == crawl).values(values).returning(crawls.c.source)
            ).scalar_one()
            count(connection, "crawls", outcome[:32])
            drop_quiet(connection, source)

    def record_visit(
        self,
        visit: Visit,
        links: Sequence[DiscoveredPage] = (),
        named: NamedEntryPoints = _NONE_NAMED,
        pace_after: Callable[[Pace | None, int, int], Pace] | None = None,
    ) -> RecordedVisit:
        """Record a visit together with the entry point's validators, the links and the further
        entry points that it names: nothing is forgotten behind an answer "not modified".

        `pace_after` gives the entry point's next pace from the one before, the number of new links
        and that of links known when it was last read.
        """
        entry = visit.entry
        with self._writes.begin() as connection:
            silence = silent_before(
                connection, visit.source, entry.url, entry.parent is None, visit.crawl
            )
            recorded = record(connection, visit, links, silence)
            if pace_after and visit.is_watched:
                before = pace_of(connection, visit.source, entry.url)
                pace = pace_after(before, recorded.new, recorded.again)
                keep_pace(connection, visit.source, entry.url, pace)
            if visit.kept and visit.outcome in ("read", "same"):
                _keep_entry_point(connection, visit, recorded.new)
            if visit.outcome == "read":
                older = named.older if recorded.goes_on(entry.kind, len(links)) else ()
                _keep_children(connection, visit, [*named.children, *older])
                _leave(connection, visit, named.left)
            if not visit.kept:
                _drop(connection, visit.source, entry.url)
        return recorded

    def drop(self, source: str, url: str) -> None:
        """Forget an entry point that another one named and that proved to be none."""
        with self._writes.begin() as connection:
            _drop(connection, source, url)

    def entry_points(self, source: str) -> dict[str, EntryPoint]:
        """The entry points of a source that were visited, or named and not yet visited, by
        address.
        """
        query = select(entry_points).where(entry_points.c.source == source)
        with self._reads.connect() as connection:
            rows = connection.execute(query).all()
        return {row.url: _entry_point(row) for row in rows if row.kind in get_args(Kind)}

    def named_by_sites(self, sources: Sequence[str] | None = None) -> set[tuple[str, str]]:
        """The entry points that other entry points name and that are watched, as source and
        address; of these sources, or of all.
        """
        query = select(entry_points.c.source, entry_points.c.url).where(
            entry_points.c.parent.is_not(None), entry_points.c.resting.is_(False)
        )
        named: set[tuple[str, str]] = set()
        with self._reads.connect() as connection:
            for part in by_sources(query, entry_points.c.source, sources):
                named.update((row.source, row.url) for row in connection.execute(part))
        return named

    def last_crawls(self, sources: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The newest crawl of each of these sources, by its id."""
        newest = {}
        with self._reads.connect() as connection:
            for source in sources:
                query = select(crawls).where(crawls.c.source == source)
                query = query.order_by(crawls.c.started_at.desc()).limit(1)
                row = connection.execute(query).mappings().one_or_none()
                if row is not None:
                    newest[source] = dict(row)
        return newest

    def visits(self, source: str, limit: int = 20) -> list[dict[str, Any]]:
        """The newest visits to a source's entry points, newest first."""
        query = select(visits).where(visits.c.source == source)
        query = query.order_by(visits.c.at.desc(), visits.c.id.desc()).limit(limit)
        with self._reads.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def _keep_entry_point(connection: Connection, visit: Visit, new: int) -> None:
    entry = visit.entry
    row: dict[str, Any] = {
        "kind": entry.kind,
        "section": entry.section,
        "visited_at": visit.at,
        "etag": entry.etag,
        "last_modified": entry.last_modified,
        "parent": entry.parent,
        "discovered_at": entry.discovered_at,
    }
    if new and not entry.resting:
        row["fruit_at"] = visit.at
    if entry.taken_since:
        row["taken_since"] = entry.taken_since
    added = insert_or(connection, entry_points).values(
        source=visit.source, url=entry.url, found_at=visit.at, **row
    )
    connection.execute(added.on_conflict_do_update(index_elements=["source", "url"], set_=row))


def _keep_children(connection: Connection, visit: Visit, named: Sequence[EntryPoint]) -> None:
    rows = [
        {
            "source": visit.source,
            "url": child.url,
            "kind": child.kind,
            "section": child.section,
            "parent": child.parent,
            "found_at": visit.at,
            "resting": child.resting,
        }
        for child in named
    ]
    if not rows:
        return
    added = insert_or(connection, entry_points)
    resting = added.excluded.resting
    mine = (entry_points.c.parent == visit.entry.url) & (entry_points.c.resting != resting)
    kept = added.on_conflict_do_update(
        index_elements=["source", "url"], set_={"resting": resting}, where=mine
    )
    connection.execute(kept, rows)


def _leave(connection: Connection, visit: Visit, left: LeftEntryPoints) -> None:
    """Watch these parts of a sitemap index no more."""
    below = (entry_points.c.source == visit.source) & (entry_points.c.parent == visit.entry.url)
    for batch in parts(left.resting):
        these = below & entry_points.c.url.in_(batch)
        connection.execute(update(entry_points).where(these).values(resting=True))
    for batch in parts(left.dropped):
        connection.execute(delete(entry_points).where(below, entry_points.c.url.in_(batch)))


def _entry_point(row: Any) -> EntryPoint:
    return EntryPoint(
        row.url,
        row.kind,
        row.section,
        row.etag,
        row.last_modified,
        row.parent,
        row.discovered_at,
        pending=row.visited_at is None,
        resting=row.resting,
        visited_at=row.visited_at,
        fruit_at=row.fruit_at,
        taken_since=row.taken_since,
    )


def _drop(connection: Connection, source: str, url: str) -> None:
    named = (
        (entry_points.c.source == source)
        & (entry_points.c.url == url)
        & entry_points.c.parent.is_not(None)
    )
    connection.execute(delete(entry_points).where(named))
    drop_pace(connection, source, url)

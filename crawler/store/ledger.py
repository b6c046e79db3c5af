"""What was watched and when: crawls, visits to entry points, and leases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from crawler.store.dialect import insert_or
from crawler.store.firsts import silent_before
from crawler.store.pages import FoundPage, keep_found
from crawler.store.tables import crawls, entry_points, leases, visits


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """Where a source's new articles are found, with what makes the next visit conditional.

    `parent` is the entry point that names it, None where the sources file does; `discovered_at` is when all that it
    names was last followed; one that is `pending` was named and not yet visited.
    """

    url: str
    kind: str
    section: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    parent: str | None = None
    discovered_at: datetime | None = None
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to an entry point: `outcome` is read, same, robots, or why it failed; one that is not `kept` is not
    visited again for its own sake."""

    crawl: int
    source: str
    entry: EntryPoint
    at: datetime
    outcome: str
    items: int = 0
    bytes: int = 0
    seconds: float = 0.0
    kept: bool = True


class Ledger:
    """Crawls, visits, entry points and leases. Every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._reads = engine
        self._writes = engine.execution_options(writes=True)

    def start(self, source: str, now: datetime, since: datetime | None = None) -> int:
        """Begin a crawl, with `since` one that reaches back; returns its id."""
        row = {"source": source, "started_at": now, "outcome": "running", "counts": {}, "since": since}
        with self._writes.begin() as connection:
            return int(connection.execute(insert(crawls).values(row).returning(crawls.c.id)).scalar_one())

    def finish(self, crawl: int, now: datetime, outcome: str, counts: Mapping[str, int]) -> None:
        """End a crawl with its outcome and counts."""
        values = {"finished_at": now, "outcome": outcome[:32], "counts": dict(counts)}
        with self._writes.begin() as connection:
            connection.execute(update(crawls).where(crawls.c.id == crawl).values(values))

    def visited(
        self,
        visit: Visit,
        links: Sequence[FoundPage] = (),
        children: Sequence[EntryPoint] = (),
        older: Sequence[EntryPoint] = (),
    ) -> int:
        """Record a visit together with the entry point's validators, the links and the further entry points that it
        names: nothing is forgotten behind an answer "not modified". Returns how many links were new.

        `older` pages are kept where every link was new: something may have been missed.
        """
        entry = visit.entry
        with self._writes.begin() as connection:
            silence = silent_before(connection, visit.source, entry.url, entry.parent is None, visit.crawl)
            new = keep_found(connection, visit.source, links, visit.at, silence)
            connection.execute(
                insert(visits).values(
                    crawl=visit.crawl,
                    source=visit.source,
                    url=entry.url,
                    kind=entry.kind,
                    at=visit.at,
                    outcome=visit.outcome[:32],
                    items=visit.items,
                    new=new,
                    bytes=visit.bytes,
                    seconds=visit.seconds,
                )
            )
            if visit.kept and visit.outcome in ("read", "same"):
                row = {"kind": entry.kind, "section": entry.section, "visited_at": visit.at}
                row |= {"etag": entry.etag, "last_modified": entry.last_modified}
                row |= {"parent": entry.parent, "discovered_at": entry.discovered_at}
                upsert = insert_or(connection, entry_points)
                upsert = upsert.values(source=visit.source, url=entry.url, found_at=visit.at, **row)
                connection.execute(upsert.on_conflict_do_update(index_elements=["source", "url"], set_=row))
            if visit.outcome == "read":
                named = [*children, *(older if links and new == len(links) else ())]
                _keep_children(connection, visit, named)
            if not visit.kept:
                _drop(connection, visit.source, entry.url)
        return new

    def drop(self, source: str, url: str) -> None:
        """Forget an entry point that another one named and that proved to be none."""
        with self._writes.begin() as connection:
            _drop(connection, source, url)

    def entries(self, source: str) -> dict[str, EntryPoint]:
        """The entry points of a source that were visited, or named and not yet visited, by address."""
        query = select(entry_points).where(entry_points.c.source == source)
        with self._reads.connect() as connection:
            return {
                row.url: EntryPoint(
                    row.url,
                    row.kind,
                    row.section,
                    row.etag,
                    row.last_modified,
                    row.parent,
                    row.discovered_at,
                    row.visited_at is None,
                )
                for row in connection.execute(query)
            }

    def claim(self, source: str, owner: str, now: datetime, span: timedelta) -> str | None:
        """Take the lease of a source until now + span, or renew one's own; else returns the owner that holds it."""
        with self._writes.begin() as connection:
            row = connection.execute(select(leases).where(leases.c.source == source).with_for_update()).one_or_none()
            if row and row.owner != owner and row.expires_at > now:
                return str(row.owner)
            values = {"owner": owner, "expires_at": now + span}
            upsert = insert_or(connection, leases).values(source=source, **values)
            connection.execute(upsert.on_conflict_do_update(index_elements=["source"], set_=values))
        return None

    def release(self, source: str, owner: str) -> None:
        """Give a lease back; one that another took over stays."""
        with self._writes.begin() as connection:
            connection.execute(delete(leases).where(leases.c.source == source, leases.c.owner == owner))

    def last_crawls(self) -> list[dict[str, Any]]:
        """The newest crawl of each source."""
        newest = select(func.max(crawls.c.id)).group_by(crawls.c.source)
        query = select(crawls).where(crawls.c.id.in_(newest)).order_by(crawls.c.source)
        with self._reads.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def blind(self) -> list[dict[str, Any]]:
        """The entry points whose newest visit brought nothing to read."""
        newest = select(func.max(visits.c.id)).group_by(visits.c.source, visits.c.url)
        query = select(visits).where(visits.c.id.in_(newest), visits.c.outcome.not_in(("read", "same")))
        with self._reads.connect() as connection:
            return [dict(row) for row in connection.execute(query.order_by(visits.c.source)).mappings()]


def _keep_children(connection: Connection, visit: Visit, named: Sequence[EntryPoint]) -> None:
    entry = visit.entry
    if entry.kind == "sitemap" and named:
        # The index of a large site names a new sitemap every day: those that it names no longer are history.
        urls = [child.url for child in named]
        mine = (entry_points.c.source == visit.source) & (entry_points.c.parent == entry.url)
        connection.execute(delete(entry_points).where(mine, entry_points.c.url.not_in(urls)))
    for child in named:
        row = {"source": visit.source, "url": child.url, "kind": child.kind, "section": child.section}
        row["parent"] = child.parent
        connection.execute(
            insert_or(connection, entry_points).values(**row, found_at=visit.at).on_conflict_do_nothing()
        )


def _drop(connection: Connection, source: str, url: str) -> None:
    named = (entry_points.c.source == source) & (entry_points.c.url == url) & entry_points.c.parent.is_not(None)
    connection.execute(delete(entry_points).where(named))

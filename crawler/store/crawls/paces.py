"""When each entry point is due, and what was learned of its rhythm."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from crawler.policy.pace import ArrivalRate, Pace
from crawler.store.dialect import insert_or
from crawler.store.tables import paces, pages
from crawler.store.transactions import Database


class Paces:
    """The paces of entry points. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database

    def of_source(self, source: str) -> dict[str, Pace]:
        """The paces of a source's entry points, by address."""
        with self._reads.connect() as connection:
            rows = connection.execute(select(paces).where(paces.c.source == source))
            return {row.url: _pace(row) for row in rows}

    def due(self, source: str, urls: Collection[str]) -> tuple[datetime | None, datetime | None]:
        """When the first of these entry points of a source is due, None where one was never
        visited; and when the first of its pages is.
        """
        first_due = select(func.count(), func.min(paces.c.due_at)).where(
            paces.c.source == source, paces.c.url.in_(urls)
        )
        first_page = select(func.min(pages.c.next_visit)).where(
            pages.c.source == source, pages.c.next_visit.is_not(None)
        )
        with self._reads.connect() as connection:
            count, first = connection.execute(first_due).one()
            page_due_at = connection.execute(first_page).scalar_one()
        never_visited = count < len(urls)
        return (None if never_visited else first), page_due_at


def pace_of(connection: Connection, source: str, url: str) -> Pace | None:
    """The pace of an entry point, within a transaction."""
    query = select(paces).where(paces.c.source == source, paces.c.url == url)
    row = connection.execute(query).one_or_none()
    return _pace(row) if row else None


def keep_pace(connection: Connection, source: str, url: str, pace: Pace) -> None:
    """Keep the pace of an entry point, within the transaction that records its visit."""
    row = {
        "due_at": pace.due_at,
        "interval": pace.interval.total_seconds(),
        "visited_at": pace.visited_at,
        "errors": pace.errors,
        "listed": pace.listed,
        "rhythm": asdict(pace.rhythm),
    }
    upsert = insert_or(connection, paces).values(source=source, url=url, **row)
    connection.execute(upsert.on_conflict_do_update(index_elements=["source", "url"], set_=row))


def drop_pace(connection: Connection, source: str, url: str) -> None:
    """Forget the pace of what proved to be no entry point."""
    connection.execute(delete(paces).where(paces.c.source == source, paces.c.url == url))


def make_due_now(connection: Connection, source: str, now: datetime) -> None:
    """Let every entry point of a source be due now."""
    connection.execute(
        update(paces).where(paces.c.source == source, paces.c.due_at > now).values(due_at=now)
    )


def _pace(row: Any) -> Pace:
    interval = timedelta(seconds=row.interval)
    rhythm = _rhythm(row.rhythm)
    return Pace(row.due_at, interval, row.visited_at, row.errors, row.listed, rhythm)


def _rhythm(stored: Any) -> ArrivalRate:
    """A rhythm as it was kept; one that is damaged is learned again."""
    try:
        values: dict[str, Any] = dict(stored)
        values |= {"items": tuple(values["items"]), "seconds": tuple(values["seconds"])}
        return ArrivalRate(**values)
    except (TypeError, ValueError, KeyError):
        return ArrivalRate()

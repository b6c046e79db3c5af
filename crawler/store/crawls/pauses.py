"""Pauses: times in which a source is to be left alone. They are kept, so that a silence can be
explained later.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, or_, select, update

from crawler.store.tables import pauses
from crawler.store.transactions import Database


class Pauses:
    """The pauses of sources. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def pause(self, source: str, now: datetime, until: datetime | None) -> None:
        """Leave a source alone from now on: until then, or until it is resumed. A pause that runs
        gets the new end.
        """
        with self._writes.begin() as connection:
            changed = (
                update(pauses).where(is_running(now), pauses.c.source == source).values(until=until)
            )
            if not connection.execute(changed).rowcount:
                connection.execute(insert(pauses).values(source=source, since=now, until=until))

    def resume(self, source: str, now: datetime) -> bool:
        """End the pause of a source now; False where it is not paused."""
        with self._writes.begin() as connection:
            mine = (pauses.c.source == source) & is_running(now)
            return bool(connection.execute(update(pauses).where(mine).values(until=now)).rowcount)

    def running(self, now: datetime) -> dict[str, datetime | None]:
        """The sources that are paused now, and until when; None where nobody has said."""
        with self._reads.connect() as connection:
            return running(connection, now)

    def between(
        self, start: datetime, end: datetime
    ) -> list[tuple[str, datetime, datetime | None]]:
        """Every pause that has a moment within a time, by source: source, since, until."""
        query = select(pauses).where(
            pauses.c.since < end, or_(pauses.c.until.is_(None), pauses.c.until > start)
        )
        with self._reads.connect() as connection:
            rows = connection.execute(query.order_by(pauses.c.source, pauses.c.since))
            return [(row.source, row.since, row.until) for row in rows]


def running(connection: Connection, now: datetime) -> dict[str, datetime | None]:
    """The sources that are paused, within a transaction."""
    return {
        row.source: row.until for row in connection.execute(select(pauses).where(is_running(now)))
    }


def is_running(now: datetime) -> ColumnElement[bool]:
    return (pauses.c.since <= now) & or_(pauses.c.until.is_(None), pauses.c.until > now)

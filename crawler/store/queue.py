"""What is due next, and what waits to be crawled."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select

from crawler.store.dialect import insert_or
from crawler.store.pauses import running
from crawler.store.tables import due, queue


class Queue:
    """Due times and the queue of due sources. Every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._reads = engine
        self._writes = engine.execution_options(writes=True)

    def due(self) -> dict[str, datetime]:
        """When each source is due, in UTC."""
        with self._reads.connect() as connection:
            return {row.source: row.due_at for row in connection.execute(select(due))}

    def fall_due(self, source: str, now: datetime, next_due: datetime, early: timedelta) -> bool:
        """Queue a source that is due, and say when it is due next; False where another scheduler did so before.

        `early` is how much before its time it may be queued.
        """
        with self._writes.begin() as connection:
            query = select(due.c.due_at).where(due.c.source == source).with_for_update()
            at = connection.execute(query).scalar_one_or_none()
            if at is not None and at - early > now:
                return False
            upsert = insert_or(connection, due).values(source=source, due_at=next_due)
            connection.execute(upsert.on_conflict_do_update(index_elements=["source"], set_={"due_at": next_due}))
            queued = insert_or(connection, queue).values(source=source, due_at=at or now)
            connection.execute(queued.on_conflict_do_nothing())
        return True

    def queued(self, now: datetime) -> list[str]:
        """The sources that wait to be crawled, the longest waiting first, without those that are paused."""
        with self._reads.connect() as connection:
            paused = running(connection, now)
            waiting = connection.execute(select(queue.c.source).order_by(queue.c.due_at)).scalars()
            return [source for source in waiting if source not in paused]

    def enqueue(self, source: str, now: datetime) -> bool:
        """Let a source be crawled next, due or not; False where it waits already."""
        with self._writes.begin() as connection:
            row = insert_or(connection, queue).values(source=source, due_at=now)
            return bool(connection.execute(row.on_conflict_do_nothing()).rowcount)

    def unqueue(self, source: str) -> None:
        """Take a source out of the queue: its crawl is over."""
        with self._writes.begin() as connection:
            connection.execute(delete(queue).where(queue.c.source == source))

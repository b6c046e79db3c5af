"""What is due next, what waits to be crawled, and who crawls it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, update

from crawler.store.crawls.claims import Claimant, choose, take_sources
from crawler.store.crawls.paces import make_due_now
from crawler.store.crawls.pauses import running
from crawler.store.dialect import by_sources, insert_or
from crawler.store.tables import due, queue
from crawler.store.transactions import Database

_ATTEMPTS = 3
"""How often sources are chosen again where others took all that were chosen."""


class Queue:
    """Due times and the queue of due sources. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def due(self, sources: Sequence[str] | None = None) -> dict[str, datetime]:
        """When each of these sources, or of all, is due, in UTC."""
        due_at: dict[str, datetime] = {}
        with self._reads.connect() as connection:
            for part in by_sources(select(due), due.c.source, sources):
                due_at.update({row.source: row.due_at for row in connection.execute(part)})
        return due_at

    def due_between(self, start: datetime, end: datetime) -> dict[str, datetime]:
        """When each source is due that is due within a time, in UTC; its end belongs to it."""
        query = select(due).where(due.c.due_at > start, due.c.due_at <= end)
        with self._reads.connect() as connection:
            return {row.source: row.due_at for row in connection.execute(query)}

    def due_at(self, source: str) -> datetime | None:
        """When a source is due, in UTC; None where it never was queued."""
        query = select(due.c.due_at).where(due.c.source == source)
        with self._reads.connect() as connection:
            at: datetime | None = connection.execute(query).scalar_one_or_none()
        return at

    def at_latest(self, latest: Mapping[str, datetime]) -> None:
        """Let no source be due later than this, by its id."""
        later = (due.c.source == bindparam("id")) & (due.c.due_at > bindparam("latest"))
        rows = [{"id": source, "latest": at} for source, at in latest.items()]
        if rows:
            with self._writes.begin() as connection:
                connection.execute(
                    update(due).where(later).values(due_at=bindparam("latest")), rows
                )

    def fall_due(self, source: str, now: datetime, next_due: datetime) -> bool:
        """Queue a source that is due, and say when it is due next; False where another scheduler
        did so before.
        """
        with self._writes.begin() as connection:
            at = connection.execute(
                select(due.c.due_at).where(due.c.source == source)
            ).scalar_one_or_none()
            upsert = (
                insert_or(connection, due)
                .values(source=source, due_at=next_due)
                .returning(due.c.source)
            )
            still = due.c.due_at <= now
            moved = upsert.on_conflict_do_update(
                index_elements=["source"], set_={"due_at": next_due}, where=still
            )
            if connection.execute(moved).scalar_one_or_none() is None:
                return False
            queued = insert_or(connection, queue).values(source=source, due_at=at or now)
            connection.execute(queued.on_conflict_do_nothing())
        return True

    def queued(self, now: datetime) -> list[str]:
        """The sources that wait to be crawled or are being crawled, the longest waiting first,
        without those that are paused.
        """
        with self._reads.connect() as connection:
            paused = running(connection, now)
            waiting = connection.execute(select(queue.c.source).order_by(queue.c.due_at)).scalars()
            return [source for source in waiting if source not in paused]

    def enqueue(self, source: str, now: datetime) -> bool:
        """Let a source be crawled next, due or not; False where it waits already."""
        with self._writes.begin() as connection:
            row = insert_or(connection, queue).values(source=source, due_at=now)
            make_due_now(connection, source, now)
            added = row.on_conflict_do_nothing().returning(queue.c.source)
            return connection.execute(added).scalar_one_or_none() is not None

    def claim(
        self,
        names: Mapping[str, Sequence[str]],
        owner: str,
        now: datetime,
        span: timedelta,
        *,
        most: int = 1,
    ) -> list[str]:
        """Take the sources that have waited longest, at most so many, and the leases that their
        crawls need, until now + span.

        `names` gives the leases that each source needs; only these sources are taken, and none that
        is being crawled. A source stays in the queue until its crawl is done: where the owner dies,
        another takes it over when the leases have run out.
        """
        claimant = Claimant(owner, now, span)
        for _ in range(_ATTEMPTS):
            with self._writes.begin() as connection:
                chosen = choose(connection, names, claimant, most)
                taken = take_sources(connection, names, claimant, chosen)
            if taken or not chosen:
                return taken
        return []

    def unqueue(self, source: str, due_at: datetime | None = None) -> None:
        """Take a source out of the queue: its crawl is over; `due_at` is when it is due next, where
        the crawl knows.
        """
        with self._writes.begin() as connection:
            connection.execute(delete(queue).where(queue.c.source == source))
            if due_at:
                upsert = insert_or(connection, due).values(source=source, due_at=due_at)
                connection.execute(
                    upsert.on_conflict_do_update(index_elements=["source"], set_={"due_at": due_at})
                )

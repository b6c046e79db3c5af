"""The outbox: what has changed and is not yet known to be in the index. Delivery is at least once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, exists, func, select, update

from crawler.store.articles.first_indexed import keep_firsts
from crawler.store.articles.recording import queue
from crawler.store.dialect import insert_or
from crawler.store.tables import articles, dead_letters, outbox
from crawler.store.transactions import Database

LONGEST_WAIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One article to bring to the index with its newest document, None to delete it; `seq` is the
    last row answered.

    `silent` tells that it was old news when it was met: no alert tells of it.
    """

    article: str
    seq: int
    document: dict[str, Any] | None
    tries: int
    silent: bool = False


class Outbox:
    """Rows that the relay reads and acknowledges. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def batch(self, size: int, now: datetime) -> list[OutboxRow]:
        """The next articles to deliver, each once with its newest document, oldest change first."""
        # The first rows that are due, by the key: an outbox of millions must not be sorted for each
        # batch.
        other = outbox.alias()
        put_off = exists().where(other.c.article == outbox.c.article, other.c.next_try > now)
        due = (
            select(outbox.c.article)
            .where(outbox.c.next_try <= now, ~put_off)
            .order_by(outbox.c.seq)
            .limit(size)
        )
        waiting = (
            select(
                outbox.c.article,
                func.max(outbox.c.seq).label("seq"),
                func.max(outbox.c.tries).label("tries"),
            )
            .where(outbox.c.article.in_(select(due.subquery().c.article)))
            .group_by(outbox.c.article)
            .subquery()
        )
        query = select(
            waiting, articles.c.document, articles.c.silent, articles.c.withdrawn
        ).outerjoin(articles, articles.c.id == waiting.c.article)
        with self._reads.connect() as connection:
            rows = connection.execute(query.order_by(waiting.c.seq)).all()
        return [
            OutboxRow(
                row.article,
                row.seq,
                orjson.loads(row.document) if row.document and not row.withdrawn else None,
                row.tries,
                bool(row.silent),
            )
            for row in rows
        ]

    def acknowledge(
        self,
        done: Sequence[OutboxRow],
        retry: Sequence[OutboxRow],
        rejected: Sequence[tuple[OutboxRow, str]],
        now: datetime,
    ) -> None:
        """Take delivered rows out, put others off with a growing wait, and keep rejected ones as
        dead letters.

        What the index has for the first time joins the order of first indexing in the same
        transaction.
        """
        with self._writes.begin() as connection:
            _remove(connection, [*done, *(parcel for parcel, _ in rejected)])
            delivered = [
                (parcel.document, parcel.silent) for parcel in done if parcel.document is not None
            ]
            keep_firsts(connection, delivered, now)
            if done:
                ids = [parcel.article for parcel in done]
                connection.execute(delete(dead_letters).where(dead_letters.c.article.in_(ids)))
            for parcel, reason in rejected:
                values = {"reason": reason[:2000], "at": now}
                upsert = insert_or(connection, dead_letters).values(
                    article=parcel.article, **values
                )
                connection.execute(
                    upsert.on_conflict_do_update(index_elements=["article"], set_=values)
                )
            for parcel in retry:
                wait = min(timedelta(seconds=2 ** min(parcel.tries, 10)), LONGEST_WAIT)
                values = {"tries": outbox.c.tries + 1, "next_try": now + wait}
                connection.execute(update(outbox).where(_same(parcel)).values(values))

    def waiting(self) -> int:
        """How many articles wait for the index."""
        with self._reads.connect() as connection:
            return int(
                connection.execute(select(func.count(func.distinct(outbox.c.article)))).scalar_one()
            )

    def oldest(self) -> datetime | None:
        """Since when the oldest waiting change waits."""
        with self._reads.connect() as connection:
            query = select(outbox.c.queued_at).order_by(outbox.c.seq).limit(1)
            return connection.execute(query).scalar_one_or_none()

    def dead(self, limit: int = 100) -> list[dict[str, Any]]:
        """Documents that the index rejected: article, reason and when."""
        with self._reads.connect() as connection:
            query = select(dead_letters).order_by(dead_letters.c.at.desc()).limit(limit)
            return [dict(row) for row in connection.execute(query).mappings()]

    def dead_letters(self) -> int:
        """How many documents the index rejected."""
        with self._reads.connect() as connection:
            return int(
                connection.execute(select(func.count()).select_from(dead_letters)).scalar_one()
            )

    def replay(self, now: datetime) -> int:
        """Put every dead letter back into the outbox; returns how many."""
        with self._writes.begin() as connection:
            ids = list(connection.execute(select(dead_letters.c.article)).scalars())
            if ids:
                queue(connection, ids, now)
            connection.execute(delete(dead_letters))
        return len(ids)


def _same(parcel: OutboxRow) -> Any:
    return (outbox.c.article == parcel.article) & (outbox.c.seq <= parcel.seq)


def _remove(connection: Connection, parcels: Sequence[OutboxRow]) -> None:
    if parcels:
        answered = (outbox.c.article == bindparam("which")) & (outbox.c.seq <= bindparam("last"))
        rows = [{"which": parcel.article, "last": parcel.seq} for parcel in parcels]
        connection.execute(delete(outbox).where(answered), rows)

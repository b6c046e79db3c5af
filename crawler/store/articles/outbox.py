"""The outbox: what has changed and is not yet known to be in the index. Delivery is at
least once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, select, update

from crawler.store.articles.documents import DamagedDocument, read_document
from crawler.store.articles.first_indexed import keep_firsts
from crawler.store.articles.recording import queue
from crawler.store.dialect import insert_or
from crawler.store.tables import articles, dead_letters, firsts, outbox
from crawler.store.transactions import Database

OUTBOX_LONGEST_WAIT = timedelta(minutes=10)
"""How long a row that the index did not take waits for its next try at most."""
_LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One article to bring to the index with its newest document, None to delete it; `seq` is the
    last row answered.

    `silent` tells that it was old news when it was met: no alert tells of it. `added` is when it
    became searchable first; None where it never was. `trouble` says why there is no document where
    the article's row is damaged.
    """

    article: str
    seq: int
    document: dict[str, Any] | None
    tries: int
    silent: bool = False
    added: datetime | None = None
    trouble: str | None = None


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
        due = select(outbox.c.article).where(outbox.c.next_try <= now, ~put_off)
        first = due.order_by(outbox.c.seq).limit(size).subquery()
        waiting = (
            select(
                outbox.c.article,
                func.max(outbox.c.seq).label("seq"),
                func.max(outbox.c.tries).label("tries"),
            )
            .where(outbox.c.article.in_(select(first.c.article)))
            .group_by(outbox.c.article)
            .subquery()
        )
        query = select(
            waiting,
            articles.c.document,
            articles.c.silent,
            articles.c.withdrawn,
            firsts.c.at.label("added"),
        )
        query = query.outerjoin(articles, articles.c.id == waiting.c.article)
        first_wording = (firsts.c.article == waiting.c.article) & firsts.c.follows.is_(None)
        query = query.outerjoin(firsts, first_wording)
        with self._reads.connect() as connection:
            rows = connection.execute(query.order_by(waiting.c.seq)).all()
        return [_outbox_row(row) for row in rows]

    def acknowledge(
        self,
        done: Sequence[OutboxRow],
        retry: Sequence[OutboxRow],
        rejected: Sequence[tuple[OutboxRow, str]],
        now: datetime,
        stamped: datetime | None = None,
    ) -> None:
        """Take delivered rows out, put others off with exponential backoff, and keep rejected ones
        as dead letters.

        What the index has for the first time joins the order of first indexing in the same
        transaction, with the moment that the documents are `stamped` with (`now` without it), so
        that an index made anew gives them the same one.
        """
        delivered = [(row.document, row.silent) for row in done if row.document is not None]
        with self._writes.begin() as connection:
            _remove(connection, [*done, *(row for row, _ in rejected)])
            keep_firsts(connection, delivered, now, stamped or now)
            if done:
                ids = [row.article for row in done]
                connection.execute(delete(dead_letters).where(dead_letters.c.article.in_(ids)))
            for row, reason in rejected:
                _keep_dead_letter(connection, row.article, reason, now)
            for row in retry:
                _put_off(connection, row, now)

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


def _outbox_row(row: Any) -> OutboxRow:
    document = None
    trouble = None
    if row.document is not None and not row.withdrawn:
        try:
            document = read_document(row.document)
        except DamagedDocument as error:
            trouble = str(error)
    silent = bool(row.silent)
    return OutboxRow(row.article, row.seq, document, row.tries, silent, row.added, trouble)


def _keep_dead_letter(connection: Connection, article: str, reason: str, now: datetime) -> None:
    values = {"reason": reason[:_LONGEST_REASON], "at": now}
    upsert = insert_or(connection, dead_letters).values(article=article, **values)
    connection.execute(upsert.on_conflict_do_update(index_elements=["article"], set_=values))


def _put_off(connection: Connection, row: OutboxRow, now: datetime) -> None:
    wait = min(timedelta(seconds=2 ** min(row.tries, 10)), OUTBOX_LONGEST_WAIT)
    answered = (outbox.c.article == row.article) & (outbox.c.seq <= row.seq)
    values = {"tries": outbox.c.tries + 1, "next_try": now + wait}
    connection.execute(update(outbox).where(answered).values(values))


def _remove(connection: Connection, rows: Sequence[OutboxRow]) -> None:
    """Take out what was answered; what has changed since has a later `seq` and stays."""
    if rows:
        answered = (outbox.c.article == bindparam("which")) & (outbox.c.seq <= bindparam("last"))
        values = [{"which": row.article, "last": row.seq} for row in rows]
        connection.execute(delete(outbox).where(answered), values)

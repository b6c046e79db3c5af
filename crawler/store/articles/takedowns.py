"""Forgetting: what is taken out for good, and the tombstones that keep it out. A tombstone is the
hash of a canonical key, so that what was forgotten can't be read from it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    delete,
    false,
    insert,
    or_,
    select,
    update,
)

from crawler.store.articles.addresses import OTHER_ADDRESSES
from crawler.store.articles.recording import queue
from crawler.store.dialect import insert_or, parts
from crawler.store.tables import (
    alert_hits,
    articles,
    captures,
    dead_letters,
    entry_points,
    forgotten,
    lines,
    not_taken,
    pages,
    revisions,
    takedowns,
)
from crawler.store.transactions import Database
from crawler.urls import article_id

Kind = Literal["url", "source", "age"]


@dataclass(frozen=True, slots=True)
class Takedown:
    """One takedown, without what was taken down: when, by whom, of which kind, and how much."""

    id: int
    at: datetime
    who: str
    kind: str
    articles: int
    pages: int
    records: int
    finished_at: datetime | None


class Takedowns:
    """Takedowns and tombstones. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def count(self, kind: Kind, what: str | datetime) -> tuple[int, int]:
        """How many articles and pages would be forgotten."""
        with self._reads.connect() as connection:
            ids, keys = _chosen(connection, kind, what)
        return len(ids), len(keys)

    def forget(self, kind: Kind, what: str | datetime, who: str, now: datetime) -> Takedown:
        """Forget the page with a canonical key, everything of a source, or what was met before a
        moment.

        It leaves the store at once and the index by the outbox; its records in the archive are
        marked, to be taken out.
        """
        with self._writes.begin() as connection:
            ids, keys = _chosen(connection, kind, what)
            hashes = [*ids, *map(article_id, keys)]
            if kind == "url":  # also where nothing is known of it yet
                hashes.append(article_id(str(what)))
            _add_tombstones(connection, hashes, now)
            _delete_articles(connection, ids, now)
            records = _mark(connection, _captures(kind, what))
            for batch in parts(keys):
                connection.execute(delete(pages).where(pages.c.key.in_(batch)))
                records += _mark(connection, captures.c.key.in_(batch))
            if kind == "source":
                connection.execute(delete(lines).where(lines.c.source == what))
                connection.execute(delete(entry_points).where(entry_points.c.source == what))
            row = {
                "at": now,
                "who": who,
                "kind": kind,
                "articles": len(ids),
                "pages": len(keys),
                "records": records,
            }
            added = insert(takedowns).values(row).returning(takedowns.c.id)
            takedown = int(connection.execute(added).scalar_one())
        return Takedown(takedown, finished_at=None, **row)  # type: ignore[arg-type]

    def mark_finished(self, now: datetime) -> None:
        """Note that the archive holds nothing any more of what was forgotten so far."""
        with self._writes.begin() as connection:
            connection.execute(
                update(takedowns).where(takedowns.c.finished_at.is_(None)).values(finished_at=now)
            )

    def history(self) -> list[Takedown]:
        """Every takedown, the oldest first."""
        with self._reads.connect() as connection:
            rows = connection.execute(select(takedowns).order_by(takedowns.c.id)).mappings()
            return [Takedown(**dict(row)) for row in rows]


def forgotten_among(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Which of these canonical keys are forgotten."""
    by_hash = {article_id(key): key for key in keys}
    forgotten_keys: set[str] = set()
    for batch in parts(list(by_hash)):
        query = select(forgotten.c.hash).where(forgotten.c.hash.in_(batch))
        for tombstone in connection.execute(query).scalars():
            forgotten_keys.add(by_hash[tombstone])
    return forgotten_keys


def drop_if_forgotten(
    connection: Connection, article: str, keys: Sequence[str], now: datetime
) -> bool:
    """Delete the pages that a visit brought back, with the records of the visit, where the first of
    them, which was asked for, or its article is to stay deleted; returns whether it was so.
    """
    asked = {"article": article, "page": article_id(keys[0])}
    if connection.execute(_BARRED, asked).first() is None:
        return False
    _add_tombstones(connection, map(article_id, keys), now)
    connection.execute(delete(pages).where(pages.c.key.in_(keys)))
    _mark(connection, captures.c.key.in_(keys))
    return True


def apply_tombstones(connection: Connection, hashes: Sequence[str], now: datetime) -> int:
    """Forget again what these tombstones stand for; returns how many articles and pages it was."""
    if not hashes:
        return 0
    barred = set(hashes)
    _add_tombstones(connection, hashes, now)
    ids = [name for name in connection.execute(select(articles.c.id)).scalars() if name in barred]
    keys = set(_keys_among(connection, select(pages.c.key), barred))
    for batch in parts(ids):
        of_articles = select(pages.c.key).where(pages.c.article.in_(batch))
        keys.update(connection.execute(of_articles).scalars())
    captured = _keys_among(connection, select(captures.c.key).distinct(), barred)
    _delete_articles(connection, ids, now)
    for batch in parts(sorted(keys)):
        connection.execute(delete(pages).where(pages.c.key.in_(batch)))
    for batch in parts(sorted(keys.union(captured))):
        _mark(connection, captures.c.key.in_(batch))
    return len(ids) + len(keys)


def _keys_among(connection: Connection, keys: Select[Any], barred: set[str]) -> list[str]:
    found: Iterable[str] = connection.execute(keys).scalars()
    return [key for key in found if article_id(key) in barred]


_BARRED = (
    select(forgotten.c.hash)
    .where(or_(forgotten.c.hash == bindparam("article"), forgotten.c.hash == bindparam("page")))
    .limit(1)
)


def _chosen(
    connection: Connection, kind: Kind, what: str | datetime
) -> tuple[list[str], list[str]]:
    match kind:
        case "url":
            at_address = select(pages.c.article).where(
                pages.c.key == what, pages.c.reason.in_(OTHER_ADDRESSES)
            )
            chosen = or_(
                articles.c.page == what,
                articles.c.id == article_id(str(what)),
                articles.c.id.in_(at_address),
            )
        case "source":
            chosen = articles.c.source == what
        case "age":
            chosen = articles.c.first_seen < what
    ids = list(connection.execute(select(articles.c.id).where(chosen)).scalars())
    keys = set(connection.execute(select(pages.c.key).where(_pages(kind, what))).scalars())
    for batch in parts(ids):
        query = select(pages.c.key).where(pages.c.article.in_(batch))
        keys |= set(connection.execute(query).scalars())
    return ids, sorted(keys)


def _delete_articles(connection: Connection, ids: Sequence[str], now: datetime) -> None:
    """Delete articles with all that hangs on them, and queue their deletion from the index."""
    for batch in parts(ids):
        connection.execute(delete(articles).where(articles.c.id.in_(batch)))
        for table in (dead_letters, revisions, not_taken, alert_hits):
            connection.execute(delete(table).where(table.c.article.in_(batch)))
        queue(connection, batch, now, delete=True)


def _pages(kind: Kind, what: Any) -> ColumnElement[bool]:
    """The pages that are forgotten by their own address or source."""
    if kind == "url":
        chosen: ColumnElement[bool] = pages.c.key == what
    elif kind == "source":
        chosen = pages.c.source == what
    else:
        chosen = false()  # age goes by articles: the frontier stays
    return chosen


def _captures(kind: Kind, what: Any) -> ColumnElement[bool]:
    """The records of the archive that are forgotten, beside those of the forgotten pages."""
    if kind == "url":
        chosen: ColumnElement[bool] = captures.c.key == what
    elif kind == "source":
        chosen = captures.c.source == what
    else:
        chosen = captures.c.at < what
    return chosen


def _mark(connection: Connection, chosen: ColumnElement[bool]) -> int:
    return connection.execute(
        update(captures).where(chosen, ~captures.c.forgotten).values(forgotten=True)
    ).rowcount


def _add_tombstones(connection: Connection, hashes: Iterable[str], now: datetime) -> None:
    for batch in parts(sorted(set(hashes))):
        rows = [{"hash": tombstone, "at": now} for tombstone in batch]
        added = insert_or(connection, forgotten).values(rows)
        connection.execute(added.on_conflict_do_nothing())

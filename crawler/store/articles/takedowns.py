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
    bindparam,
    delete,
    false,
    insert,
    or_,
    select,
    update,
)

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
        """Forget the page with a canonical key, everything of a source, or what was met before a moment.

        It leaves the store at once and the index by the outbox; its records in the archive are
        marked, to be taken out.
        """
        with self._writes.begin() as connection:
            ids, keys = _chosen(connection, kind, what)
            _bury(connection, [*ids, *map(article_id, keys)], now)
            if kind == "url":
                _bury(connection, [article_id(str(what))], now)
            for some in parts(ids):
                for table in (articles, dead_letters):
                    connection.execute(
                        delete(table).where(
                            table.c["id" if table is articles else "article"].in_(some)
                        )
                    )
                connection.execute(delete(revisions).where(revisions.c.article.in_(some)))
                connection.execute(delete(alert_hits).where(alert_hits.c.article.in_(some)))
                queue(connection, some, now, delete=True)
            records = _mark(
                connection, captures.c.key == what if kind == "url" else _more(kind, what)
            )
            for some in parts(keys):
                connection.execute(delete(pages).where(pages.c.key.in_(some)))
                records += _mark(connection, captures.c.key.in_(some))
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
            made = connection.execute(
                insert(takedowns).values(row).returning(takedowns.c.id)
            ).scalar_one()
        return Takedown(int(made), finished_at=None, **row)  # type: ignore[arg-type]

    def finished(self, now: datetime) -> None:
        """Note that the archive holds nothing any more of what was forgotten so far."""
        with self._writes.begin() as connection:
            connection.execute(
                update(takedowns).where(takedowns.c.finished_at.is_(None)).values(finished_at=now)
            )

    def takedowns(self) -> list[Takedown]:
        """Every takedown, the oldest first."""
        with self._reads.connect() as connection:
            rows = connection.execute(select(takedowns).order_by(takedowns.c.id)).mappings()
            return [Takedown(**dict(row)) for row in rows]


def forgotten_among(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Which of these canonical keys are forgotten."""
    by_hash = {article_id(key): key for key in keys}
    found: set[str] = set()
    for some in parts(list(by_hash)):
        hashes = connection.execute(
            select(forgotten.c.hash).where(forgotten.c.hash.in_(some))
        ).scalars()
        found |= {by_hash[one] for one in hashes}
    return found


def barred(connection: Connection, article: str, key: str, now: datetime) -> bool:
    """Whether an article, or the page that it comes from, is forgotten; then the page is forgotten
    too, with the records of this visit.
    """
    if connection.execute(_BARRED, {"article": article, "page": article_id(key)}).first() is None:
        return False
    _bury(connection, [article_id(key)], now)
    connection.execute(delete(pages).where(pages.c.key == key))
    _mark(connection, captures.c.key == key)
    return True


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
            mine = or_(articles.c.page == what, articles.c.id == article_id(str(what)))
        case "source":
            mine = articles.c.source == what
        case "age":
            mine = articles.c.first_seen < what
    ids = list(connection.execute(select(articles.c.id).where(mine)).scalars())
    keys = set(connection.execute(select(pages.c.key).where(_pages(kind, what))).scalars())
    for some in parts(ids):
        keys |= set(
            connection.execute(select(pages.c.key).where(pages.c.article.in_(some))).scalars()
        )
    return ids, sorted(keys)


def _pages(kind: Kind, what: Any) -> ColumnElement[bool]:
    if kind == "age":
        return false()
    chosen: ColumnElement[bool] = pages.c.key == what if kind == "url" else pages.c.source == what
    return chosen


def _more(kind: Kind, what: Any) -> ColumnElement[bool]:
    chosen: ColumnElement[bool] = (
        captures.c.source == what if kind == "source" else captures.c.at < what
    )
    return chosen


def _mark(connection: Connection, chosen: ColumnElement[bool]) -> int:
    return connection.execute(
        update(captures).where(chosen, ~captures.c.forgotten).values(forgotten=True)
    ).rowcount


def _bury(connection: Connection, hashes: Iterable[str], now: datetime) -> None:
    for some in parts(sorted(set(hashes))):
        rows = insert_or(connection, forgotten).values([{"hash": one, "at": now} for one in some])
        connection.execute(rows.on_conflict_do_nothing())

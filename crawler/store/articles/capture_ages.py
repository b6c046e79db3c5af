"""Captures that may leave the archive for their age or for room, the oldest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select, update

from crawler.store.articles.captures import ADOPTED
from crawler.store.dialect import parts
from crawler.store.tables import captures, pages
from crawler.store.transactions import Database

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class AgingCapture:
    """A capture: bytes of its record, when its body was last given, and whether it may leave: no
    article stands on it.
    """

    id: int
    length: int
    last_at: datetime
    may_leave: bool


class CaptureAges:
    """The captures in the order in which they were noted. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def bytes_since(self, since: datetime | None = None) -> int:
        """The bytes of all records, or of those since a moment."""
        query = select(func.sum(captures.c.length)).where(~captures.c.forgotten)
        query = query if since is None else query.where(captures.c.at >= since)
        with self._reads.connect() as connection:
            return int(connection.execute(query).scalar_one() or 0)

    def each(self) -> Iterator[list[AgingCapture]]:
        """All captures, many at a time.

        A capture of an entry point may leave, and one of a page that is known and belongs to no
        article. What is not known to the frontier, as the further pages of an article, stays, and
        so does what only the archive knew, until it is extracted.
        """
        is_no_article = and_(
            pages.c.key == captures.c.key,
            pages.c.article.is_(None),
            pages.c.state != "found",
            pages.c.reason.is_distinct_from(ADOPTED),
        )
        fruitless = select(pages.c.key).where(is_no_article).exists()
        may_leave = or_(captures.c.kind != "page", fruitless)
        last_at = func.coalesce(captures.c.again_at, captures.c.at, type_=captures.c.at.type)
        query = select(
            captures.c.id, captures.c.length, last_at.label("last_at"), may_leave.label("may_leave")
        ).where(~captures.c.forgotten)
        after = 0
        while True:
            part = query.where(captures.c.id > after).order_by(captures.c.id).limit(_AT_ONCE)
            with self._reads.connect() as connection:
                rows = connection.execute(part).all()
            if not rows:
                return
            yield [
                AgingCapture(row.id, row.length, row.last_at, bool(row.may_leave)) for row in rows
            ]
            after = rows[-1].id

    def mark(self, ids: Sequence[int]) -> None:
        """Mark captures to be taken out of the archive."""
        with self._writes.begin() as connection:
            for batch in parts(ids):
                chosen = captures.c.id.in_(batch)
                connection.execute(update(captures).where(chosen).values(forgotten=True))

"""The order of first indexing: what alerts go by. A row for each revision of an article, once it is
searchable.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from crawler.store.statistics.counters import count_lags
from crawler.store.tables import crawls, entry_points, firsts, visits
from crawler.store.transactions import Database

FOREVER = datetime.fromisoformat("9999-12-31T00:00:00+00:00")
LATENESS = timedelta(days=1)
"""How late a site may show what it dates earlier: a backfill that reads it then still meets news.
"""


@dataclass(frozen=True, slots=True)
class FirstIndexed:
    """One revision of an article that became searchable at `at`; `follows` is the row of its first
    revision.

    `silent` articles were old news when they were met: by the first crawl of their source, or by a
    backfill.
    """

    seq: int
    article: str
    revision: int
    follows: int | None
    silent: bool
    at: datetime


class FirstIndexedLog:
    """What has become searchable, in order. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database

    def newest(self) -> int:
        """The last row; 0 where there is none."""
        with self._reads.connect() as connection:
            return newest(connection)

    def after(self, seq: int, size: int) -> list[FirstIndexed]:
        """The rows behind one, in order, at most `size`."""
        return self._rows(firsts.c.seq > seq, size)

    def between(self, start: datetime, end: datetime, after: int, size: int) -> list[FirstIndexed]:
        """The rows behind one that became searchable in [start, end), in order, at most `size`."""
        return self._rows(
            (firsts.c.seq > after) & (firsts.c.at >= start) & (firsts.c.at < end), size
        )

    def moments(self, articles: Sequence[str]) -> dict[str, datetime]:
        """When each of these articles became searchable first; those that never were are left
        out.
        """
        query = select(firsts.c.article, func.min(firsts.c.seq).label("first"))
        first = query.where(firsts.c.article.in_(articles)).group_by(firsts.c.article).subquery()
        rows = select(firsts.c.article, firsts.c.at).join(first, firsts.c.seq == first.c.first)
        with self._reads.connect() as connection:
            return {row.article: row.at for row in connection.execute(rows)}

    def _rows(self, chosen: Any, size: int) -> list[FirstIndexed]:
        query = select(firsts).where(chosen).order_by(firsts.c.seq).limit(size)
        with self._reads.connect() as connection:
            return [
                FirstIndexed(row.seq, row.article, row.revision, row.follows, row.silent, row.at)
                for row in connection.execute(query)
            ]


def newest(connection: Connection) -> int:
    """The last row, within a transaction; 0 where there is none."""
    return int(connection.execute(select(func.max(firsts.c.seq))).scalar_one() or 0)


def keep_firsts(
    connection: Connection,
    documents: Sequence[tuple[dict[str, Any], bool]],
    now: datetime,
    stamped: datetime,
) -> None:
    """Note the revisions that the index has confirmed and had not had before, within the
    transaction that takes them out of the outbox; each document comes with whether it is silent.
    They became searchable at the moment that they were `stamped` with.
    """
    if not documents:
        return
    if connection.dialect.name == "postgresql":
        # Numbers are drawn before they are committed: a reader must not see a later one first and
        # go on behind it.
        connection.execute(text("LOCK TABLE firsts IN EXCLUSIVE MODE"))
    known = _known(connection, [str(document["id"]) for document, _ in documents])
    rows: list[dict[str, Any]] = []
    news: list[dict[str, Any]] = []
    for document, silent in documents:
        first, last = known.get(document["id"], (None, 0))
        if first is None or document["revision"] > last:
            rows.append(
                {
                    "article": document["id"],
                    "revision": document["revision"],
                    "source": document.get("source"),
                    "follows": first,
                    "silent": silent,
                    "at": stamped,
                }
            )
        if first is None and not silent:
            news.append(document)
    if rows:
        connection.execute(insert(firsts), rows)
    count_lags(connection, news, now)


def _known(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Of the articles that were indexed before, the first row and the last revision."""
    query = select(
        firsts.c.article,
        func.min(firsts.c.seq).label("first"),
        func.max(firsts.c.revision).label("last"),
    )
    query = query.where(firsts.c.article.in_(ids)).group_by(firsts.c.article)
    return {row.article: (row.first, row.last) for row in connection.execute(query)}


def silent_before(
    connection: Connection, source: str, url: str, named: bool, crawl: int
) -> datetime | None:
    """Before which date of publication the articles that a visit finds are old news; None where all
    are news.

    All of them are (`FOREVER`) until a crawl of the source has come to its end and read something,
    and at the first reading of an entry point that the sources file names. A backfill finds old
    news and, with what the last crawl had not seen yet, some news.
    """
    before = (crawls.c.source == source) & (crawls.c.outcome == "finished") & (crawls.c.id != crawl)
    read = (
        select(visits.c.id)
        .where(visits.c.crawl == crawls.c.id, visits.c.outcome.in_(("read", "same")))
        .exists()
    )
    last = connection.execute(
        select(func.max(crawls.c.started_at)).where(before, read)
    ).scalar_one()
    if last is None:
        return FOREVER
    known = select(entry_points.c.visited_at).where(
        entry_points.c.source == source, entry_points.c.url == url
    )
    if named and connection.execute(known).scalar_one_or_none() is None:
        return FOREVER
    since = connection.execute(
        select(crawls.c.since).where(crawls.c.id == crawl)
    ).scalar_one_or_none()
    return None if since is None else last - LATENESS


def is_silent(before: datetime | None, published_latest: datetime | None) -> bool:
    """Whether an article was old news when its page was found; one without a date, among old news,
    counts as old.
    """
    return before is not None and (published_latest is None or published_latest < before)

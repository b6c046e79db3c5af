"""The lines of each source's articles: what comes back on page after page is boilerplate."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from crawler.store.dialect import prepared
from crawler.store.tables import articles, lines
from crawler.store.transactions import Database

MEMORY = timedelta(days=30)
"""How long a line that has not come back is remembered: what returns more rarely is no furniture of
the page.
"""

OFTEN = 2
"""A line on so many articles before counts as repeated in the next one."""

_LEAST_RARE = 3
"""Rare lines that an article must have to be told from a copy: with fewer, one line that comes back
would be taken for a second edition of the article.
"""


class Lines:
    """Counts of folded lines by source; `version` is that of the folding. Every method is one
    transaction.
    """

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def common(self, source: str, version: int, least: int) -> frozenset[str]:
        """The folded lines that stood on at least `least` distinct articles of a source, without
        copies.
        """
        wanted = {"whose": source, "folding": version, "least": least}
        with self._reads.connect() as connection:
            return frozenset(connection.execute(_COMMON, wanted).scalars())

    def forget(self, source: str, version: int, least: int, now: datetime) -> int:
        """Drop the lines that have not come back for long, and those of an older folding; returns
        how many.
        """
        old = (lines.c.articles < least) & (lines.c.seen_at < now - MEMORY)
        gone = delete(lines).where(lines.c.source == source, old | (lines.c.version != version))
        with self._writes.begin() as connection:
            return connection.execute(gone).rowcount

    def sources(self) -> list[str]:
        """The sources that have articles."""
        query = select(func.distinct(articles.c.source)).order_by(articles.c.source)
        with self._reads.connect() as connection:
            return list(connection.execute(query).scalars())


def keep_lines(
    connection: Connection, source: str, version: int, found: Collection[str], now: datetime
) -> float:
    """Count the lines of one new article, within the transaction that keeps it: an article is
    counted once, a copy of an earlier one not at all. Returns the share of its lines that stood on
    `OFTEN` articles or more before.
    """
    if not found:
        return 0.0
    rows = [
        {"source": source, "line": line, "version": version, "articles": 1, "seen_at": now}
        for line in sorted(found)
    ]
    counts: Iterable[int] = connection.execute(_counted(connection), rows).scalars()
    before = [count - 1 for count in counts]
    if is_copy(before):
        # Counted first and taken back, since copies are few: every other article is spared a query.
        _uncount(connection, source, version, found)
    return sum(count >= OFTEN for count in before) / len(rows)


def is_copy(counts: Sequence[int]) -> bool:
    """Whether most of an article's lines stood on one or two articles before: a second edition of
    one, which teaches nothing. `counts` says of each line on how many it stood. Pure.
    """
    rare = [count for count in counts if count <= OFTEN]
    known = sum(count > 0 for count in rare)
    return len(rare) >= _LEAST_RARE and 2 * known > len(rare)


def _uncount(connection: Connection, source: str, version: int, found: Collection[str]) -> None:
    """Take the lines of an article back; they stay remembered as long as if they had been counted,
    so that its next copy is noticed too.
    """
    rows = [{"whose": source, "which": line, "folding": version} for line in sorted(found)]
    connection.execute(_UNCOUNT, rows)
    connection.execute(_DROP_UNCOUNTED, {"whose": source})


_COMMON = select(lines.c.line).where(
    lines.c.source == bindparam("whose"),
    lines.c.version == bindparam("folding"),
    lines.c.articles >= bindparam("least"),
)
_UNCOUNT = (
    update(lines)
    .where(
        lines.c.source == bindparam("whose"),
        lines.c.line == bindparam("which"),
        lines.c.version == bindparam("folding"),
    )
    .values(articles=lines.c.articles - 1)
)
_DROP_UNCOUNTED = delete(lines).where(lines.c.source == bindparam("whose"), lines.c.articles == 0)


@prepared
def _counted(insert: Any) -> Any:
    row = insert(lines)
    values = {"articles": lines.c.articles + 1, "seen_at": row.excluded.seen_at}
    upsert = row.on_conflict_do_update(index_elements=["source", "line", "version"], set_=values)
    return upsert.returning(lines.c.articles)

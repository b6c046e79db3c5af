"""The lines of each source's articles: what comes back on page after page is boilerplate."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, select, update

from crawler.store.dialect import prepared
from crawler.store.tables import articles, lines
from crawler.store.transactions import Database

MEMORY = timedelta(days=30)
"""How long a line that has not come back is remembered: what returns more rarely is no furniture of
the page.
"""

WINDOW = 400
"""Articles of a source from which its counts are halved: what its pages look like changes."""

_EVERY = ""
"""The row that counts the articles themselves: every one has it."""

_MOST_PAGES = 0.5
"""Share of the articles from which a line is the site's: that it comes again shows nothing."""

OFTEN = 2
"""A line on so many articles before counts as repeated in the next one."""

_LEAST_RARE = 3
"""Rare lines that an article must have to be told from a copy: with fewer, one line that comes back
would be taken for a second edition of the article.
"""


class LineCounts(NamedTuple):
    """On how many of a source's articles lines stood; `articles` is the number of all."""

    articles: int
    lines: dict[str, int]


class Lines:
    """Counts of folded lines by source; `version` is that of the folding. Every method is one
    transaction.
    """

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def common(self, source: str, version: int, least: int) -> LineCounts:
        """The counts of the lines that stood on at least `least` distinct articles of a source,
        without copies.
        """
        wanted = {"whose": source, "folding": version, "least": least}
        with self._reads.connect() as connection:
            rows = connection.execute(_COMMON, wanted).all()
        counts = {row.line: row.articles for row in rows}
        articles = counts.pop(_EVERY, 0)
        return LineCounts(articles, counts)

    def forget(self, source: str, version: int, least: int, now: datetime) -> int:
        """Drop the lines that have not come back for long, and those of an older folding; returns
        how many. Halve the counts of a source with many articles.
        """
        old = (lines.c.articles < least) & (lines.c.seen_at < now - MEMORY)
        other = (lines.c.line != _EVERY) & old | (lines.c.version != version)
        gone = delete(lines).where(lines.c.source == source, other)
        with self._writes.begin() as connection:
            dropped = connection.execute(gone).rowcount
            wanted = {"whose": source, "folding": version}
            if (connection.execute(_ARTICLES, wanted).scalar() or 0) >= WINDOW:
                connection.execute(_HALVE, wanted)
        return dropped

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
    `OFTEN` articles or more before, and not on most: what is printed everywhere is furniture.
    """
    if not found:
        return 0.0
    rows = [
        {"source": source, "line": line, "version": version, "articles": 1, "seen_at": now}
        for line in sorted({*found, _EVERY})
    ]
    counted = connection.execute(_counted(connection), rows).all()
    counts: dict[str, int] = {row.line: row.articles - 1 for row in counted}
    articles_before = counts.pop(_EVERY)
    before = list(counts.values())
    if is_copy(before):
        # Counted first and taken back, since copies are few: every other article is spared a query.
        _uncount(connection, source, version, {*found, _EVERY})
    most = max(_MOST_PAGES * articles_before, OFTEN + 1)
    repeated = [count for count in before if OFTEN <= count < most]
    return len(repeated) / len(before)


def is_copy(counts: Sequence[int]) -> bool:
    """Whether half of an article's lines stood on one or two articles before: a second edition of
    one, which teaches nothing. `counts` says of each line on how many it stood. Pure.
    """
    rare = [count for count in counts if count <= OFTEN]
    known = sum(count > 0 for count in rare)
    return len(rare) >= _LEAST_RARE and 2 * known >= len(rare)


def _uncount(connection: Connection, source: str, version: int, found: Collection[str]) -> None:
    """Take the lines of an article back; they stay remembered as long as if they had been counted,
    so that its next copy is noticed too.
    """
    rows = [{"whose": source, "which": line, "folding": version} for line in sorted(found)]
    connection.execute(_UNCOUNT, rows)
    connection.execute(_DROP_UNCOUNTED, {"whose": source})


_OF_SOURCE = (lines.c.source == bindparam("whose"), lines.c.version == bindparam("folding"))
_COMMON = select(lines.c.line, lines.c.articles).where(
    *_OF_SOURCE, (lines.c.articles >= bindparam("least")) | (lines.c.line == _EVERY)
)
_ARTICLES = select(lines.c.articles).where(*_OF_SOURCE, lines.c.line == _EVERY)
# Rounded up: a line of one article stays known, so that a second edition of it is noticed.
_HALVE = update(lines).where(*_OF_SOURCE).values(articles=(lines.c.articles + 1) // 2)
_UNCOUNT = (
    update(lines)
    .where(*_OF_SOURCE, lines.c.line == bindparam("which"))
    .values(articles=lines.c.articles - 1)
)
_DROP_UNCOUNTED = delete(lines).where(lines.c.source == bindparam("whose"), lines.c.articles == 0)


@prepared
def _counted(insert: Any) -> Any:
    row = insert(lines)
    values = {"articles": lines.c.articles + 1, "seen_at": row.excluded.seen_at}
    upsert = row.on_conflict_do_update(index_elements=["source", "line", "version"], set_=values)
    return upsert.returning(lines.c.line, lines.c.articles)

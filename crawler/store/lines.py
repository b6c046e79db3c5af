"""The lines of each source's articles: what comes back on page after page is boilerplate."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from crawler.store.dialect import insert_or
from crawler.store.tables import articles, lines
from crawler.store.together import Database

MEMORY = timedelta(days=30)
"""How long a line that has not come back is remembered: what returns more rarely is no furniture of the page."""


class Lines:
    """Counts of folded lines by source; `version` is that of the folding. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def common(self, source: str, version: int, least: int) -> frozenset[str]:
        """The folded lines that stood on at least `least` distinct articles of a source."""
        query = select(lines.c.line).where(
            lines.c.source == source, lines.c.version == version, lines.c.articles >= least
        )
        with self._reads.connect() as connection:
            return frozenset(connection.execute(query).scalars())

    def forget(self, source: str, version: int, least: int, now: datetime) -> int:
        """Drop the lines that have not come back for long, and those of an older folding; returns how many."""
        old = (lines.c.articles < least) & (lines.c.seen_at < now - MEMORY)
        gone = delete(lines).where(lines.c.source == source, old | (lines.c.version != version))
        with self._writes.begin() as connection:
            return connection.execute(gone).rowcount

    def sources(self) -> list[str]:
        """The sources that have articles."""
        with self._reads.connect() as connection:
            return list(
                connection.execute(select(func.distinct(articles.c.source)).order_by(articles.c.source)).scalars()
            )


def keep_lines(connection: Connection, source: str, version: int, found: Iterable[str], now: datetime) -> None:
    """Count the lines of one new article, within the transaction that keeps it: an article is counted once."""
    rows = [
        {"source": source, "line": line, "version": version, "articles": 1, "seen_at": now} for line in sorted(found)
    ]
    if rows:
        upsert = insert_or(connection, lines)
        values = {"articles": lines.c.articles + 1, "seen_at": now}
        connection.execute(
            upsert.on_conflict_do_update(index_elements=["source", "line", "version"], set_=values), rows
        )

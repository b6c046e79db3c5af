"""Times of sources that were backfilled."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from crawler.coverage import Backfill, merge_backfills
from crawler.store.articles.documents import whole_documents
from crawler.store.dialect import parts
from crawler.store.tables import articles, backfills, pages
from crawler.store.transactions import Database


class Backfills:
    """Backfilled times. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def add(self, source: str, added: Iterable[Backfill]) -> None:
        """Note that a source was backfilled; what touches is kept as one."""
        with self._writes.begin() as connection:
            for backfill in added:
                _add(connection, source, backfill)

    def published(self, keys: Sequence[str]) -> list[datetime]:
        """When the articles of these pages were published, as far as there are any and it is
        known.
        """
        rows: list[Any] = []
        with self._reads.connect() as connection:
            for batch in parts(keys):
                query = select(articles.c.id, articles.c.document).join(
                    pages, pages.c.article == articles.c.id
                )
                query = query.where(pages.c.key.in_(batch))
                rows += connection.execute(query).all()
        printed = (document.get("published") for _, document in whole_documents(rows))
        return [datetime.fromisoformat(moment) for moment in printed if moment]

    def days_told(self, source: str, since: datetime) -> list[date]:
        """The days (UTC) since a moment of which entry points of a source have listed pages."""
        query = select(pages.c.told_at).where(pages.c.source == source, pages.c.told_at >= since)
        with self._reads.connect() as connection:
            days = {moment.date() for moment in connection.execute(query).scalars()}
        return sorted(days)

    def between(
        self, sources: Sequence[str], start: datetime, end: datetime
    ) -> dict[str, list[Backfill]]:
        """What touches [start, end), by source, each in order of time and merged."""
        query = select(backfills).where(backfills.c.end > start, backfills.c.start < end)
        by_source: dict[str, list[Backfill]] = {}
        with self._reads.connect() as connection:
            for batch in parts(sources):
                for row in connection.execute(query.where(backfills.c.source.in_(batch))):
                    by_source.setdefault(row.source, []).append(Backfill(row.start, row.end))
        return {source: merge_backfills(found) for source, found in by_source.items()}


def _add(connection: Connection, source: str, backfill: Backfill) -> None:
    """Put a backfill and all that it touches into one row."""
    touched = (
        (backfills.c.source == source)
        & (backfills.c.end >= backfill.start)
        & (backfills.c.start <= backfill.end)
    )
    rows = connection.execute(select(backfills).where(touched)).all()
    whole = merge_backfills([backfill, *(Backfill(row.start, row.end) for row in rows)])
    connection.execute(delete(backfills).where(touched))
    for one in whole:
        values = {"source": source, "start": one.start, "end": one.end}
        connection.execute(insert(backfills).values(values))

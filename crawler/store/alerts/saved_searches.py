"""Saved searches: a name, the parameters of a search, a note, and the token of its feed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from crawler.store.articles.first_indexed import newest
from crawler.store.tables import alert_hits, alerts, notices, saved_searches
from crawler.store.transactions import Database


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A query that is kept; `query` holds the parameters of the search as they were typed."""

    id: str
    name: str
    query: dict[str, Any]
    note: str
    feed_token: str
    created_at: datetime
    updated_at: datetime


class SavedSearches:
    """The saved searches. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def add(self, saved: SavedSearch) -> None:
        """Keep a new one."""
        with self._writes.begin() as connection:
            connection.execute(insert(saved_searches).values(_row(saved)))

    def all(self) -> list[SavedSearch]:
        """Every one, by name."""
        with self._reads.connect() as connection:
            rows = connection.execute(select(saved_searches)).mappings()
            return sorted(
                (SavedSearch(**row) for row in rows), key=lambda one: (one.name.casefold(), one.id)
            )

    def find(self, id: str) -> SavedSearch | None:
        """The one with this id."""
        return self._one(saved_searches.c.id == id)

    def of_feed(self, token: str) -> SavedSearch | None:
        """The one whose feed has this token."""
        return self._one(saved_searches.c.feed_token == token)

    def change(self, saved: SavedSearch, *, fresh: bool) -> bool:
        """Keep its new state; False where there is none with its id.

        Where it asks for something else (`fresh`), its alerts go on from now: what matches the new
        search already is not new.
        """
        with self._writes.begin() as connection:
            changed = connection.execute(
                update(saved_searches).where(saved_searches.c.id == saved.id).values(_row(saved))
            ).rowcount
            if fresh:
                mine = update(alerts).where(alerts.c.search == saved.id, alerts.c.trouble.is_(None))
                last = newest(connection)
                connection.execute(mine.values(begins=last, cursor=last))
        return bool(changed)

    def remove(self, id: str) -> bool:
        """Forget one with its alerts; False where there is none."""
        with self._writes.begin() as connection:
            mine = select(alerts.c.id).where(alerts.c.search == id)
            connection.execute(delete(alert_hits).where(alert_hits.c.alert.in_(mine)))
            connection.execute(delete(notices).where(notices.c.alert.in_(mine)))
            connection.execute(delete(alerts).where(alerts.c.search == id))
            return bool(
                connection.execute(delete(saved_searches).where(saved_searches.c.id == id)).rowcount
            )

    def _one(self, chosen: Any) -> SavedSearch | None:
        with self._reads.connect() as connection:
            row = connection.execute(select(saved_searches).where(chosen)).mappings().one_or_none()
        return SavedSearch(**row) if row else None


def _row(saved: SavedSearch) -> dict[str, Any]:
    return {name: getattr(saved, name) for name in SavedSearch.__slots__}

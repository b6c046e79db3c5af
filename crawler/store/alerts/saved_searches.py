"""Saved searches: a name, the parameters of a search, a note, and the token of its feed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import ColumnElement, delete, insert, select, update

from crawler.store.alerts.alerts import Kind, last_row
from crawler.store.tables import alert_hits, alerts, notices, saved_searches
from crawler.store.transactions import Database


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A stored query; `query` holds the parameters of the search as they were typed."""

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
        """Store a new one."""
        with self._writes.begin() as connection:
            connection.execute(insert(saved_searches).values(_row(saved)))

    def all(self) -> list[SavedSearch]:
        """Every one, by name."""
        with self._reads.connect() as connection:
            rows = connection.execute(select(saved_searches)).mappings()
            searches = [SavedSearch(**row) for row in rows]
        return sorted(searches, key=lambda saved: (saved.name.casefold(), saved.id))

    def page(self, after: tuple[str, str] | None, limit: int) -> list[SavedSearch]:
        """Some of them, by name: behind the one with this folded name and id, or the first."""
        names = select(saved_searches.c.name, saved_searches.c.id)
        with self._reads.connect() as connection:
            # Sorted here: databases fold the letters of few alphabets, each in its own way.
            places = sorted((name.casefold(), row_id) for name, row_id in connection.execute(names))
            behind = [place for place in places if after is None or place > after]
            wanted = [row_id for _, row_id in behind[:limit]]
            query = select(saved_searches).where(saved_searches.c.id.in_(wanted))
            rows = connection.execute(query).mappings().all()
        by_id = {row["id"]: SavedSearch(**row) for row in rows}
        return [by_id[row_id] for row_id in wanted if row_id in by_id]

    def find(self, search_id: str) -> SavedSearch | None:
        """The saved search with this id."""
        return self._find(saved_searches.c.id == search_id)

    def of_feed(self, token: str) -> SavedSearch | None:
        """The saved search whose feed has this token."""
        return self._find(saved_searches.c.feed_token == token)

    def change(self, saved: SavedSearch, *, fresh: bool) -> bool:
        """Store its new state; False where there is none with its id.

        Where it asks for something else (`fresh`), its alerts go on from now: what matches the new
        search already is not new.
        """
        row = update(saved_searches).where(saved_searches.c.id == saved.id).values(_row(saved))
        with self._writes.begin() as connection:
            changed = connection.execute(row).rowcount
            if fresh:
                # An alert in trouble has not seen what is behind its cursor: it goes on from there.
                own = update(alerts).where(alerts.c.search == saved.id, alerts.c.trouble.is_(None))
                for kind in get_args(Kind):
                    last = last_row(connection, kind)
                    of_kind = own.where(alerts.c.kind == kind)
                    connection.execute(of_kind.values(begins=last, cursor=last))
        return bool(changed)

    def remove(self, search_id: str) -> bool:
        """Delete one with its alerts; False where there is none."""
        own_alerts = select(alerts.c.id).where(alerts.c.search == search_id)
        with self._writes.begin() as connection:
            connection.execute(delete(alert_hits).where(alert_hits.c.alert.in_(own_alerts)))
            connection.execute(delete(notices).where(notices.c.alert.in_(own_alerts)))
            connection.execute(delete(alerts).where(alerts.c.search == search_id))
            row = delete(saved_searches).where(saved_searches.c.id == search_id)
            return bool(connection.execute(row).rowcount)

    def _find(self, condition: ColumnElement[bool]) -> SavedSearch | None:
        query = select(saved_searches).where(condition)
        with self._reads.connect() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return SavedSearch(**row) if row else None


def _row(saved: SavedSearch) -> dict[str, Any]:
    return {name: getattr(saved, name) for name in SavedSearch.__slots__}

"""Pages whose answers others have captured: what is known of them, and their place in the
frontier. An import makes no page due: it only settles pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from crawler.store.articles.discovered import (
    TARGET,
    DiscoveredPage,
    PageRequest,
    found_row,
    keep_found,
    target_of,
)
from crawler.store.articles.first_indexed import FOREVER, LATENESS
from crawler.store.articles.recording import PageState
from crawler.store.articles.takedowns import forgotten_among
from crawler.store.dialect import insert_or, parts
from crawler.store.tables import articles, pages
from crawler.store.transactions import Database

IMPORTED = "imported"
"""The reason of a page that an import has found and not settled yet."""


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A page as the store has it: of which source, when it was visited last, when it is due."""

    target: PageRequest
    source: str
    state: PageState
    reason: str | None
    article: str | None
    visited_at: datetime | None
    next_visit: datetime | None

    @property
    def waits(self) -> bool:
        """Whether a crawl has found it and not fetched it yet."""
        return self.state == "found"


class ImportedPages:
    """The frontier as imports need it. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def known(self, keys: Sequence[str]) -> dict[str, KnownPage]:
        """Those of the pages that are known, by key."""
        query = select(*TARGET, pages.c.source, pages.c.reason, pages.c.article)
        query = query.add_columns(pages.c.visited_at, pages.c.next_visit)
        by_key = {}
        with self._reads.connect() as connection:
            for batch in parts(keys):
                for row in connection.execute(query.where(pages.c.key.in_(batch))):
                    by_key[row.key] = KnownPage(
                        target_of(row),
                        row.source,
                        row.state,
                        row.reason,
                        row.article,
                        row.visited_at,
                        row.next_visit,
                    )
        return by_key

    def add(
        self, source: str, found: Sequence[tuple[DiscoveredPage, datetime]]
    ) -> dict[str, KnownPage]:
        """Add pages, each with the moment at which it was captured, that are not known yet and not
        forgotten; returns all of them that are known then. What they published is old news.
        """
        keys = [page.key for page, _ in found]
        with self._writes.begin() as connection:
            forgotten = forgotten_among(connection, keys)
            rows = [
                {
                    **found_row(page),
                    "source": source,
                    "state": "skipped",
                    "reason": IMPORTED,
                    "found_at": at,
                    "tries": 0,
                    "silent_before": FOREVER,
                }
                for page, at in found
                if page.key not in forgotten
            ]
            if rows:
                added = insert_or(connection, pages).on_conflict_do_nothing()
                connection.execute(added, rows)
        return self.known(keys)

    def find(self, source: str, found: Sequence[DiscoveredPage], now: datetime) -> None:
        """Add pages that are to be fetched and are not known or forgotten; all but what was
        published lately is old news.
        """
        with self._writes.begin() as connection:
            keep_found(connection, source, found, now, now - LATENESS)

    def article_visited_at(self, article: str) -> datetime | None:
        """When the page of the article with this id was visited last; None where none is held."""
        query = (
            select(pages.c.visited_at)
            .join(articles, articles.c.page == pages.c.key)
            .where(articles.c.id == article)
        )
        with self._reads.connect() as connection:
            at: datetime | None = connection.execute(query).scalar_one_or_none()
        return at

"""What the store takes, and how quickly articles come."""

from datetime import datetime

from sqlalchemy import func, select, text

from crawler.store.tables import articles
from crawler.store.transactions import Database


class Growth:
    """Sizes and counts to tell the pace by. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database

    def store_bytes(self) -> int:
        """The bytes of the whole database."""
        size = text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        with self._reads.connect() as connection:
            if connection.dialect.name == "postgresql":
                size = text("SELECT pg_database_size(current_database())")
            return int(connection.execute(size).scalar_one())

    def first_seen(self) -> datetime | None:
        """When the first article was met that is held."""
        with self._reads.connect() as connection:
            first: datetime | None = connection.execute(
                select(func.min(articles.c.first_seen))
            ).scalar_one()
        return first

    def articles_since(self, since: datetime) -> int:
        """How many of the articles that are held were met since a moment."""
        query = select(func.count()).select_from(articles).where(articles.c.first_seen >= since)
        with self._reads.connect() as connection:
            return int(connection.execute(query).scalar_one())

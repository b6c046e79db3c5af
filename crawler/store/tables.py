"""The tables of the store, in SQLAlchemy Core: the same on SQLite and PostgreSQL. Times are aware, UTC."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept and given back in UTC; a naive one is an error."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: times in the store are aware")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s",
    }
)
_Serial = BigInteger().with_variant(Integer, "sqlite")


def _table(name: str, *parts: Any, **options: Any) -> Table:
    return Table(name, metadata, *parts, **options)


pages = _table(
    "pages",
    Column("key", Text, primary_key=True, comment="canonical key of the address found"),
    Column("url", Text, nullable=False),
    Column("source", String(64), nullable=False),
    Column("state", String(16), nullable=False, comment="found, article, skipped, failed or gone"),
    Column("reason", Text),
    Column("article", String(32)),
    Column("section", Text),
    Column("hints", JSON),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("found_at", Moment, nullable=False),
    Column("visited_at", Moment),
    Column("next_visit", Moment),
    Column("tries", Integer, nullable=False, default=0),
    Index(None, "source", "state", "next_visit"),
)

articles = _table(
    "articles",
    Column("id", String(32), primary_key=True),
    Column("page", Text, nullable=False, comment="key of the page that it is taken from"),
    Column("source", String(64), nullable=False, index=True),
    Column("document", Text, nullable=False, comment="the article as JSON"),
    Column("digest", String(32), nullable=False, comment="of all that is published, to tell changed from same"),
    Column("revision", Integer, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

entry_points = _table(
    "entry_points",
    Column("source", String(64), primary_key=True),
    Column("url", Text, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("section", Text),
    Column("parent", Text, comment="the entry point that names it; none where the sources file does"),
    Column("found_at", Moment, nullable=False),
    Column("visited_at", Moment),
    Column("discovered_at", Moment, comment="when all that it names was last followed"),
    Column("etag", Text),
    Column("last_modified", Text),
)

lines = _table(
    "lines",
    Column("source", String(64), primary_key=True),
    Column("line", String(16), primary_key=True, comment="hash of the folded line"),
    Column("version", Integer, primary_key=True, comment="of the folding"),
    Column("articles", Integer, nullable=False, comment="distinct articles on which the line stood"),
    Column("seen_at", Moment, nullable=False),
    Index(None, "source", "articles"),
)

crawls = _table(
    "crawls",
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("source", String(64), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("outcome", String(32), nullable=False, comment="running, finished, stopped, or why it failed"),
    Column("counts", JSON, nullable=False),
    Index(None, "source", "started_at"),
)

visits = _table(
    "visits",
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("crawl", _Serial, ForeignKey("crawls.id"), nullable=False, index=True),
    Column("source", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("outcome", String(32), nullable=False, comment="read, same, robots, or why it failed"),
    Column("items", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Index(None, "source", "at"),
)

outbox = _table(
    "outbox",
    Column("seq", _Serial, primary_key=True, autoincrement=True),
    Column("article", String(32), nullable=False, index=True),
    Column("delete", Boolean, nullable=False, default=False),
    Column("queued_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("next_try", Moment, nullable=False, index=True),
    sqlite_autoincrement=True,
)

dead_letters = _table(
    "dead_letters",
    Column("article", String(32), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

leases = _table(
    "leases",
    Column("source", String(64), primary_key=True),
    Column("owner", Text, nullable=False, comment="host:pid:token"),
    Column("expires_at", Moment, nullable=False),
)

due = _table(
    "due",
    Column("source", String(64), primary_key=True),
    Column("due_at", Moment, nullable=False, index=True),
)

queue = _table(
    "queue",
    Column("source", String(64), primary_key=True, comment="a source is queued once, however often it fell due"),
    Column("due_at", Moment, nullable=False, index=True),
)

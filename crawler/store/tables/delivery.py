"""What is on its way to the index: the outbox, and what the index will never take."""

from sqlalchemy import Boolean, Column, Integer, String, Text

from crawler.store.tables.base import Serial, UtcDateTime, table

outbox = table(
    "outbox",
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("article", String(32), nullable=False, index=True),
    Column("delete", Boolean, nullable=False, default=False),
    Column("queued_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("next_try", UtcDateTime, nullable=False, index=True),
    sqlite_autoincrement=True,
)

dead_letters = table(
    "dead_letters",
    Column("article", String(32), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

"""What is watched and when: crawls, visits, leases, the due table and the queue."""

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Integer, String, Text

from crawler.store.tables.base import Moment, Serial, table

crawls = table(
    "crawls",
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("source", String(64), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("outcome", String(32), nullable=False, comment="running, finished, stopped, or why it failed"),
    Column("counts", JSON, nullable=False),
    Column("since", Moment, comment="a backfill: what it reaches back to"),
    Index(None, "source", "started_at"),
)

visits = table(
    "visits",
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("crawl", Serial, ForeignKey("crawls.id"), nullable=False, index=True),
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

leases = table(
    "leases",
    Column("source", String(64), primary_key=True),
    Column("owner", Text, nullable=False, comment="host:pid:token"),
    Column("expires_at", Moment, nullable=False),
)

due = table(
    "due",
    Column("source", String(64), primary_key=True),
    Column("due_at", Moment, nullable=False, index=True),
)

queue = table(
    "queue",
    Column("source", String(64), primary_key=True, comment="a source is queued once, however often it fell due"),
    Column("due_at", Moment, nullable=False, index=True),
)

pauses = table(
    "pauses",
    Column("source", String(64), primary_key=True),
    Column("since", Moment, primary_key=True),
    Column("until", Moment, comment="when the pause ended or will end; none while nobody has said"),
)

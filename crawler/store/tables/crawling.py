"""What is watched and when: crawls, visits, leases, the due table and the queue."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
)

from crawler.store.tables.base import Serial, StoredJson, UtcDateTime, table

crawls = table(
    "crawls",
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("source", String(64), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column(
        "outcome",
        String(32),
        nullable=False,
        comment="running, finished, stopped, or why it failed",
    ),
    Column("counts", StoredJson, nullable=False),
    Column("since", UtcDateTime, comment="a backfill: what it reaches back to"),
    Column("told_at", UtcDateTime, index=True, comment="when the index of crawls had its report"),
    Index(None, "source", "started_at"),
)

visits = table(
    "visits",
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("crawl", Serial, ForeignKey("crawls.id"), nullable=False, index=True),
    Column("source", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("outcome", String(32), nullable=False, comment="read, same, robots, or why it failed"),
    Column("items", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column(
        "again",
        Integer,
        nullable=False,
        server_default="0",
        comment="items that were known when it was last read",
    ),
    Column("reach", UtcDateTime, comment="since when the listing is complete, by its own dates"),
    Column("location", Text, comment="where it is redirected to for good"),
    Index(None, "source", "url", "at"),
    Index(None, "source", "at"),
)

points = table(
    "points",
    Column("source", String(64), primary_key=True),
    Column("url", Text, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("named", Boolean, nullable=False, comment="whether the sources file names it"),
    Column("first_at", UtcDateTime, nullable=False),
    Column("visited_at", UtcDateTime, nullable=False),
    Column("read_at", UtcDateTime, comment="when it was last read, or had not changed"),
    Column("outcome", String(32), nullable=False, comment="of the last visit"),
    Column("failures", Integer, nullable=False, comment="visits in a row that failed"),
    Column("failing_since", UtcDateTime),
    Column("interval", Float, comment="usual seconds between two visits"),
    Column("location", Text),
    Column("moved_since", UtcDateTime),
    Column("empty_since", UtcDateTime, comment="since when it is read and lists nothing"),
)

spans = table(
    "spans",
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("source", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("start", UtcDateTime, nullable=False),
    Column("end", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False, comment="watched, partly or blind"),
    Column("reason", String(16)),
    Index(None, "source", "url", "end"),
    Index(None, "source", "end"),
)

backfills = table(
    "backfills",
    Column("source", String(64), primary_key=True),
    Column("start", UtcDateTime, primary_key=True),
    Column("end", UtcDateTime, nullable=False),
)

tallies = table(
    "tallies",
    Column("source", String(64), primary_key=True),
    Column("hour", UtcDateTime, primary_key=True),
    Column("visits", Integer, nullable=False, server_default="0"),
    Column(
        "failed",
        Integer,
        nullable=False,
        server_default="0",
        comment="visits that brought nothing to read",
    ),
    Column(
        "seconds", Float, nullable=False, server_default="0", comment="of the visits that were read"
    ),
    Column("bytes", BigInteger, nullable=False, server_default="0"),
    Column("links", Integer, nullable=False, server_default="0", comment="links that were new"),
    Column(
        "articles", Integer, nullable=False, server_default="0", comment="articles that were new"
    ),
    Column(
        "fresh",
        Integer,
        nullable=False,
        server_default="0",
        comment="of these, published shortly before",
    ),
    Column("undated", Integer, nullable=False, server_default="0"),
    Column(
        "log_words",
        Float,
        nullable=False,
        server_default="0",
        comment="sum of the logarithms of their words",
    ),
    Column("log_words_squared", Float, nullable=False, server_default="0"),
    Column(
        "repeated",
        Float,
        nullable=False,
        server_default="0",
        comment="sum of the shares of lines that came back",
    ),
    Column(
        "refused",
        Integer,
        nullable=False,
        server_default="0",
        comment="new pages without an article on them",
    ),
    Column(
        "blocked",
        Integer,
        nullable=False,
        server_default="0",
        comment="pages answered with a check or a login",
    ),
    Column(
        "doubled",
        Integer,
        nullable=False,
        server_default="0",
        comment="new articles whose text stands at another address, too",
    ),
    Column(
        "same_title",
        Integer,
        nullable=False,
        server_default="0",
        comment="new articles whose title stands at another address, over another text",
    ),
)

tally_languages = table(
    "tally_languages",
    Column("source", String(64), primary_key=True),
    Column("hour", UtcDateTime, primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("articles", Integer, nullable=False, server_default="0"),
)

tally_refusals = table(
    "tally_refusals",
    Column("source", String(64), primary_key=True),
    Column("hour", UtcDateTime, primary_key=True),
    Column("reason", String(64), primary_key=True, comment="why there was no article"),
    Column("pages", Integer, nullable=False, server_default="0"),
)

leases = table(
    "leases",
    Column("name", Text, primary_key=True, comment="source:ID, host:NAME, relay, alerts or clock"),
    Column("owner", Text, nullable=False, comment="host:pid:token"),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

due = table(
    "due",
    Column("source", String(64), primary_key=True),
    Column("due_at", UtcDateTime, nullable=False, index=True),
)

queue = table(
    "queue",
    Column(
        "source",
        String(64),
        primary_key=True,
        comment="a source is queued once, however often it fell due",
    ),
    Column("due_at", UtcDateTime, nullable=False),
    Index(None, "due_at", "source"),
)

paces = table(
    "paces",
    Column("source", String(64), primary_key=True),
    Column("url", Text, primary_key=True),
    Column("due_at", UtcDateTime, nullable=False),
    Column("interval", Float, nullable=False, comment="seconds between two visits"),
    Column("visited_at", UtcDateTime, comment="when it was last read"),
    Column("errors", Integer, nullable=False, comment="visits in a row that failed"),
    Column("listed", Integer, nullable=False, comment="items when it was last read"),
    Column(
        "rhythm",
        StoredJson,
        nullable=False,
        comment="new items and seconds by hour of the day, and lately",
    ),
)

pauses = table(
    "pauses",
    Column("source", String(64), primary_key=True),
    Column("since", UtcDateTime, primary_key=True),
    Column(
        "until", UtcDateTime, comment="when the pause ended or will end; none while nobody has said"
    ),
)

host_waits = table(
    "host_waits",
    Column("host", Text, primary_key=True, comment="a host that asked to be left alone"),
    Column("until", UtcDateTime, nullable=False),
    Column("status", Integer, nullable=False, comment="of the answer that asked for it"),
)

counters = table(
    "counters",
    Column("name", String(32), primary_key=True),
    Column("label", String(32), primary_key=True),
    Column("value", Float, nullable=False),
)

"""Who wants to be told of what: the order of first indexing, saved searches, alerts, their hits and
notices.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)

from crawler.store.tables.base import Serial, StoredJson, UtcDateTime, table

firsts = table(
    "firsts",
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("article", String(32), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("source", String(64)),
    Column(
        "follows", Serial, comment="the row of the article's first wording; none where this is it"
    ),
    Column(
        "silent",
        Boolean,
        nullable=False,
        comment="whether the article was old news when it was met",
    ),
    Column(
        "at", UtcDateTime, nullable=False, index=True, comment="when this wording became searchable"
    ),
    UniqueConstraint("article", "revision", name="uq_firsts_article_revision"),
    sqlite_autoincrement=True,
)

saved_searches = table(
    "saved_searches",
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("query", StoredJson, nullable=False, comment="the parameters of the search, as typed"),
    Column("note", Text, nullable=False),
    Column("feed_token", String(64), nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

alerts = table(
    "alerts",
    Column("id", String(32), primary_key=True),
    Column("search", String(32), ForeignKey("saved_searches.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False, comment="matches, headlines, volume or findings"),
    Column("channel", String(16), nullable=False),
    Column("target", Text, nullable=False, comment="an address of the channel"),
    Column(
        "timing",
        String(16),
        nullable=False,
        comment="at-once, hourly or daily; for volume the bucket: hour, day",
    ),
    Column("hour", String(5), nullable=False, comment="local time of a daily digest"),
    Column("tz", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("on_change", Boolean, nullable=False, comment="whether edited articles are told again"),
    Column("floor", Integer, nullable=False, comment="volume: fewer articles are no news"),
    Column("secret", String(64), nullable=False, comment="signs the links that stop it"),
    Column(
        "begins",
        Serial,
        nullable=False,
        comment="the last row of firsts when it began: what came before is old",
    ),
    Column("cursor", Serial, nullable=False, comment="the last row of firsts that was looked at"),
    Column("due_at", UtcDateTime, comment="when the next digest is made or the next bucket judged"),
    Column("paused_at", UtcDateTime),
    Column("trouble", Text, comment="why its search can't be asked"),
    Column("created_at", UtcDateTime, nullable=False),
    Column(
        "failures",
        Integer,
        nullable=False,
        comment="how many notices in a row its receiver has not taken",
    ),
    Column("failing_since", UtcDateTime),
    Column("failure", Text, comment="why its receiver took the last one not"),
    Column("next_try", UtcDateTime, comment="until when its receiver rests"),
)

alert_hits = table(
    "alert_hits",
    Column("alert", String(32), primary_key=True),
    Column("article", String(32), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("seq", Serial, nullable=False),
    Column("at", UtcDateTime, nullable=False, comment="when this wording became searchable"),
    Column(
        "notice",
        String(32),
        index=True,
        comment="what it was sent with; none while it waits for its digest",
    ),
    Index(None, "alert", "notice", "seq"),
)

notices = table(
    "notices",
    Column(
        "id",
        String(32),
        primary_key=True,
        comment="the receiver sees it: a repeated one is the same notice",
    ),
    Column("alert", String(32), nullable=False, index=True),
    Column("state", String(16), nullable=False, comment="waiting, sent or failed"),
    Column("articles", Integer, nullable=False, comment="how many it tells of"),
    Column(
        "details",
        StoredJson,
        comment="of a volume: the bucket, its count and what is usual; of findings: what they were",
    ),
    Column("created_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try", UtcDateTime, nullable=False),
    Column("reason", Text, comment="why the last try failed"),
    Column("sent_at", UtcDateTime),
    Index(None, "state", "next_try"),
)

"""How each source was judged last; what was found to be wrong with it: what is wrong now, and a
log of what began and ended.
"""

from typing import Any

from sqlalchemy import Column, Index, String, Text

from crawler.store.tables.base import Serial, StoredJson, UtcDateTime, table


def _subject(*, is_key: bool) -> "list[Column[Any]]":
    return [
        Column("source", String(64), primary_key=is_key, nullable=False),
        Column("problem", String(16), primary_key=is_key, nullable=False),
    ]


def _finding() -> "list[Column[Any]]":
    return [
        Column("level", String(8), nullable=False, comment="bad or warning"),
        Column("since", UtcDateTime, nullable=False, comment="since when the source is so"),
        Column("codes", Text, nullable=False, comment="the sentences that tell it, between spaces"),
        Column("advice", String(16), nullable=False),
        Column("figures", StoredJson, nullable=False),
    ]


findings = table(
    "findings",
    *_subject(is_key=True),
    *_finding(),
    Column("first_seen", UtcDateTime, nullable=False, comment="the first judgement that found it"),
    Column("seen_at", UtcDateTime, nullable=False, comment="the last judgement that found it"),
    Column("opened_at", UtcDateTime, comment="when it was told; none until it lasts"),
)

finding_events = table(
    "finding_events",
    Column("seq", Serial, primary_key=True, autoincrement=True),
    *_subject(is_key=False),
    *_finding(),
    Column("state", String(8), nullable=False, comment="opened or closed"),
    Column("at", UtcDateTime, nullable=False, index=True),
    Index(None, "source", "seq"),
    sqlite_autoincrement=True,
)


judgements = table(
    "judgements",
    Column("source", String(64), primary_key=True),
    Column("judged_at", UtcDateTime, nullable=False, index=True),
    Column("state", String(16), nullable=False, comment="as judged; a pause holds at once"),
    Column("health", StoredJson, nullable=False, comment="findings, rhythm, silence"),
)

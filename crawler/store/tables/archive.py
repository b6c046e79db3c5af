"""What is kept beside the articles, and what is forgotten: captures, revisions, wordings
that were not taken, tombstones.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Text

from crawler.store.tables.base import Serial, UtcDateTime, table

captures = table(
    "captures",
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, comment="canonical key of the address that was asked"),
    Column("source", String(64), nullable=False),
    Column("kind", String(16), nullable=False, comment="page, or the kind of entry point"),
    Column("at", UtcDateTime, nullable=False),
    Column("status", Integer, nullable=False, comment="200, or 304 for not modified"),
    Column("file", Text, nullable=False, comment="WARC file, within the archive's folder"),
    Column("offset", BigInteger, nullable=False),
    Column("length", BigInteger, nullable=False, comment="bytes of the record as written"),
    Column("digest", String(40), nullable=False, comment="of the body, to know the same one again"),
    Column(
        "whole",
        Boolean,
        nullable=False,
        comment="whether the record holds the body; else an earlier one does",
    ),
    Column(
        "forgotten",
        Boolean,
        nullable=False,
        default=False,
        comment="its record is to be taken out of the file",
    ),
    Column(
        "again",
        Integer,
        nullable=False,
        server_default="0",
        comment="answers since with this body, and not modified ones",
    ),
    Column("again_at", UtcDateTime, comment="when the last of them came"),
    Index(None, "key", "at"),
    Index(None, "source", "at"),
    Index(None, "file"),
)


def _wording() -> "list[Column[str]]":
    return [Column("title", Text, nullable=False), Column("text", Text, nullable=False)]


revisions = table(
    "revisions",
    Column("article", String(32), primary_key=True),
    Column("revision", Integer, primary_key=True),
    *_wording(),
    Column("replaced_at", UtcDateTime, nullable=False, comment="when Veille met the next wording"),
)

# `mark` is the hash of title and text, `reason` part or other; the article's page showed the
# wording first at `since` and last at `seen_at`.
not_taken = table(
    "not_taken",
    Column("article", String(32), primary_key=True),
    Column("mark", String(32), primary_key=True),
    Column("reason", String(16), nullable=False),
    *_wording(),
    Column("since", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

forgotten = table(
    "forgotten",
    Column("hash", String(32), primary_key=True, comment="of a canonical key"),
    Column("at", UtcDateTime, nullable=False),
)

takedowns = table(
    "takedowns",
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("who", Text, nullable=False),
    Column("kind", String(16), nullable=False, comment="url, source or age"),
    Column("articles", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("records", Integer, nullable=False, comment="of the archive"),
    Column("finished_at", UtcDateTime, comment="when the archive held none of it any more"),
)

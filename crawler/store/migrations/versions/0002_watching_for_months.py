"""Watching for months"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _pauses()
    _captures()
    _revisions()
    _forgetting()
    _silence()
    _firsts()
    _saved_searches()
    _alerts()
    _visits()
    _points_and_spans()
    _tallies()
    _counters()
    _reports()
    _leases()
    _paces()


def _pauses() -> None:
    op.create_table(
        "pauses",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the pause ended or will end; none while nobody has said",
        ),
        sa.PrimaryKeyConstraint("source", "since", name=op.f("pk_pauses")),
    )


def _captures() -> None:
    op.create_table(
        "captures",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "key", sa.Text(), nullable=False, comment="canonical key of the address that was asked"
        ),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column(
            "kind", sa.String(length=16), nullable=False, comment="page, or the kind of entry point"
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False, comment="200, or 304 for not modified"),
        sa.Column(
            "file", sa.Text(), nullable=False, comment="WARC file, within the archive's folder"
        ),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column(
            "length", sa.BigInteger(), nullable=False, comment="bytes of the record as written"
        ),
        sa.Column(
            "digest",
            sa.String(length=40),
            nullable=False,
            comment="of the body, to know the same one again",
        ),
        sa.Column(
            "whole",
            sa.Boolean(),
            nullable=False,
            comment="whether the record holds the body; else an earlier one does",
        ),
        sa.Column(
            "forgotten",
            sa.Boolean(),
            nullable=False,
            comment="its record is to be taken out of the file",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_captures")),
    )
    with op.batch_alter_table("captures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_captures_key_at"), ["key", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_captures_source_at"), ["source", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_captures_file"), ["file"], unique=False)


def _revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("article", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "replaced_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when Veille met the next wording",
        ),
        sa.PrimaryKeyConstraint("article", "revision", name=op.f("pk_revisions")),
    )


def _forgetting() -> None:
    op.create_table(
        "forgotten",
        sa.Column("hash", sa.String(length=32), nullable=False, comment="of a canonical key"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_forgotten")),
    )
    op.create_table(
        "takedowns",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="url, source or age"),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False, comment="of the archive"),
        sa.Column(
            "finished_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the archive held none of it any more",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takedowns")),
    )


def _silence() -> None:
    op.add_column("crawls", sa.Column("since", _MOMENT))
    op.add_column("pages", sa.Column("silent_before", _MOMENT))
    withdrawn = "its page asks not to be indexed any more"
    op.add_column(
        "articles",
        sa.Column(
            "withdrawn", sa.Boolean(), nullable=False, server_default=sa.false(), comment=withdrawn
        ),
    )
    op.add_column(
        "articles", sa.Column("silent", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def _firsts() -> None:
    """The order of first indexing; what an earlier version has indexed stands in the order in which
    it was met.
    """
    op.create_table(
        "firsts",
        sa.Column("seq", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("article", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=64)),
        sa.Column("follows", _SERIAL),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_firsts")),
        sa.UniqueConstraint("article", "revision", name="uq_firsts_article_revision"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_firsts_at"), "firsts", ["at"])
    op.execute(
        "INSERT INTO firsts (article, revision, source, silent, at) "
        "SELECT id, revision, source, silent, first_seen FROM articles "
        "WHERE id NOT IN (SELECT article FROM outbox) ORDER BY first_seen, id"
    )


def _saved_searches() -> None:
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("feed_token", sa.String(length=64), nullable=False, unique=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("search", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("timing", sa.String(length=16), nullable=False),
        sa.Column("hour", sa.String(length=5), nullable=False),
        sa.Column("tz", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("on_change", sa.Boolean(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("begins", _SERIAL, nullable=False),
        sa.Column("cursor", _SERIAL, nullable=False),
        sa.Column("due_at", _MOMENT),
        sa.Column("paused_at", _MOMENT),
        sa.Column("trouble", sa.Text()),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", _MOMENT),
        sa.Column("failure", sa.Text()),
        sa.Column("next_try", _MOMENT),
        sa.ForeignKeyConstraint(["search"], ["saved_searches.id"], name=op.f("fk_alerts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index(op.f("ix_alerts_search"), "alerts", ["search"])
    op.create_table(
        "alert_hits",
        sa.Column("alert", sa.String(length=32), nullable=False),
        sa.Column("article", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("seq", _SERIAL, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("notice", sa.String(length=32)),
        sa.PrimaryKeyConstraint("alert", "article", "revision", name=op.f("pk_alert_hits")),
    )
    op.create_index(op.f("ix_alert_hits_notice"), "alert_hits", ["notice"])
    op.create_index(
        op.f("ix_alert_hits_alert_notice_seq"), "alert_hits", ["alert", "notice", "seq"]
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("alert", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("details", sa.JSON()),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", _MOMENT, nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("sent_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_alert"), "notices", ["alert"])
    op.create_index(op.f("ix_notices_state_next_try"), "notices", ["state", "next_try"])


def _visits() -> None:
    with op.batch_alter_table("visits", schema=None) as batch_op:
        comment = "items that were known when it was last read"
        batch_op.add_column(
            sa.Column("again", sa.Integer(), nullable=False, server_default="0", comment=comment)
        )
        comment = "since when the listing is complete, by its own dates"
        batch_op.add_column(sa.Column("reach", _MOMENT, comment=comment))
        batch_op.add_column(
            sa.Column("location", sa.Text(), comment="where it is redirected to for good")
        )
        batch_op.create_index(
            batch_op.f("ix_visits_source_url_at"), ["source", "url", "at"], unique=False
        )


def _points_and_spans() -> None:
    op.create_table(
        "points",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column(
            "named", sa.Boolean(), nullable=False, comment="whether the sources file names it"
        ),
        sa.Column("first_at", _MOMENT, nullable=False),
        sa.Column("visited_at", _MOMENT, nullable=False),
        sa.Column("read_at", _MOMENT, comment="when it was last read, or had not changed"),
        sa.Column("outcome", sa.String(length=32), nullable=False, comment="of the last visit"),
        sa.Column("failures", sa.Integer(), nullable=False, comment="visits in a row that failed"),
        sa.Column("failing_since", _MOMENT),
        sa.Column("interval", sa.Float(), comment="usual seconds between two visits"),
        sa.Column("location", sa.Text()),
        sa.Column("moved_since", _MOMENT),
        sa.PrimaryKeyConstraint("source", "url", name=op.f("pk_points")),
    )
    op.create_table(
        "spans",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("start", _MOMENT, nullable=False),
        sa.Column("end", _MOMENT, nullable=False),
        sa.Column(
            "state", sa.String(length=16), nullable=False, comment="watched, partly or blind"
        ),
        sa.Column("reason", sa.String(length=16)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spans")),
    )
    with op.batch_alter_table("spans", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_spans_source_url_end"), ["source", "url", "end"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_spans_source_end"), ["source", "end"], unique=False)


def _count(name: str, comment: str | None = None) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0", comment=comment)


def _sum(name: str, comment: str | None = None) -> "sa.Column[float]":
    return sa.Column(name, sa.Float(), nullable=False, server_default="0", comment=comment)


def _tallies() -> None:
    op.create_table(
        "tallies",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("hour", _MOMENT, nullable=False),
        _count("visits"),
        _count("failed", "visits that brought nothing to read"),
        _sum("seconds", "of the visits that were read"),
        sa.Column("bytes", sa.BigInteger(), nullable=False, server_default="0"),
        _count("links", "links that were new"),
        _count("articles", "articles that were new"),
        _count("fresh", "of these, published shortly before"),
        _count("undated"),
        _sum("log_words", "sum of the logarithms of their words"),
        _sum("log_words_squared"),
        _sum("repeated", "sum of the shares of lines that came back"),
        _count("refused", "new pages without an article on them"),
        _count("blocked", "pages answered with a check or a login"),
        sa.PrimaryKeyConstraint("source", "hour", name=op.f("pk_tallies")),
    )
    op.create_table(
        "tally_languages",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("hour", _MOMENT, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        _count("articles"),
        sa.PrimaryKeyConstraint("source", "hour", "language", name=op.f("pk_tally_languages")),
    )


def _reports() -> None:
    with op.batch_alter_table("crawls", schema=None) as batch_op:
        comment = "when the index of crawls had its report"
        batch_op.add_column(
            sa.Column("told_at", sa.DateTime(timezone=True), nullable=True, comment=comment)
        )
        batch_op.create_index(batch_op.f("ix_crawls_told_at"), ["told_at"], unique=False)
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_articles_source_first_seen"), ["source", "first_seen"], unique=False
        )


def _leases() -> None:
    """Leases are on more than sources. Those of an older Veille have run out."""
    op.drop_table("leases")
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False, comment="source:ID, host:NAME, or relay"),
        sa.Column("owner", sa.Text(), nullable=False, comment="host:pid:token"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )


def _counters() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", "label", name=op.f("pk_counters")),
    )


def _paces() -> None:
    op.create_table(
        "paces",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("interval", sa.Float(), nullable=False, comment="seconds between two visits"),
        sa.Column("visited_at", _MOMENT, comment="when it was last read"),
        sa.Column("errors", sa.Integer(), nullable=False, comment="visits in a row that failed"),
        sa.Column("listed", sa.Integer(), nullable=False, comment="items when it was last read"),
        sa.Column(
            "rhythm",
            sa.JSON(),
            nullable=False,
            comment="new items and seconds by hour of the day, and lately",
        ),
        sa.PrimaryKeyConstraint("source", "url", name=op.f("pk_paces")),
    )

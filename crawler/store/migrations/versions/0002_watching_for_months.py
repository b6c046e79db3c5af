"""Watching for months"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _pauses()
    _captures()
    _revisions()
    _forgetting()


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
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="canonical key of the address that was asked"),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="page, or the kind of entry point"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file", sa.Text(), nullable=False, comment="WARC file, within the archive's folder"),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False, comment="bytes of the record as written"),
        sa.Column("digest", sa.String(length=40), nullable=False, comment="of the body, to know the same one again"),
        sa.Column(
            "whole", sa.Boolean(), nullable=False, comment="whether the record holds the body; else an earlier one does"
        ),
        sa.Column("forgotten", sa.Boolean(), nullable=False, comment="its record is to be taken out of the file"),
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
        sa.Column("since", sa.DateTime(timezone=True), nullable=False, comment="when Veille met this wording"),
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
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
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

"""Other addresses of articles"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("guid", sa.Text(), nullable=True))
    op.create_index(
        op.f("ix_pages_source_guid"),
        "pages",
        ["source", "guid"],
        sqlite_where=sa.text("guid IS NOT NULL"),
        postgresql_where=sa.text("guid IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_pages_article"),
        "pages",
        ["article"],
        sqlite_where=sa.text("state = 'skipped'"),
        postgresql_where=sa.text("state = 'skipped'"),
    )
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("address_mark", sa.String(length=16), nullable=True))
        index = batch_op.f("ix_articles_source_address_mark")
        batch_op.create_index(index, ["source", "address_mark"], unique=False)

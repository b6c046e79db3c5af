"""Texts and titles that several addresses share"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("text_mark", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("title_mark", sa.String(length=16), nullable=True))
        for name in ("text_mark", "title_mark"):
            index = batch_op.f(f"ix_articles_source_{name}")
            batch_op.create_index(index, ["source", name], unique=False)
    with op.batch_alter_table("tallies", schema=None) as batch_op:
        for name in ("doubled", "same_title"):
            count = sa.Column(name, sa.Integer(), nullable=False, server_default="0")
            batch_op.add_column(count)

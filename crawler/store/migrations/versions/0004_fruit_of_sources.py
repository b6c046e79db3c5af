"""What the pages of a source come to"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "tally_refusals",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("source", "hour", "reason", name=op.f("pk_tally_refusals")),
    )
    with op.batch_alter_table("points", schema=None) as batch_op:
        batch_op.add_column(sa.Column("empty_since", sa.DateTime(timezone=True), nullable=True))

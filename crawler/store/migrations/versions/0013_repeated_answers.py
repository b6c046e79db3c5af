"""Answers that were given once more are counted"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    with op.batch_alter_table("captures", schema=None) as batch_op:
        batch_op.add_column(sa.Column("again", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("again_at", sa.DateTime(timezone=True), nullable=True))

"""Times of sources that were backfilled"""

import sqlalchemy as sa
from alembic import op

import crawler.store.tables.base

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    moment = crawler.store.tables.base.UtcDateTime()
    op.create_table(
        "backfills",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("start", moment, nullable=False),
        sa.Column("end", moment, nullable=False),
        sa.PrimaryKeyConstraint("source", "start", name=op.f("pk_backfills")),
    )

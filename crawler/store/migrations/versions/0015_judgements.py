"""How each source was judged last"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

JSON = sa.JSON()
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "judgements",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("judged_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("health", JSON, nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_judgements")),
    )
    op.create_index(op.f("ix_judgements_judged_at"), "judgements", ["judged_at"])

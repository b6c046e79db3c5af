"""Parts of sitemap indexes: which are watched, and when they bore something"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("entry_points", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("resting", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("fruit_at", sa.DateTime(timezone=True), nullable=True))

"""How far back the parts of sitemap indexes were taken"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    with op.batch_alter_table("entry_points", schema=None) as batch_op:
        batch_op.add_column(sa.Column("taken_since", sa.DateTime(timezone=True), nullable=True))

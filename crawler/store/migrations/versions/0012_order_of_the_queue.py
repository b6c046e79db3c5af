"""The queue in its order, and leases by their end"""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.drop_index(op.f("ix_queue_due_at"), table_name="queue")
    op.create_index(op.f("ix_queue_due_at_source"), "queue", ["due_at", "source"])
    op.create_index(op.f("ix_leases_expires_at"), "leases", ["expires_at"])

"""Alembic's way into the store: the connection is given by crawler.store.database.migrate."""

from alembic import context

from crawler.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()

"""The schema that is found, compared with the one that this version works with."""

from collections.abc import Iterator, Sequence
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from crawler.store.database import StoreError
from crawler.store.tables import metadata

MOST_NAMED = 5
"""Differences that are named in one sentence."""


def check_schema(engine: Engine) -> None:
    """Raise `StoreError` where the database lacks something that this version works with."""
    differences = schema_differences(engine)
    if not differences:
        return
    what = ", ".join(differences[:MOST_NAMED])
    more = len(differences) - MOST_NAMED
    others = f", and {more} more" if more > 0 else ""
    raise StoreError(
        f"The store is not as this version made it ({what}{others}): "
        "`veille restore --force` puts a backup in its place."
    )


def schema_differences(engine: Engine) -> list[str]:
    """What the database lacks of the tables that the code declares, a short sentence each. What it
    has besides belongs to others.
    """
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "render_as_batch": True}
        )
        found = compare_metadata(context, metadata)
    return [sentence for change in found for sentence in _sentences(change)]


def _sentences(change: Any) -> Iterator[str]:
    if isinstance(change, list):
        yield from _of_column(change)
        return
    match change:
        case ("add_table", table):
            yield f"the table {table.name} is missing"
        case ("add_column", _, table, column):
            yield f"the column {table}.{column.name} is missing"
        case ("add_index" | "add_constraint" | "add_fk", lacking):
            yield f"the index or rule {lacking.name} is missing"


def _of_column(changes: Sequence[Any]) -> Iterator[str]:
    for kind, _, table, column, *_ in changes:
        # SQLite keeps no comments, so they are no part of the schema.
        if kind in ("modify_type", "modify_nullable"):
            yield f"the column {table}.{column} is of another kind"

"""Whether what the database holds can be read."""

from collections.abc import Iterator

from sqlalchemy import Column, Connection, Engine, Table, func, select, text
from sqlalchemy.exc import DBAPIError

from crawler.store.tables import StoredJson, UtcDateTime, metadata

_MOST = 20
"""Faults of the database file that are named."""


def faults(engine: Engine) -> Iterator[str]:
    """What is wrong with the database, a short clause each. PostgreSQL checks values itself, so
    there the tables are read once.
    """
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            yield from _of_file(connection)
        for table in metadata.sorted_tables:
            yield from _of_table(connection, table)


def _of_file(connection: Connection) -> Iterator[str]:
    try:
        for (said,) in connection.execute(text(f"PRAGMA integrity_check({_MOST})")):
            if said != "ok":
                yield f"its file is damaged ({said})"
        broken = len(connection.execute(text("PRAGMA foreign_key_check")).all())
    except DBAPIError as error:
        yield f"its file is damaged ({error.orig})"
        return
    if broken:
        yield f"{broken} rows refer to rows that are gone"


def _of_table(connection: Connection, table: Table) -> Iterator[str]:
    try:
        connection.execute(select(func.count()).select_from(table)).scalar_one()
        if connection.dialect.name == "sqlite":
            for column in table.columns:
                yield from _of_column(connection, column)
    except DBAPIError as error:
        connection.rollback()
        yield f"the table {table.name} can't be read ({error.orig})"


def _of_column(connection: Connection, column: Column[object]) -> Iterator[str]:
    if isinstance(column.type, StoredJson):
        unread = func.json_valid(column) == 0
    elif isinstance(column.type, UtcDateTime):
        unread = func.julianday(column).is_(None)
    else:
        return
    query = select(func.count()).where(column.is_not(None), unread)
    count = connection.execute(query).scalar_one()
    if count:
        yield f"{count} values of {column.table.name}.{column.name} can't be read"

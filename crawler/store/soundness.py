"""Whether what the database holds can be read."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Float,
    Function,
    Integer,
    LargeBinary,
    Table,
    cast,
    func,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from crawler.store.tables import StoredJson, UtcDateTime, metadata

_MOST = 20
"""Faults of the database file that are named."""
_IS_TEXT = "veille_is_text"
"""The function of the checked connection that says whether bytes are UTF-8."""

_NUMBERS: dict[type[TypeEngine[Any]], tuple[str, ...]] = {
    Boolean: ("integer",),
    Integer: ("integer",),
    Float: ("real", "integer"),
}
"""What SQLite calls the values of columns of numbers."""


def faults(engine: Engine) -> Iterator[str]:
    """What is wrong with the database, a short clause each. PostgreSQL checks values itself, so
    there the tables are read once.
    """
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            own = connection.connection.driver_connection
            if isinstance(own, sqlite3.Connection):
                own.create_function(_IS_TEXT, 1, _is_text, deterministic=True)
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
    query = select(func.count()).where(column.is_not(None), _is_unread(column))
    count = connection.execute(query).scalar_one()
    if count:
        yield f"{count} values of {column.table.name}.{column.name} can't be read"


def _is_unread(column: Column[object]) -> ColumnElement[bool]:
    """The condition that a value is none of its column's kind."""
    if isinstance(column.type, StoredJson):
        return func.json_valid(column) == 0
    if isinstance(column.type, UtcDateTime):
        return func.julianday(column).is_(None)
    for kind, numbers in _NUMBERS.items():
        if isinstance(column.type, kind):
            return func.typeof(column).not_in(numbers)
    is_text: ColumnElement[int] = Function(_IS_TEXT, cast(column, LargeBinary), type_=Integer())
    return (func.typeof(column) != "text") | (is_text == 0)


def _is_text(value: bytes | None) -> bool:
    try:
        (value or b"").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True

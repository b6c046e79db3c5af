"""Writing the store to files, as it is at one moment, while others write to it."""

import gzip
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    Table,
    func,
    select,
    text,
    type_coerce,
)
from sqlalchemy.types import NullType

from crawler.store.copies.values import row_values
from crawler.store.database import StoreError, open_database
from crawler.store.tables import captures

LEFT_OUT = frozenset({"alembic_version", "leases"})
"""Tables that say nothing elsewhere: the schema's version, which is told apart, and who works
now.
"""
ENDING = ".jsonl.gz"
_FARTHEST = 2**53
"""Bytes: no file is longer."""
_AT_ONCE = 1_000
_LEVEL = 4


@dataclass(frozen=True, slots=True)
class StoreDump:
    """What was written: the schema's version, rows by table, what numbers tables that never use one
    twice have reached, where in each file of the archive the last noted record ends, and how many
    rows were left out because they can't be read.
    """

    version: str
    rows: dict[str, int]
    numbers: dict[str, int]
    archive: dict[str, int]
    left_out: int = 0


def dump_store(url: str, folder: Path) -> StoreDump:
    """Write every table to a file of `folder`, all as they are at one moment. Raises `StoreError`
    and SQLAlchemy's errors.
    """
    engine = open_database(url)
    try:
        with _snapshot(engine) as connection:
            return _dump(connection, folder)
    finally:
        engine.dispose()


def _dump(connection: Connection, folder: Path) -> StoreDump:
    version = MigrationContext.configure(connection).get_current_revision()
    if version is None:
        raise StoreError(f"There is no store at {connection.engine.url!r} yet.")
    # As they are, not as this version declares them: an older store is copied before it is brought
    # up to date.
    held = MetaData()
    held.reflect(connection)
    rows = {}
    unread = 0
    for table in held.sorted_tables:
        if table.name not in LEFT_OUT:
            written, left_out = _write(connection, table, folder / f"{table.name}{ENDING}")
            rows[table.name] = written
            unread += left_out
    numbers = _numbers(connection, held.sorted_tables)
    return StoreDump(version, rows, numbers, _archive(connection), unread)


def _snapshot(engine: Engine) -> Connection:
    """A connection that goes on seeing what was committed when it read first."""
    if engine.dialect.name == "postgresql":
        return engine.connect().execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    return engine.connect()


def _write(connection: Connection, table: Table, path: Path) -> tuple[int, int]:
    """Write a table; returns how many rows were written, and how many can't be read."""
    columns: list[Column[Any]] = list(table.columns)
    wanted: list[Any] = columns
    if connection.dialect.name == "sqlite":
        # As they are stored: one value that can't be read would end the query.
        wanted = [type_coerce(column, NullType()) for column in columns]
    query = select(*wanted).order_by(*table.primary_key.columns)
    streaming = connection.execution_options(stream_results=True, yield_per=_AT_ONCE)
    written = 0
    left_out = 0
    with new_file(path) as raw, gzip.open(raw, "wb", compresslevel=_LEVEL) as file:
        file.write(orjson.dumps([column.name for column in columns]) + b"\n")
        for row in streaming.execute(query):
            values = row_values(columns, row)
            if values is None:
                left_out += 1
            else:
                file.write(orjson.dumps(values) + b"\n")
                written += 1
    return written, left_out


def new_file(path: Path) -> Any:
    """A new file to write bytes to, for its owner alone."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _archive(connection: Connection) -> dict[str, int]:
    end = func.max(captures.c.offset + captures.c.length)
    query = select(captures.c.file, end).group_by(captures.c.file)
    # Where a record stands may be no number, in a row that is left out.
    is_place = captures.c.offset.between(0, _FARTHEST) & captures.c.length.between(0, _FARTHEST)
    return {file: int(last) for file, last in connection.execute(query.where(is_place))}


def _numbers(connection: Connection, tables: Sequence[Table]) -> dict[str, int]:
    """The last number of each table that counts its rows, also of rows that are gone."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
        return {name: int(last) for name, last in rows}
    numbers = {}
    for table in tables:
        column = table.autoincrement_column
        if column is None:
            continue
        asked = {"table": table.name, "column": column.name}
        name = connection.execute(_SEQUENCE, asked).scalar_one_or_none()
        if name:
            last = connection.execute(_LAST, {"name": name}).scalar_one_or_none()
            numbers[table.name] = int(last or 0)
    return numbers


_SEQUENCE = text("SELECT pg_get_serial_sequence(:table, :column)")
_LAST = text("SELECT pg_sequence_last_value(CAST(:name AS regclass))")

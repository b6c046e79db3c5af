"""Filling a store from files, whatever wrote them, with the takedowns made since."""

import gzip
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    MetaData,
    Table,
    func,
    insert,
    inspect,
    select,
    text,
)

from crawler.store.articles.takedowns import apply_tombstones
from crawler.store.copies.dump import ENDING, StoreDump
from crawler.store.database import StoreError, open_database, upgrade_to
from crawler.store.tables import forgotten, takedowns

_AT_ONCE = 500
_NO_DATA = frozenset({"alembic_version", "counters", "leases"})
"""Tables that every store fills by itself."""
Row = dict[str, Any]
Reader = Callable[[str], datetime]


@dataclass(frozen=True, slots=True)
class Tombstones:
    """What a store remembers of takedowns: rows of `forgotten` and `takedowns`."""

    forgotten: Sequence[Row] = ()
    takedowns: Sequence[Row] = ()

    def and_those(self, others: "Tombstones") -> "Tombstones":
        """These and others, each once."""
        kept = {row["hash"]: row for row in (*self.forgotten, *others.forgotten)}
        made = {(row["at"], row["kind"]): row for row in (*self.takedowns, *others.takedowns)}
        return Tombstones(list(kept.values()), list(made.values()))


def holds_data(url: str) -> bool:
    """Whether a database holds anything that was collected or made. Raises SQLAlchemy's errors."""
    engine = open_database(url)
    try:
        with engine.connect() as connection:
            names = set(inspect(connection).get_table_names()) - _NO_DATA
            return any(_has_rows(connection, name) for name in sorted(names))
    finally:
        engine.dispose()


def tombstones_of(url: str) -> Tombstones:
    """The takedowns of a store, of whatever version. Raises SQLAlchemy's errors."""
    engine = open_database(url)
    try:
        with engine.connect() as connection:
            names = inspect(connection).get_table_names()
            if not {"forgotten", "takedowns"} <= set(names):
                return Tombstones()
            return Tombstones(_rows(connection, forgotten), _rows(connection, takedowns))
    finally:
        engine.dispose()


def load_store(url: str, folder: Path, dump: StoreDump, since: Tombstones, now: datetime) -> int:
    """Fill the database with what `dump_store` wrote, in the place of all that is there, and forget
    again what was forgotten `since`; returns how many articles and pages that were.

    All or nothing. Raises `StoreError` for files of a newer version, and SQLAlchemy's errors.
    """
    engine = open_database(url)
    try:
        writing = engine.execution_options(writes=True)
        with writing.begin() as connection:
            _replace(connection, folder, dump)
            return _forget(connection, since, now)
    finally:
        engine.dispose()


def _replace(connection: Connection, folder: Path, dump: StoreDump) -> None:
    """Make the tables of the dump's version, fill them, and bring them up to date."""
    held = MetaData()
    held.reflect(connection)
    held.drop_all(connection)
    upgrade_to(connection, dump.version)
    tables = MetaData()
    tables.reflect(connection)
    for name in _in_order(tables, dump):
        _fill(connection, tables.tables[name], folder / f"{name}{ENDING}")
    _set_numbers(connection, tables.sorted_tables, dump.numbers)
    upgrade_to(connection, "head")


def _rows(connection: Connection, table: Table) -> list[Row]:
    # SQLAlchemy's names are a kind of string that JSON does not take for keys.
    names = [f"{column.name}" for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in connection.execute(select(table))]


def _has_rows(connection: Connection, name: str) -> bool:
    quoted = connection.dialect.identifier_preparer.quote(name)
    return connection.execute(text(f"SELECT 1 FROM {quoted} LIMIT 1")).first() is not None  # noqa: S608 - a name from the database itself, quoted


def _in_order(tables: MetaData, dump: StoreDump) -> list[str]:
    """The tables of the dump, what others refer to first. Raises `StoreError`."""
    names = [table.name for table in tables.sorted_tables if table.name in dump.rows]
    if set(names) != set(dump.rows):
        missing = ", ".join(sorted(set(dump.rows) - set(names)))
        raise StoreError(f"The backup has tables that its schema does not have: {missing}.")
    return names


def _fill(connection: Connection, table: Table, path: Path) -> None:
    for column in table.columns:
        if isinstance(column.type, JSON):
            # None is no value, as it was; else it would be JSON's null.
            column.type = JSON(none_as_null=True)
    with gzip.open(path, "rb") as file:
        names = orjson.loads(file.readline())
        readers = _readers(table, connection.dialect.name)
        rows = (_row(line, names, readers) for line in file)
        while batch := list(islice(rows, _AT_ONCE)):
            connection.execute(insert(table), batch)


def _row(line: bytes, names: Sequence[str], readers: Mapping[str, Reader]) -> Row:
    row: Row = dict(zip(names, orjson.loads(line), strict=True))
    for name, reader in readers.items():
        if row[name] is not None:
            row[name] = reader(row[name])
    return row


def _readers(table: Table, dialect: str) -> dict[str, Reader]:
    """What makes the values of columns from those of JSON, where these are not the same."""
    of_moments = _naive if dialect == "sqlite" else _aware
    return {
        column.name: of_moments for column in table.columns if isinstance(column.type, DateTime)
    }


def _aware(value: str) -> datetime:
    """A moment as it was written; SQLite's say no zone, and are UTC."""
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _naive(value: str) -> datetime:
    return _aware(value).astimezone(UTC).replace(tzinfo=None)


def _set_numbers(
    connection: Connection, tables: Sequence[Table], numbers: Mapping[str, int]
) -> None:
    """Let tables count on from the last number they gave, also to rows that are gone."""
    for table in tables:
        column = table.autoincrement_column
        if column is None:
            continue
        largest = connection.execute(select(func.max(column))).scalar_one() or 0
        last = max(largest, numbers.get(table.name, 0))
        if last:
            values = {"table": table.name, "column": column.name, "last": last}
            _set_number(connection, values)


def _set_number(connection: Connection, values: Row) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(_SET_SEQUENCE, values)
    elif connection.execute(_COUNTS, {"table": values["table"]}).first():
        connection.execute(_DROP_NUMBER, {"table": values["table"]})
        connection.execute(_SET_NUMBER, {"table": values["table"], "last": values["last"]})


def _forget(connection: Connection, since: Tombstones, now: datetime) -> int:
    held = {row.hash for row in connection.execute(select(forgotten.c.hash))}
    hashes = [row["hash"] for row in since.forgotten if row["hash"] not in held]
    _add_takedowns(connection, since.takedowns)
    return apply_tombstones(connection, hashes, now)


def _add_takedowns(connection: Connection, rows: Iterable[Row]) -> None:
    known = {(row.at, row.kind) for row in connection.execute(select(takedowns))}
    for row in rows:
        if (row["at"], row["kind"]) not in known:
            values = {name: value for name, value in row.items() if name != "id"}
            connection.execute(insert(takedowns).values(values))


_SET_SEQUENCE = text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)")
_COUNTS = text(
    "SELECT 1 FROM sqlite_master "
    "WHERE type = 'table' AND name = :table AND sql LIKE '%AUTOINCREMENT%'"
)
_DROP_NUMBER = text("DELETE FROM sqlite_sequence WHERE name = :table")
_SET_NUMBER = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)")

"""Opening the store's database, durable on SQLite, and bringing its schema up to date."""

import sqlite3
import time
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, DBAPIError

BUSY_SECONDS = 60
"""How long a writer of SQLite waits for another one before it fails. What is under way waits that
long, so that it loses nothing of what it fetched.
"""
OPENING_SECONDS = 3
"""How long what starts waits for a store that another process holds: people wait for its answer."""
_SWITCH_PAUSE = 0.02
"""Seconds between two attempts to switch a new database to WAL."""
_MIGRATING = 0x5E111E
"""Of all who open a new store at once, one makes its tables; the others wait for this advisory
lock.
"""


class StoreError(Exception):
    """The store can't be used; the message says why and what to do."""


def open_database(url: str, patience: float = BUSY_SECONDS) -> Engine:
    """The engine of a database, its folder made where it is SQLite's; raises `StoreError`.

    `patience`: seconds that a writer of SQLite waits for another one.
    """
    if url.startswith("sqlite:///"):
        folder = Path(url.removeprefix("sqlite:///")).parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"The data folder {folder} can't be made ({error.strerror}): set VEILLE_DATA."
            ) from error
        engine = create_engine(url, connect_args={"timeout": patience, "check_same_thread": False})
        _durable(engine, patience)
        return engine
    try:
        return create_engine(url, pool_pre_ping=True)
    except (ArgumentError, ImportError) as error:
        raise StoreError(
            f"The database can't be opened ({error}): set VEILLE_DATABASE to sqlite:///… or postgresql+psycopg://…"
        ) from error


def _durable(engine: Engine, patience: float) -> None:
    """WAL with synchronous=FULL (a power cut takes no commit), and writers that wait instead of
    failing halfway.
    """

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None
        connection.text_factory = _text
        _write_ahead(connection, patience)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that reads first and writes later fails at once where another one
        # wrote in between.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _text(value: bytes) -> str:
    """A text that is no UTF-8 any more is read as far as it can be: SQLite's own reader would fail
    for all rows of an answer.
    """
    return value.decode("utf-8", "replace")


def _write_ahead(connection: sqlite3.Connection, patience: float) -> None:
    """Switch to WAL. Of several processes that open a new database at once, SQLite refuses the
    switch to all but one at once, whatever time-out is set: it would wait for itself.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(_SWITCH_PAUSE)


def migrate(engine: Engine, *, upgrade: bool = True) -> tuple[str | None, str]:
    """Bring the schema to the newest version; without `upgrade` only look whether it is. Returns
    the version that was found and the newest. Raises `StoreError` where the database is newer,
    older and not to be changed, or can't be written.
    """
    config = _migrations()
    newest = str(ScriptDirectory.from_config(config).get_current_head())
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
            if current == newest:
                _writable(connection)
                return newest, newest
        if not upgrade and current is None:
            raise StoreError(f"There is no store at {engine.url!r} yet: `veille upgrade` makes it.")
        _upgrade(engine, config, current, upgrade=upgrade)
        return current, newest
    except DBAPIError as error:
        if "locked" in str(error.orig):
            raise StoreError(
                f"The store at {engine.url!r} is held by another process: try again in a moment."
            ) from error
        setting = "VEILLE_DATA" if engine.dialect.name == "sqlite" else "VEILLE_DATABASE"
        raise StoreError(
            f"The store at {engine.url!r} can't be used ({error.orig}): check {setting}."
        ) from error
    except CommandError as error:
        raise StoreError(
            f"The store at {engine.url!r} is of a newer Veille ({error}): install that one."
        ) from error


def upgrade_to(connection: Connection, version: str) -> None:
    """Bring the schema to a version ("head" is the newest), as a part of the transaction that is
    open. Raises `StoreError` for a version that is not known.
    """
    config = _migrations()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, version)
    except CommandError as error:
        raise StoreError(
            f"This is of a newer Veille (schema {version}): install that one."
        ) from error


def _migrations() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _upgrade(engine: Engine, config: AlembicConfig, current: str | None, *, upgrade: bool) -> None:
    with engine.connect().execution_options(writes=True) as connection:
        if engine.dialect.name == "sqlite":
            # Whoever makes the tables holds the store for as long as that takes.
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
            connection.rollback()
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATING})")
            if not upgrade:
                # Raises where this Veille does not know the schema, which is of a newer one then.
                ScriptDirectory.from_config(config).get_revision(str(current))
                raise StoreError(
                    f"The store at {engine.url!r} is of an older Veille: run `veille upgrade` once."
                )
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _writable(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        connection.rollback()
        writing = connection.execution_options(writes=True)
        with writing.begin():
            writing.exec_driver_sql(f"PRAGMA user_version={int(version)}")

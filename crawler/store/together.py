"""Transactions: one for each method of the store, or one that several calls of a thread share."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Dialect, Engine


class Database:
    """The open database as the store's classes use it. Threads may share it."""

    def __init__(self, engine: Engine, shared: threading.local | None = None) -> None:
        self._engine = engine
        self._shared = shared or threading.local()

    @property
    def dialect(self) -> Dialect:
        """What the database speaks."""
        return self._engine.dialect

    def execution_options(self, *, writes: bool) -> "Database":
        """The same database, for transactions that write."""
        return Database(self._engine.execution_options(writes=writes), self._shared)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection to read with; within `together` the shared one, which sees what was written there."""
        if shared := self._joined():
            yield shared
            return
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction, committed at the end of the block; within `together` a part of the shared one."""
        if shared := self._joined():
            yield shared
            return
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let all that this thread does in the block be one transaction: everything is kept, or nothing."""
        with self._engine.execution_options(writes=True).begin() as connection:
            self._shared.connection = connection
            try:
                yield
            finally:
                self._shared.connection = None

    def dispose(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _joined(self) -> Connection | None:
        connection: Connection | None = getattr(self._shared, "connection", None)
        return connection

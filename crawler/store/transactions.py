"""Transactions: one for each method of the store, or one that several calls of a thread share."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from sqlalchemy import Connection, Engine


class _Shared(threading.local):
    connection: Connection | None = None


class Database:
    """The open database as the store's classes use it. Threads may share it."""

    def __init__(self, engine: Engine, shared: _Shared | None = None) -> None:
        self._engine = engine
        self._shared = shared or _Shared()

    def execution_options(self, *, writes: bool) -> "Database":
        """The same database, for transactions that write."""
        return Database(self._engine.execution_options(writes=writes), self._shared)

    def connect(self) -> AbstractContextManager[Connection]:
        """A connection to read with; within `together` the shared one, which sees what was written
        there.
        """
        return self._joined() or self._engine.connect()

    def begin(self) -> AbstractContextManager[Connection]:
        """One transaction, committed at the end of the block; within `together` a part of the
        shared one.
        """
        return self._joined() or self._engine.begin()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let all that this thread does in the block be one transaction: everything is kept, or
        nothing.
        """
        with self._engine.execution_options(writes=True).begin() as connection:
            self._shared.connection = connection
            try:
                yield
            finally:
                self._shared.connection = None

    def _joined(self) -> AbstractContextManager[Connection] | None:
        return nullcontext(self._shared.connection) if self._shared.connection else None

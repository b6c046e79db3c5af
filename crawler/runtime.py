"""What all crawls of one process share: configuration, store, reading pool, gate, clock. A door module."""

import asyncio
import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ParamSpec, TypeVar
from uuid import uuid4

from crawler.config import Config
from crawler.gate import Gate
from crawler.pool import ReadingPool
from crawler.robots import Rules
from crawler.store import Store

P = ParamSpec("P")
T = TypeVar("T")

LEASE = timedelta(seconds=60)
RENEWAL_SECONDS = 15


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Runtime:
    """Opened once for a process, closed at its end."""

    config: Config
    store: Store
    pool: ReadingPool
    gate: Gate
    now: Callable[[], datetime] = utc_now
    robots: dict[str, asyncio.Future[Rules]] = field(default_factory=dict)
    owner: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}")
    # One thread, so that commits follow each other and the reactor never waits for the disk.
    _writer: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "store"))

    @classmethod
    def open(cls, config: Config, now: Callable[[], datetime] = utc_now) -> "Runtime":
        """Open the store and start the worker processes; raises `StoreError`."""
        store = Store(config.database_url)
        return cls(config, store, ReadingPool(config.workers), Gate(config.download_delay), now)

    async def stored(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """A call of the store, off the reactor's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, lambda: call(*args, **kwargs))

    async def claim(self, source: str) -> str | None:
        """Take the source's lease; returns who else holds it."""
        holder = await self.stored(self.store.ledger.claim, source, self.owner, self.now(), LEASE)
        if holder and _is_gone(holder):
            await self.stored(self.store.ledger.release, source, holder)
            return await self.claim(source)
        return holder

    async def keep_claim(self, source: str) -> None:
        """Renew the lease until cancelled."""
        while True:
            await asyncio.sleep(RENEWAL_SECONDS)
            await self.claim(source)

    async def release(self, source: str) -> None:
        """Give the lease back."""
        await self.stored(self.store.ledger.release, source, self.owner)

    def close(self) -> None:
        """End the workers, finish what is being committed, close the store."""
        self.pool.close()
        self._writer.shutdown(wait=True)
        self.store.close()


def _is_gone(owner: str) -> bool:
    """Whether an owner was a process of this machine that has ended: then nobody waits for its lease to run out."""
    host, pid, _ = owner.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    with suppress(PermissionError):
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return True
    return False

"""What all crawls of one process share: configuration, store, reading pool, gate, clock. A door
module.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError

from crawler.archive import Archive
from crawler.archive.recorder import CaptureRecorder, PendingRecord
from crawler.config import Config
from crawler.fetch.robots import Rules
from crawler.fetch.throttle import HostThrottle
from crawler.process.clock import utc_now
from crawler.process.disk_space import MB, DiskSpace
from crawler.process.owner import is_gone, owner_name
from crawler.process.pool import ReadingPool
from crawler.runtime.leases import MARGIN, RENEWAL, SPAN, hosts_of, names_of
from crawler.runtime.writer import BatchWriter
from crawler.sources import Source
from crawler.store import Store

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(slots=True)
class CrawlContext:
    """Opened once for a process, closed at its end."""

    config: Config
    store: Store
    pool: ReadingPool
    gate: HostThrottle
    now: Callable[[], datetime] = utc_now
    keeper: CaptureRecorder | None = None
    disk: DiskSpace | None = None
    robots: dict[str, asyncio.Future[Rules]] = field(default_factory=dict)
    owner: str = field(default_factory=owner_name)
    settling: Callable[[], bool] = lambda: False
    crawling: dict[str, Source] = field(default_factory=dict)
    _from_queue: set[str] = field(default_factory=set)
    _held_until: dict[str, datetime] = field(default_factory=dict)
    _writer: BatchWriter = field(init=False)

    def __post_init__(self) -> None:
        self._writer = BatchWriter(self.store)

    @classmethod
    def open(
        cls, config: Config, now: Callable[[], datetime] = utc_now, *, upgrade: bool = False
    ) -> "CrawlContext":
        """Open the store and start the worker processes; raises `StoreError`. Only with `upgrade`
        is the schema of a database server changed.
        """
        store = Store(config.database_url, upgrade=upgrade)
        keeper = CaptureRecorder(Archive(config.archive_folder), store) if config.archive else None
        disk = DiskSpace(config.data, config.disk_reserve * MB)
        return cls(
            config,
            store,
            ReadingPool(config.workers),
            HostThrottle(config.download_delay),
            now,
            keeper,
            disk,
        )

    async def stored(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """A call of the store, off the reactor's thread; it is committed when this returns."""
        return await self._writer.call(call, *args, **kwargs)

    async def archived(
        self, write: Callable[P, PendingRecord | None], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Write a record to the archive, by a method of the keeper, and note where it is."""
        assert self.keeper is not None
        await self._writer.call_after(partial(write, *args, **kwargs), self.keeper.note)

    async def claim(self, source: Source) -> str | None:
        """Take what a crawl of the source needs, or renew it; returns who else holds some of it."""
        now = self.now()
        holder = await self.stored(self.store.leases.claim, names_of(source), self.owner, now, SPAN)
        if holder and is_gone(holder):
            await self.bury(holder)
            return await self.claim(source)
        if holder is None:
            self.crawling[source.id], self._held_until[source.id] = source, now + SPAN - MARGIN
        return holder

    async def still_held(self, source: Source) -> bool:
        """Whether a crawl may ask a host now. Where the process stood still so long that its leases
        may have run out, they are taken again, if nobody else has taken them.
        """
        until = self._held_until.get(source.id)
        return until is None or self.now() < until or await self.claim(source) is None

    async def bury(self, owner: str) -> None:
        """Free what a process of this machine held that has ended. It may just have asked a host:
        the delay is kept.
        """
        await self.stored(self.store.leases.free, owner)
        self.gate.pause_all(self.config.download_delay)

    async def bury_the_gone(self) -> None:
        """Free what any process of this machine held that has ended."""
        for owner in await self.stored(self.store.leases.owners, self.now()):
            if is_gone(owner):
                await self.bury(owner)

    async def keep_claim(self, source: Source) -> str:
        """Renew the leases of a crawl until cancelled, or until another has taken one of them over:
        returns who.
        """
        while True:
            await asyncio.sleep(RENEWAL.total_seconds())
            try:
                holder = await self.claim(source)
            except DBAPIError as error:
                log.warning(
                    "The store is away (%s): the leases of %s are renewed later.",
                    error.orig,
                    source.id,
                )
                continue
            if holder:
                return holder

    async def release(self, source: Source) -> None:
        """Give back what a crawl held and no other crawl here needs; a host only when the delay
        after its last answer is over. A source of the queue is held until it is out of it, or
        another worker would crawl it at once again.
        """
        self.crawling.pop(source.id, None)
        self._held_until.pop(source.id, None)
        needed = {name for other in self.crawling.values() for name in names_of(other)}
        for host in hosts_of(source):
            if (name := f"host:{host}") not in needed:
                until = self.now() + timedelta(seconds=self.gate.wait(host))
                await self.stored(self.store.leases.release, [name], self.owner, until)
        if source.id not in self._from_queue:
            await self.stored(self.store.leases.release, [f"source:{source.id}"], self.owner)

    async def next_queued(self, sources: Mapping[str, Source]) -> str | None:
        """Take the one of these sources that has waited longest, and that no other worker may crawl now."""
        await self.bury_the_gone()
        names = {id: names_of(source) for id, source in sources.items()}
        taken = await self.stored(self.store.queue.claim, names, self.owner, self.now(), SPAN)
        if taken:
            self._from_queue.add(taken)
        return taken

    async def leave(self, source: Source, *, over: bool, due_at: datetime | None) -> None:
        """Give back a source of the queue; where its crawl is `over`, take it out of the queue before that."""
        try:
            if over:
                await self.stored(self.store.queue.unqueue, source.id, due_at)
        finally:
            self._from_queue.discard(source.id)
        await self.stored(self.store.leases.release, [f"source:{source.id}"], self.owner)

    def close(self) -> None:
        """End the workers, finish what is being committed, close the store."""
        self.pool.close()
        self.close_store()

    def close_store(self) -> None:
        """Finish what is being committed and close the store; the workers may serve another one."""
        self._writer.close()
        self.store.close()

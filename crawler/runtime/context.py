"""What all crawls of one process share: configuration, store, reading pool, throttle, clock. A door
module.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy.exc import DBAPIError

from crawler.archive.opening import archive_of
from crawler.archive.recorder import CaptureRecorder
from crawler.archive.uploads import Uploads, uploads_of
from crawler.config import Config
from crawler.fetch.host_waits import HostWait, HostWaits
from crawler.fetch.robots import Rules
from crawler.fetch.throttle import HostThrottle
from crawler.process.clock import utc_now
from crawler.process.disk_space import MB, DiskSpace
from crawler.process.owner import is_gone, owner_name
from crawler.process.pool import ReadingPool
from crawler.render import Renderer
from crawler.runtime.async_recorder import AsyncRecorder
from crawler.runtime.async_store import AsyncStore
from crawler.runtime.leases import LEASE_SPAN, MARGIN, RENEWAL, hosts_of, names_of
from crawler.runtime.writer import BatchWriter
from crawler.sources import Source
from crawler.store import Store

log = logging.getLogger(__name__)


@dataclass(slots=True)
class CrawlContext:
    """Opened once for a process, closed at its end.

    Coroutines use `async_store` and, where answers are archived, `archive`; both go through the
    batching `writer`. The methods of `store` itself block.
    """

    config: Config
    store: Store
    pool: ReadingPool
    throttle: HostThrottle
    now: Callable[[], datetime] = utc_now
    recorder: CaptureRecorder | None = None
    disk: DiskSpace | None = None
    renderer: Renderer | None = None
    uploads: Uploads | None = None
    robots: dict[str, asyncio.Future[Rules]] = field(default_factory=dict)
    waits: HostWaits = field(default_factory=HostWaits)
    owner: str = field(default_factory=owner_name)
    settling: Callable[[], bool] = lambda: False
    crawling: dict[str, Source] = field(default_factory=dict)
    _from_queue: set[str] = field(default_factory=set)
    _held_until: dict[str, datetime] = field(default_factory=dict)
    writer: BatchWriter = field(init=False)
    async_store: AsyncStore = field(init=False)
    archive: AsyncRecorder | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.writer = BatchWriter(self.store)
        if self.uploads:
            self.uploads.start()
        self.async_store = AsyncStore(self.store, self.writer)
        if self.recorder:
            self.archive = AsyncRecorder(self.recorder, self.writer)

    @classmethod
    def open(
        cls, config: Config, now: Callable[[], datetime] = utc_now, *, upgrade: bool = False
    ) -> "CrawlContext":
        """Open the store and start the worker processes; raises `StoreError`. Only with `upgrade`
        is the schema of a database server changed.
        """
        store = Store(config.database_url, upgrade=upgrade)
        recorder = uploads = None
        if config.archive:
            archive = archive_of(config)
            recorder = CaptureRecorder(archive, store)
            uploads = uploads_of(archive, store, now)
        return cls(
            config,
            store,
            ReadingPool(config.workers),
            HostThrottle(config.download_delay),
            now,
            recorder,
            DiskSpace(config.data, config.disk_reserve * MB),
            Renderer(config.chromium, config.user_agent, sandbox=config.chromium_sandbox),
            uploads,
        )

    def robots_rules(self, url: str) -> Rules | None:
        """What the robots.txt of an address's host says; None while nobody has read it."""
        parts = urlsplit(url)
        rules = self.robots.get(f"{parts.scheme}://{parts.netloc.lower()}")
        if rules is None or not rules.done():
            return None
        return rules.result()

    async def keep_wait(self, wait: HostWait) -> None:
        """Leave a host alone that asks for it, in this process and in all others."""
        self.waits.add([wait])
        await self.async_store.host_waits.keep(wait, self.now())

    async def load_waits(self) -> None:
        """Know of the hosts that asked other processes to be left alone."""
        self.waits.add(await self.async_store.host_waits.running(self.now()))

    async def claim(self, source: Source) -> str | None:
        """Take what a crawl of the source needs, or renew it; returns who else holds some of it."""
        now = self.now()
        leases = self.async_store.leases
        holder = await leases.claim(names_of(source), self.owner, now, LEASE_SPAN)
        if holder and is_gone(holder):
            await self.release_dead_owner(holder)
            return await self.claim(source)
        if holder is None:
            self.crawling[source.id] = source
            self._held_until[source.id] = now + LEASE_SPAN - MARGIN
        return holder

    async def still_held(self, source: Source) -> bool:
        """Whether a crawl may ask a host now. Where the process stood still so long that its leases
        may have run out, they are taken again, if nobody else has taken them.
        """
        until = self._held_until.get(source.id)
        return until is None or self.now() < until or await self.claim(source) is None

    async def release_dead_owner(self, owner: str) -> None:
        """Free what a process of this machine held that has ended. It may just have asked a host:
        the delay is kept.
        """
        await self.async_store.leases.free(owner)
        self.throttle.pause_all(self.config.download_delay)

    async def release_dead_owners(self) -> None:
        """Free what any process of this machine held that has ended."""
        for owner in await self.async_store.leases.owners(self.now()):
            if is_gone(owner):
                await self.release_dead_owner(owner)

    async def keep_claim(self, source: Source) -> str:
        """Renew the leases of a crawl until cancelled, or until another has taken one of them over:
        returns who.
        """
        while True:
            await asyncio.sleep(RENEWAL.total_seconds())
            try:
                holder = await self.claim(source)
            except DBAPIError as error:
                # A store that is away for a moment ends no crawl: `still_held` forbids requests
                # once the leases may have run out.
                log.warning(
                    "The store is away (%s): the leases of %s are renewed later.",
                    error.orig,
                    source.id,
                )
                continue
            if holder:
                return holder

    @asynccontextmanager
    async def holding(self, source: Source) -> AsyncIterator[None]:
        """Renew what was claimed until the end of the block, and give it back."""
        keeping = asyncio.create_task(self.keep_claim(source))
        try:
            yield
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping
            await self.release(source)

    async def release(self, source: Source) -> None:
        """Give back what a crawl held and no other crawl here needs; a host only when the delay
        after its last answer is over. A source of the queue is held until it is out of it, or
        another worker would crawl it at once again.
        """
        self.crawling.pop(source.id, None)
        self._held_until.pop(source.id, None)
        needed = {name for other in self.crawling.values() for name in names_of(other)}
        for host in hosts_of(source):
            name = f"host:{host}"
            if name not in needed:
                until = self.now() + timedelta(seconds=self.throttle.wait(host))
                await self.async_store.leases.release([name], self.owner, until)
        if source.id not in self._from_queue:
            await self._release_source(source)

    async def next_queued(self, names: Mapping[str, Sequence[str]], most: int) -> list[str]:
        """Take the sources that have waited longest, that are not crawled and that no other worker
        may crawl now, at most so many.

        `names` gives the leases that the crawl of each source needs.
        """
        await self.release_dead_owners()
        taken = await self.async_store.queue.claim(
            names, self.owner, self.now(), LEASE_SPAN, most=most
        )
        self._from_queue.update(taken)
        return taken

    async def leave(self, source: Source, *, over: bool, due_at: datetime | None) -> None:
        """Give back a source of the queue; where its crawl is `over`, take it out of the queue
        before that.
        """
        try:
            if over:
                await self.async_store.queue.unqueue(source.id, due_at)
        finally:
            self._from_queue.discard(source.id)
        await self._release_source(source)

    def close(self) -> None:
        """End the workers and the browser, finish what is being committed, close the store."""
        if self.renderer:
            self.renderer.close()
        self.pool.close()
        self.close_store()

    def close_store(self) -> None:
        """Finish what is being committed and archived, and close the store; the workers may serve
        another one.
        """
        self.writer.close()
        if self.recorder:
            self.recorder.close()
        if self.uploads:
            self.uploads.close()
        self.store.close()

    async def _release_source(self, source: Source) -> None:
        await self.async_store.leases.release([f"source:{source.id}"], self.owner)

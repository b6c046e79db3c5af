"""`veille crawl`: one crawl of each source, relayed to the index."""

import asyncio
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.config import Config
from crawler.jobs.worker import Worker
from crawler.process.clock import utc_now
from crawler.process.reactor import run
from crawler.runtime import CrawlContext
from crawler.runtime.leases import Lease
from crawler.sources import Source
from crawler.store import Store
from indexer.backend import IndexUnavailable
from indexer.relay import Relay, RelayLock
from search.commands.backfill_progress import backfill_progress
from search.commands.console import (
    as_json,
    chosen,
    opened,
    print_output,
    settings,
    sources_file,
    verbosely,
)
from search.commands.crawl_relay import CrawlRelayThread
from search.commands.log_output import log_to

COUNTS = (
    "crawls",
    "requests",
    "fetched",
    "new",
    "changed",
    "unchanged",
    "skipped",
    "failed",
    "indexed",
)
DRAIN_SECONDS = 30.0
"""How long the end of a crawl waits for an index that does not take the rest."""
POLL_SECONDS = 0.05
"""How often the end of a crawl looks whether something still waits."""


@click.command("crawl")
@click.argument("source", nargs=-1)
@sources_file
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="Take what was published since (UTC)."
)
@as_json
@verbosely
def command(
    source: tuple[str, ...],
    sources: Path | None,
    since: datetime | None,
    json_: bool,
    verbose: bool,
) -> int:
    """Crawl sources once (all, or those with the ids SOURCE) and index their articles."""
    config = settings(sources=sources)
    watched = chosen(config, source)
    log_to(config, verbose)
    since = since.replace(tzinfo=UTC) if since else None
    counts: Counter[str] = Counter()
    if not source:
        watched = _without_paused(config, watched)
    code = run(lambda stop: crawl_once(config, watched, since, stop, counts), config.allow_hosts)
    row = {name: counts[name] for name in COUNTS}
    if json_:
        print_output(row)
    else:
        click.echo(", ".join(f"{number} {name}" for name, number in row.items()))
    report(counts)
    return code


def _without_paused(config: Config, watched: list[Source]) -> list[Source]:
    store = Store(config.database_url)
    paused = store.pauses.running(utc_now())
    store.close()
    names = [source.id for source in watched if source.id in paused]
    if names:
        click.echo(f"veille: paused, not crawled: {', '.join(names)}.", err=True)
    return [source for source in watched if source.id not in paused]


async def crawl_once(
    config: Config,
    watched: list[Source],
    since: datetime | None,
    stop: asyncio.Event,
    counts: Counter[str],
) -> int:
    """Crawl and relay beside each other; `counts` is filled. Returns the exit code."""
    context = CrawlContext.open(config)
    relaying = RelayThread(config, context)
    try:
        relaying.start()
        worker = Worker(context)
        async with _shown(worker, len(watched), since) as on_end:
            crawl = asyncio.ensure_future(worker.crawl_all(watched, since, on_end))
            stopped = asyncio.ensure_future(stop.wait())
            await asyncio.wait({crawl, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if stop.is_set():
                await worker.stop()
            counts.update(await crawl)
        stopped.cancel()
        counts["waiting"] = await relaying.drain(0 if stop.is_set() else DRAIN_SECONDS)
        # What is written is counted after it has left the outbox: only then is the count whole.
        await asyncio.to_thread(relaying.finish)
        if relaying.own:
            written = relaying.indexed
        else:
            # Another process relays: what does not wait any more, it has written.
            written = counts["new"] + counts["changed"] - counts["waiting"]
        counts["indexed"] = max(0, written)
        counts["rejected"] = relaying.rejected
    finally:
        await asyncio.to_thread(relaying.close)
        await asyncio.to_thread(context.close)
    return 130 if stop.is_set() else 0


@asynccontextmanager
async def _shown(
    worker: Worker, sources: int, since: datetime | None
) -> AsyncIterator[Callable[[Source], None]]:
    """Show on the terminal how far the crawl has come; gives what is called when a source is
    done.
    """
    if since:
        async with backfill_progress(worker.counts_so_far):
            yield lambda _: None
        return
    with click.progressbar(length=sources, label="Crawling", file=sys.stderr) as bar:
        yield lambda _: bar.update(1)


class RelayThread:
    """A relay in a thread of its own; where another one relays for this store, waits for that."""

    def __init__(self, config: Config, context: CrawlContext) -> None:
        self._context = context
        self._config = config
        self._lock = RelayLock(config.data)
        self._turn = Lease(context.store.leases, utc_now, context.owner)
        self._over = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.indexed = 0
        self.rejected = 0

    def start(self) -> None:
        """Begin to relay, unless another process does."""
        if self._lock.take() and self._turn.take() is None:
            self._thread = threading.Thread(target=self._relay, name="relay", daemon=True)
            self._thread.start()

    @property
    def own(self) -> bool:
        """Whether this process relays, and no other."""
        return self._thread is not None

    async def drain(self, seconds: float) -> int:
        """Wait until the outbox is empty, or the index has taken nothing for so many seconds.

        Returns how many articles still wait.
        """
        self._over.set()
        outbox = self._context.async_store.outbox
        loop = asyncio.get_running_loop()
        waiting = await outbox.waiting()
        last_progress = loop.time()
        while waiting and loop.time() - last_progress < seconds:
            if self._thread is not None and not self._thread.is_alive():
                break  # nobody takes the rest any more
            await asyncio.sleep(POLL_SECONDS)
            left = await outbox.waiting()
            if left < waiting:
                last_progress = loop.time()
            waiting = left
        return waiting

    def finish(self) -> None:
        """End the relay after its batch."""
        self._stop.set()
        self._over.set()
        if self._thread:
            self._thread.join(timeout=60)

    def close(self) -> None:
        """End the relay, and let another process relay."""
        self.finish()
        self._turn.release()
        self._lock.release()

    def _relay(self) -> None:
        backend = opened(self._config, writer=True)
        crawls = CrawlRelayThread(self._config, self._context.store)
        try:
            relay = Relay(self._context.store.outbox, backend, utc_now, self._turn.take)
            relay.run(self._over, self._count)
            relay.run(self._stop, self._count, gathering=POLL_SECONDS)
            with suppress(IndexUnavailable):  # logged already, and what was not written waits
                backend.refresh()
        finally:
            crawls.close()
            backend.close()

    def _count(self, counts: Counter[str]) -> None:
        self.indexed += counts["done"]
        self.rejected += counts["rejected"]


def report(counts: Counter[str]) -> None:
    """Print what went wrong in a crawl, and what to do."""
    sentences = {
        "waiting": "{} articles wait for the index, which does not take them now: nothing is lost, "
        "`veille relay` brings them when it answers.",
        "rejected": "the index rejected {} articles: `veille doctor` shows why.",
        "broken": "{} crawls were interrupted: veille.log in the data folder says why.",
        "held": "{} entry points were not asked for, because their hosts ask to be left alone for "
        "now: crawl again later.",
        "blind": "{} entry points could not be read: `veille doctor` shows them.",
    }
    for name, sentence in sentences.items():
        if counts[name]:
            click.echo(f"veille: {sentence.format(counts[name])}", err=True)

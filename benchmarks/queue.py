"""Due sources through the queue, beside fetching nothing: what does it cost to queue, claim, hold
and release them?

    python -m benchmarks.queue [--sources 20000] [--workers 1] [--crawls 16] [--database URL]

Every source stands on a host of its own and is due at once. One scheduler queues all; then so many
workers, each with a store and an owner of its own, drain the queue by crawls that end at once. Each
crawl takes, holds and gives back its leases as a real one does. Prints, as JSON, the processor
seconds of queueing and of draining, the milliseconds of the first claim of a full queue, and how
many sources were crawled twice (0 is right). Takes about a minute of processor time.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from crawler.config import Config
from crawler.jobs import worker as worker_module
from crawler.jobs.scheduler import Schedule
from crawler.jobs.worker import Worker
from crawler.runtime import CrawlContext
from crawler.runtime.leases import LEASE_SPAN, names_of
from crawler.sources import Source

if TYPE_CHECKING:
    from crawler.spiders.source import SourceSpider


class EmptyCrawls(Worker):
    """A worker whose crawls take their leases, ask for nothing, and end."""

    def __init__(self, context: CrawlContext, crawled: Counter[str]) -> None:
        super().__init__(context)
        self._crawled = crawled

    async def _crawl(
        self, source: Source, since: datetime | None, due_only: bool
    ) -> "SourceSpider | None":
        await self._context.claim(source)
        async with self._context.holding(source):
            self._crawled[source.id] += 1
        return None


def main() -> None:
    """Queue, drain and print the figures."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--sources", type=int, default=20_000)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--crawls", type=int, default=16)
    options.add_argument("--database", default=None)
    chosen = options.parse_args()
    worker_module.POLL_SECONDS = 0.01
    with TemporaryDirectory() as folder:
        config = Config(
            data=Path(folder), workers=1, crawls=chosen.crawls, database=chosen.database
        )
        figures = asyncio.run(_figures(config, chosen.sources, chosen.workers))
    sys.stdout.write(json.dumps(figures) + "\n")


async def _figures(config: Config, count: int, workers: int) -> dict[str, float]:
    sources = [
        Source(id=f"s{number}", name="Example", home=f"https://h{number}.example/")
        for number in range(count)
    ]
    first = CrawlContext.open(config, upgrade=True)
    started = time.process_time()
    await _queue_all(first, sources)
    queued = time.process_time()
    claim_seconds = _first_claim(first, sources)
    crawled: Counter[str] = Counter()
    contexts = [first, *(CrawlContext.open(config) for _ in range(workers - 1))]
    draining = time.process_time()
    await _drain(contexts, sources, crawled)
    drained = time.process_time()
    for context in contexts:
        context.close()
    return {
        "sources": count,
        "queued_seconds": round(queued - started, 2),
        "first_claim_ms": round(1000 * claim_seconds, 2),
        "drained_seconds": round(drained - draining, 2),
        "crawled": len(crawled),
        "twice": sum(times > 1 for times in crawled.values()),
    }


async def _queue_all(context: CrawlContext, sources: list[Source]) -> None:
    schedule = Schedule(context, sources)
    await schedule.start()
    while len(context.store.queue.queued(context.now())) < len(sources):
        await asyncio.sleep(1)
    schedule.stop()


def _first_claim(context: CrawlContext, sources: list[Source]) -> float:
    """Seconds of one claim of one source, which is given back."""
    names = {source.id: names_of(source) for source in sources}
    started = time.perf_counter()
    taken = context.store.queue.claim(names, context.owner, context.now(), LEASE_SPAN)
    seconds = time.perf_counter() - started
    context.store.leases.release(
        [name for source in taken for name in names[source]], context.owner
    )
    return seconds


async def _drain(
    contexts: list[CrawlContext], sources: list[Source], crawled: Counter[str]
) -> None:
    stop = asyncio.Event()
    workers = [EmptyCrawls(context, crawled) for context in contexts]
    working = [asyncio.create_task(worker.work(sources, stop)) for worker in workers]
    while contexts[0].store.queue.queued(contexts[0].now()):
        await asyncio.sleep(1)
    stop.set()
    await asyncio.gather(*working)


if __name__ == "__main__":
    main()

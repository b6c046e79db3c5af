"""APScheduler says when a source is due, a job a source; the due table of the store is the truth that jobs follow.

A door module.
"""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from crawler.runtime import Runtime
from crawler.sources import Source

log = logging.getLogger(__name__)

DEFAULT_EVERY = timedelta(minutes=15)
MOST_JITTER = timedelta(seconds=60)
GRACE_SECONDS = 24 * 3600
"""A run that was missed (a machine asleep) is made up once within this time; APScheduler's own second loses it."""


def every(source: Source) -> timedelta:
    """The time between two crawls of a source."""
    return source.every or DEFAULT_EVERY


def jitter(source: Source) -> timedelta:
    """How much earlier or later than its time a crawl may begin, so that sources do not march in step."""
    return min(every(source) / 10, MOST_JITTER)


class Schedule:
    """Puts each source into the queue when it is due. Any number may run: a due source is queued once."""

    def __init__(self, runtime: Runtime, sources: Iterable[Source]) -> None:
        self._runtime = runtime
        self._sources = list(sources)
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": GRACE_SECONDS}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)

    async def start(self) -> None:
        """Add a job for each source, at its due time or now, and begin."""
        due = await self._runtime.stored(self._runtime.store.queue.due)
        now = self._runtime.now()
        for source in self._sources:
            seconds, wobble = every(source).total_seconds(), jitter(source).total_seconds()
            self._scheduler.add_job(
                self._fall_due,
                IntervalTrigger(seconds=seconds, jitter=wobble, timezone=UTC),
                args=[source],
                id=source.id,
                next_run_time=next_run(due.get(source.id), source, now),
            )
        self._scheduler.start()

    def stop(self) -> None:
        """Run no more jobs."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def _fall_due(self, source: Source) -> None:
        now, queue = self._runtime.now(), self._runtime.store.queue
        # One run may have been late by the jitter, this one early by it.
        if await self._runtime.stored(queue.fall_due, source.id, now, now + every(source), 2 * jitter(source)):
            log.info("%s is due", source.id)


def next_run(due_at: datetime | None, source: Source, now: datetime) -> datetime:
    """When a source runs next: at its due time; at once where that is past, or where it never ran. An interval that was
    shortened meanwhile counts from now."""
    return min(max(due_at, now), now + every(source)) if due_at else now

"""APScheduler says when a source is due, a job a source; the due table of the store is the truth
that jobs follow.

A door module.
"""

import asyncio
import logging
import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.exc import DBAPIError

from crawler.policy.pace import LONGEST, START, next_due
from crawler.process.outage import OutageLog
from crawler.runtime import CrawlContext
from crawler.sources import Source

log = logging.getLogger(__name__)

MOST_JITTER = timedelta(seconds=60)
GRACE_SECONDS = 24 * 3600
"""A run that was missed (a machine asleep) is made up once within this time; APScheduler's own
second loses it.
"""
LATE = timedelta(minutes=5)
"""A run that is made up later than this is logged."""
JUDGING_SECONDS = 600
"""How often it is asked which sources nobody has judged for an hour."""
JUDGED_TOGETHER = 20
"""Sources that are judged in one call of the store: for so long, 0.2 s, crawls wait for it."""
_JUDGING = "judging sources"
"""The job's name; with its blank it is no source's."""
SYNC_SECONDS = 1.0
"""How often jobs are moved to the due times that workers have set meanwhile."""
SYNC_SLACK = timedelta(seconds=5)
"""What is due so much before or after a look belongs to it: the clocks of two machines differ, and
a look may take a while.
"""
SYNC_ALL = timedelta(minutes=10)
"""How often all jobs are compared with their due times, and whenever the clock went back."""


def usual_interval(source: Source) -> timedelta:
    """The interval that a source's job has where nothing else is known."""
    if source.every:
        return source.every
    return LONGEST if source.cron else START


def jitter(source: Source) -> timedelta:
    """How much later than its time a crawl may begin, so that sources do not all begin at once."""
    return min(usual_interval(source) / 10, MOST_JITTER)


class Schedule:
    """Puts each source into the queue when it is due. Any number may run: a due source is queued
    once.
    """

    def __init__(self, context: CrawlContext, sources: Iterable[Source]) -> None:
        self._context = context
        self._sources = {source.id: source for source in sources}
        self._due: dict[str, datetime] = {}
        self._looked_at: datetime | None = None
        self._all_at: datetime | None = None
        self._following: asyncio.Task[None] | None = None
        self._queueing = OutageLog(log, context.now)
        self._judging = OutageLog(log, context.now)
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": GRACE_SECONDS}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)

    async def start(self) -> None:
        """Add a job for each source, at its due time or now, and begin."""
        queue = self._context.async_store.queue
        now = self._context.now()
        # A clock that went back while nothing ran left times that no pace can have set.
        latest = {source.id: next_due(source, now) for source in self._sources.values()}
        await queue.at_latest(latest)
        self._due = await queue.due()
        for source in self._sources.values():
            self._add(source)
        self._scheduler.add_job(
            self._judge,
            IntervalTrigger(seconds=JUDGING_SECONDS, timezone=UTC),
            id=_JUDGING,
            next_run_time=now,
        )
        self._scheduler.start()
        self._following = asyncio.create_task(self._follow())

    async def watch(self, sources: Iterable[Source]) -> None:
        """Schedule these sources from now on, and no others."""
        before = self._sources
        self._sources = {source.id: source for source in sources}
        for removed in before.keys() - self._sources.keys():
            self._scheduler.remove_job(removed)
        self._due = await self._context.async_store.queue.due()
        for source in self._sources.values():
            if before.get(source.id) != source:
                self._add(source)

    def stop(self) -> None:
        """Run no more jobs."""
        if self._following:
            self._following.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _add(self, source: Source) -> None:
        trigger = IntervalTrigger(
            seconds=usual_interval(source).total_seconds(),
            jitter=jitter(source).total_seconds(),
            timezone=UTC,
        )
        self._scheduler.add_job(
            self._fall_due,
            trigger,
            args=[source],
            id=source.id,
            next_run_time=next_run(self._due.get(source.id), source, self._context.now()),
            replace_existing=True,
        )

    async def _follow(self) -> None:
        """Move jobs to the due times that workers set when a crawl is over and schedulers when they
        queue one: every second those that are due about now, now and then all.
        """
        outage = OutageLog(log, self._context.now)
        while True:
            await asyncio.sleep(SYNC_SECONDS)
            now = self._context.now()
            try:
                due = await self._changed_due_times(now)
            except DBAPIError as error:
                self._all_at = None
                outage.away(
                    f"The store is away ({error.orig}): due times are asked for again.", error
                )
                continue
            outage.back("The store answers again.")
            for source_id, due_at in due.items():
                self._move(source_id, due_at)

    async def _changed_due_times(self, now: datetime) -> dict[str, datetime]:
        """The due times that jobs may have to be moved to at this look."""
        queue = self._context.async_store.queue
        before = self._looked_at
        self._looked_at = now
        since_all = now - self._all_at if self._all_at else SYNC_ALL
        if before is None or not timedelta() <= since_all < SYNC_ALL:
            self._all_at = now
            return await queue.due()
        return await queue.due_between(min(before, now) - SYNC_SLACK, now + SYNC_SLACK)

    def _move(self, source_id: str, due_at: datetime) -> None:
        """Let the job of a source run when it is due. Sources of other files have none."""
        source = self._sources.get(source_id)
        job = self._scheduler.get_job(source_id)
        if source is None or job is None:
            return
        self._due[source_id] = due_at
        first = max(due_at, self._context.now())
        if not due_at <= job.next_run_time <= first + jitter(source):
            later = jitter(source) * random.random()  # noqa: S311 - no secret, only out of step
            self._scheduler.modify_job(source_id, next_run_time=first + later)

    async def _judge(self) -> None:
        """Judge the sources that no crawl has judged within the last hour."""
        health = self._context.async_store.health
        try:
            stale = await health.stale(list(self._sources.values()), self._context.now())
            for start in range(0, len(stale), JUDGED_TOGETHER):
                batch = stale[start : start + JUDGED_TOGETHER]
                await health.judge(batch, self._context.now())
        except DBAPIError as error:
            self._judging.away(f"The store is away ({error.orig}): no source is judged.", error)
            return
        self._judging.back("Sources are judged again.")

    async def _fall_due(self, source: Source) -> None:
        now = self._context.now()
        due_at = self._due.get(source.id)
        queue = self._context.async_store.queue
        then = next_due(source, now, due_at)
        try:
            was_queued = await queue.fall_due(source.id, now, then)
            next_at = then if was_queued else await queue.due_at(source.id)
        except DBAPIError as error:
            self._queueing.away(
                f"The store is away ({error.orig}): what is due is made up for.", error
            )
            self._due.pop(source.id, None)
            self._all_at = None  # the job is moved back to its time with the next look
            return
        self._queueing.back("What is due goes into the queue again.")
        if was_queued:
            _tell_of(source, due_at, now)
        if next_at:
            self._move(source.id, next_at)


def _tell_of(source: Source, due_at: datetime | None, now: datetime) -> None:
    """Log that a source is due, as a warning where it was long ago."""
    if due_at is None or now - due_at <= LATE:
        log.info("%s is due", source.id)
        return
    log.warning(
        "%s was due at %s and is made up for now.", source.id, due_at.isoformat(timespec="seconds")
    )


def next_run(due_at: datetime | None, source: Source, now: datetime) -> datetime:
    """When a source runs next: at its due time, at once where that is past.

    One that never ran runs at once, or by cron at its first time. A pace that was made faster
    meanwhile counts from now.
    """
    if due_at is None:
        return next_due(source, now) if source.cron else now
    return min(max(due_at, now), next_due(source, now))

"""What is due, by APScheduler's jobs and the store's truth."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.jobs.scheduler import MOST_JITTER, Schedule, jitter, next_run
from crawler.runtime import CrawlContext
from crawler.sources import Source
from tests.support.clock import NOW

PATIENCE = 30.0


def _source(name: str = "one", every: timedelta | None = None) -> Source:
    return Source(id=name, name=name, home="https://example.org/", every=every)


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CrawlContext]:
    monkeypatch.chdir(tmp_path)
    opened = CrawlContext.open(Config(data=tmp_path / "data", workers=1))
    yield opened
    opened.close()


def test_jitter_is_a_tenth_and_a_minute_at_most() -> None:
    assert jitter(_source(every=timedelta(seconds=10))) == timedelta(seconds=1)
    assert jitter(_source(every=timedelta(days=1))) == MOST_JITTER


def test_a_source_that_never_ran_or_is_overdue_runs_at_once() -> None:
    assert next_run(None, _source(), NOW) == NOW
    assert next_run(NOW - timedelta(days=3), _source(), NOW) == NOW


def test_a_source_runs_at_its_due_time() -> None:
    assert next_run(NOW + timedelta(minutes=4), _source(), NOW) == NOW + timedelta(minutes=4)


def test_an_interval_that_was_shortened_counts_from_now() -> None:
    due = NOW + timedelta(hours=12)
    assert next_run(due, _source(every=timedelta(minutes=5)), NOW) == NOW + timedelta(minutes=5)


async def _queued(context: CrawlContext, wanted: set[str]) -> None:
    async with asyncio.timeout(PATIENCE):
        while set(context.store.queue.queued(context.now())) != wanted:
            await asyncio.sleep(0.01)


def test_due_sources_are_queued_again_and_again(context: CrawlContext) -> None:
    often = timedelta(seconds=0.3)

    async def main() -> None:
        schedule = Schedule(context, [_source("one", often), _source("two", often)])
        await schedule.start()
        for _ in range(3):
            await _queued(context, {"one", "two"})
            before = context.store.queue.due()
            context.store.queue.unqueue("one")
            context.store.queue.unqueue("two")
            await _queued(context, {"one", "two"})
            assert all(context.store.queue.due()[name] > at for name, at in before.items())
        schedule.stop()

    asyncio.run(main())


def test_a_restart_does_not_crawl_again_before_it_is_due(context: CrawlContext) -> None:
    hourly, due = _source("one", timedelta(hours=1)), context.now() + timedelta(minutes=30)
    context.store.queue.fall_due("one", due - timedelta(hours=1), due)
    context.store.queue.unqueue("one")

    async def main() -> None:
        schedule = Schedule(context, [hourly, _source("two", timedelta(hours=1))])
        await schedule.start()
        await _queued(context, {"two"})
        schedule.stop()

    asyncio.run(main())
    assert context.store.queue.due()["one"] == due


def test_two_schedules_queue_what_one_would(context: CrawlContext, tmp_path: Path) -> None:
    hourly = [_source("one", timedelta(hours=1)), _source("two", timedelta(hours=1))]
    second = CrawlContext.open(context.config)

    async def main() -> None:
        schedules = [Schedule(context, hourly), Schedule(second, hourly)]
        for schedule in schedules:
            await schedule.start()
        await _queued(context, {"one", "two"})
        due = context.store.queue.due()
        for name in ("one", "two"):
            context.store.queue.unqueue(name)
        for schedule in schedules:
            for source in hourly:
                await schedule._fall_due(source)
        assert context.store.queue.queued(context.now()) == []
        assert context.store.queue.due() == due
        for schedule in schedules:
            schedule.stop()

    asyncio.run(main())
    second.close()


def test_a_job_follows_the_due_time_that_a_crawl_has_set(context: CrawlContext) -> None:
    source = _source("one", timedelta(seconds=5))

    async def main() -> None:
        schedule = Schedule(context, [source])
        await schedule.start()
        await _queued(context, {"one"})
        context.store.queue.unqueue("one", context.now() + timedelta(seconds=0.5))
        await _queued(context, {"one"})
        later = context.now() + timedelta(hours=3)
        context.store.queue.unqueue("one", later)
        await schedule._fall_due(source)
        assert context.store.queue.queued(context.now()) == []
        job = schedule._scheduler.get_job("one")
        assert later <= job.next_run_time <= later + jitter(source)
        schedule.stop()

    asyncio.run(main())


def test_jobs_are_merged_made_up_for_and_named_by_their_source(context: CrawlContext) -> None:
    async def main() -> None:
        schedule = Schedule(context, [_source("one", timedelta(minutes=5))])
        await schedule.start()
        job = schedule._scheduler.get_job("one")
        assert (job.id, job.coalesce, job.max_instances) == ("one", True, 1)
        assert job.misfire_grace_time >= 3600
        assert (job.trigger.interval, job.trigger.jitter) == (timedelta(minutes=5), 30.0)
        schedule.stop()

    asyncio.run(main())

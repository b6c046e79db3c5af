"""How sources do is judged when it happens: at the end of a crawl, and each hour for those that
nobody crawls. Those who ask read what was judged.
"""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from crawler.config import Config
from crawler.health import Health
from crawler.jobs.scheduler import Schedule
from crawler.monitor.health import SourceMonitor
from crawler.runtime import CrawlContext
from crawler.sources import Source
from crawler.store import EntryPoint, SourceJudgement, Store, Visit
from crawler.store.tables import judgements
from tests.support.clock import NOW, stopped

HOUR = timedelta(hours=1)
PATIENCE = 60.0
NAMES = ("one", "two", "three")
SOURCES = [
    Source(
        id=name, name=name, home=f"https://{name}.example/", feeds=(f"https://{name}.example/f",)
    )
    for name in NAMES
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'veille.sqlite'}")
    yield opened
    opened.close()


def _visit(store: Store, source: str, at: datetime, outcome: str) -> None:
    entry = EntryPoint(f"https://{source}.example/f", "feed")
    crawled = store.ledger.start(source, at)
    store.ledger.record_visit(Visit(crawled, source, entry, at, outcome, 9, 900, 0.5))
    store.ledger.finish(crawled, at, "finished", {})


def _refused(store: Store, source: str, at: datetime = NOW) -> None:
    """Half a day of refusals."""
    for hours in range(12, 0, -1):
        _visit(store, source, at - hours * HOUR, "http 403")


def _keep(store: Store, now: datetime) -> None:
    store.judgements.keep(SourceMonitor(store, SOURCES).judged(now, NAMES))


def _states(store: Store, now: datetime, at_most: int | None = None) -> dict[str, str]:
    healths = SourceMonitor(store, SOURCES).health(now, at_most)
    return {health.source: health.state for health in healths}


def test_what_was_judged_stands_for_an_hour(store: Store) -> None:
    _visit(store, "one", NOW, "read")
    _keep(store, NOW)
    _refused(store, "one", NOW + HOUR)
    assert _states(store, NOW + timedelta(minutes=59))["one"] == "well"
    assert _states(store, NOW + HOUR)["one"] == "bad"


def test_what_is_kept_is_what_was_judged(store: Store) -> None:
    _refused(store, "one")
    _visit(store, "two", NOW, "read")
    judged = {one.health.source: one for one in SourceMonitor(store, SOURCES).judged(NOW, NAMES)}
    _keep(store, NOW)
    assert store.judgements.kept(NAMES) == judged
    assert judged["one"].health.findings[0].problem == "blocked"


def test_a_pause_holds_at_once_and_its_end_too(store: Store) -> None:
    _refused(store, "one")
    _keep(store, NOW)
    store.pauses.pause("one", NOW, None)
    assert _states(store, NOW + HOUR / 4)["one"] == "paused"
    _keep(store, NOW + HOUR / 4)
    store.pauses.resume("one", NOW + HOUR / 3)
    assert _states(store, NOW + HOUR / 2)["one"] == "bad"


def test_a_request_judges_no_more_than_it_is_let(store: Store) -> None:
    for name in NAMES:
        _refused(store, name)
    _keep(store, NOW)
    later = NOW + 30 * HOUR
    for name in NAMES:
        _visit(store, name, later, "read")
    assert sorted(_states(store, later, at_most=1).values()) == ["bad", "bad", "well"]
    assert set(_states(store, later).values()) == {"well"}


def test_a_damaged_judgement_costs_itself(store: Store) -> None:
    _refused(store, "one")
    _visit(store, "two", NOW, "read")
    _keep(store, NOW)
    with store._engine.execution_options(writes=True).begin() as connection:
        mine = judgements.c.source == "one"
        connection.execute(update(judgements).where(mine).values(health=["nonsense"]))
    assert set(store.judgements.kept(NAMES)) == {"two", "three"}
    assert _states(store, NOW)["one"] == "bad"


def test_a_later_judgement_is_not_replaced_by_an_earlier_one(store: Store) -> None:
    monitor = SourceMonitor(store, SOURCES)
    early = list(monitor.judged(NOW, ["one"]))
    _refused(store, "one", NOW + HOUR)
    store.judgements.keep(monitor.judged(NOW + HOUR, ["one"]))
    store.judgements.keep(early)
    assert store.judgements.kept(["one"])["one"].health.state == "bad"


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CrawlContext]:
    monkeypatch.chdir(tmp_path)
    opened = CrawlContext.open(Config(data=tmp_path / "data", workers=1), stopped(NOW))
    yield opened
    opened.close()


def test_the_scheduler_judges_what_nobody_crawls(context: CrawlContext) -> None:
    store = context.store
    _refused(store, "one")
    gone = Health("gone", "well", (), None, None)
    store.judgements.keep([SourceJudgement(gone, NOW)])

    async def main() -> None:
        schedule = Schedule(context, SOURCES)
        await schedule.start()
        async with asyncio.timeout(PATIENCE):
            while len(store.judgements.kept([*NAMES, "gone"])) != len(NAMES):
                await asyncio.sleep(0.01)
        schedule.stop()

    asyncio.run(main())
    kept = store.judgements.kept([*NAMES, "gone"])
    assert {name: kept[name].health.state for name in kept} == {
        "one": "bad",
        "two": "new",
        "three": "new",
    }

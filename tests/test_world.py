"""The generated world of benchmarks.world: its sites answer, its verdict sees what is wrong, and
nothing is wrong after days of a small one.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.world.days import Plan, days_of
from benchmarks.world.healthy import Feed
from benchmarks.world.network import serving
from benchmarks.world.odd_answers import Withdraws
from benchmarks.world.population import populated, sources
from benchmarks.world.site import DAY, Site, Story
from benchmarks.world.told import Told
from benchmarks.world.verdict import Faults, Naming, holdings, judge_holdings
from benchmarks.world.walls import ConsentWall

START = datetime(2026, 11, 2, tzinfo=UTC)
ROOT = Path(__file__).resolve().parent.parent
FIRST, LAST = START + timedelta(hours=6), START + timedelta(days=7, hours=22)


def test_everything_follows_from_the_seed() -> None:
    again, other = populated(5, 60, START, 3), populated(6, 60, START, 3)
    here = populated(5, 60, START, 3)
    assert sources(here) == sources(again) != sources(other)
    assert [site.stories for site in here] == [site.stories for site in again]
    assert [site.sort for site in here].count("healthy") == 40


def test_every_site_answers_for_each_of_its_stories() -> None:
    sites = populated(0, 200, START, 3)
    with serving(sites, START + timedelta(hours=20)) as network:
        for site in sites:
            assert site.listed(network.now) or site.from_start
            for story in site.listed(network.now)[:3]:
                answer, _ = network.answer(f"http://{site.host}{site.address(story)}", {})
                assert answer.status in (200, 301, 302, 429), site.id
    assert network.failures == []


def _row(story: Story, **more: Any) -> dict[str, Any]:
    row = {"url": f"http://x.example/{story.number}", "title": story.title}
    return row | {"text": "\n".join(story.text(LAST)), "gone": None} | more


def _judged(site: Site, rows: list[dict[str, Any]]) -> dict[str, int]:
    faults = Faults()
    judge_holdings(holdings(site, rows), FIRST, LAST, faults)
    return {fault: kinds.total() for fault, kinds in faults.counts.items()}


def _all(site: Site) -> list[dict[str, Any]]:
    return [_row(one, gone="x" if one.is_gone(LAST) else None) for one in site.stories]


def _verdicts() -> Iterator[tuple[str, Site, list[dict[str, Any]], dict[str, int]]]:
    site = Feed(1, 1, START, 9)
    held = _all(site)
    story = site.listed(START + 3 * DAY)[0]
    others = [row for row in held if row["title"] != story.title]
    yield "all is held", site, held, {}
    yield "one is missed", site, others, {"missed": 1}
    yield "one is doubled", site, [*held, _row(story)], {"doubled": 1}
    yield "a copy that is told is none", site, [*held, _row(story, copy_of="y")], {}
    yield "a wall", site, [*held, _row(story, text="Accept cookies?")], {"rubbish": 1}
    cut = "\n".join(story.lines[1:])
    yield "one is cut", site, [*others, _row(story, text=cut)], {"cut": 1}
    longer = _row(story, text="\n".join((*story.lines, "Read more")))
    yield "more than the text", site, [*others, longer], {"foreign": 1}
    yield "said to be gone", site, [*others, _row(story, gone="x")], {"wrongly gone": 1}
    withdrawing = Withdraws(1, 1, START, 9)
    yield "gone is told", withdrawing, _all(withdrawing), {}
    count = sum(
        one.gone_at is not None and one.gone_at < LAST - 3 * DAY for one in withdrawing.stories
    )
    alive = [_row(one) for one in withdrawing.stories]
    yield "gone is not told", withdrawing, alive, {"not gone": count}


@pytest.mark.parametrize(("rows", "site", "expected"), [
    pytest.param(rows, site, expected, id=name) for name, site, rows, expected in _verdicts()
])  # fmt: skip
def test_the_verdict_sees(rows: list[dict[str, Any]], site: Site, expected: dict[str, int]) -> None:
    assert _judged(site, rows) == expected


@pytest.mark.parametrize(
    ("site", "problem", "days", "expected"),
    [
        (ConsentWall(1, 1, START, 9), "fruitless", 1, "named"),
        (ConsentWall(1, 1, START, 9), "fruitless", 2, "late"),
        (ConsentWall(1, 1, START, 9), "silent", 1, "unnamed"),
        (ConsentWall(1, 1, START, 9), "fruitless", -1, "unnamed"),
        (Feed(1, 1, START, 9), "fruitless", 1, "accused"),
    ],
    ids=["in time", "after two days", "for something else", "before it ailed", "healthy"],
)
def test_who_is_named(site: Site, problem: str, days: int, expected: str) -> None:
    naming, faults = Naming(), Faults()
    at = site.since + timedelta(days=days) - timedelta(minutes=15)
    naming.hear({"sources": [{"id": site.id, "findings": [{"problem": problem}]}]}, at)
    assert naming.judge(site, site.since + 4 * DAY, faults) == expected


@pytest.mark.parametrize(
    ("site", "events", "wrong"),
    [
        (ConsentWall(1, 1, START, 9), "fruitless +1", {}),
        (ConsentWall(1, 1, START, 9), "", {"untold": 1}),
        (ConsentWall(1, 1, START, 9), "slow +1", {"untold": 1}),
        (ConsentWall(1, 1, START, 9), "fruitless +1 -2 +3", {"opened twice": 1}),
        (ConsentWall(1, 1, START, 9), "fruitless +-1", {"told of the well": 1}),
        (Feed(1, 1, START, 9), "", {}),
        (Feed(1, 1, START, 9), "silent +1", {"told of the well": 1}),
    ],
)
def test_what_alerts_told(site: Site, events: str, wrong: dict[str, int]) -> None:
    told, faults = Told(), Faults()
    problem, *moments = events.split() or [""]
    for moment in moments:
        state = "opened" if moment[0] == "+" else "closed"
        at = (site.since + int(moment[1:]) * DAY).isoformat()
        rows: dict[str, list[dict[str, str]]] = {"opened": [], "closed": []} | {
            state: [{"source": site.id, "problem": problem, "at": at}]
        }
        told.hear({"findings": rows})
    told.judge(site, site.since + 6 * DAY, faults)
    assert {fault: kinds.total() for fault, kinds in faults.counts.items()} == wrong


def test_an_ailment_that_has_ended_must_be_told_as_ended() -> None:
    site, faults, told = ConsentWall(1, 1, START, 20), Faults(), Told()
    site.until = site.since + 2 * DAY
    assert site.ails(site.since + DAY)
    assert not site.ails(site.until)
    at = (site.since + DAY).isoformat()
    row = {"source": site.id, "problem": "fruitless", "at": at}
    told.hear({"findings": {"opened": [row], "closed": []}})
    told.judge(site, site.since + 8 * DAY, faults)
    assert list(faults.counts) == ["never closed"]


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_three_days_of_a_small_world(tmp_path: Path) -> None:
    figures = days_of(Plan(START, 17, 24, 3), ROOT, tmp_path)
    assert figures.row()["faults"] == {}
    assert figures.summary["broken_world"] == []
    assert int(str(figures.summary["stories"])) > 100

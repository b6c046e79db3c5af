"""How often entry points are visited: by a pure decision, and over days of a simulated world on a
real store.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crawler.policy.pace import (
    ERRORS_LONGEST,
    LONGEST,
    SHORTEST,
    START,
    Pace,
    VisitResult,
    crawl_due,
    is_due,
    next_due,
    pace_after,
    rate,
)
from crawler.sources import Source, SourcesError, parse_sources
from crawler.sources.cron import CronError, parse_cron
from crawler.spiders.entry_decision import pacing
from crawler.store import DiscoveredPage, EntryPoint, PageVisit, Store, Visit
from tests.support.clock import NOW
from tests.support.newsworld import world
from tests.support.simulation import Simulation, report

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SOURCE = Source(id="one", name="One", home="https://example.org/")
PARIS = ZoneInfo("Europe/Paris")


def _watch(visits: int, new: int, items: int = 30, source: Source = SOURCE) -> Pace:
    """Visit so often, each time when it is due, and find so many new items an hour."""
    pace, at, left = pace_after(source, None, VisitResult(NOW, True, items, items)), NOW, 0.0
    for _ in range(visits):
        left += new * (pace.due_at - at) / HOUR
        at, found = pace.due_at, min(int(left), items)
        left -= found
        pace = pace_after(source, pace, VisitResult(at, True, items, found, items - found))
    return pace


def test_what_publishes_more_is_visited_more_within_the_bounds() -> None:
    quiet, hourly, busy, flood = (_watch(60, new) for new in (0, 1, 9, 2000))
    assert quiet.interval == LONGEST
    assert quiet.interval > hourly.interval > busy.interval > flood.interval == SHORTEST


def test_a_third_to_two_thirds_of_a_short_list_are_seen_again() -> None:
    pace = _watch(60, 60, items=10)
    assert 1 / 3 <= 1 - 60 * (pace.interval / HOUR) / 10 <= 2 / 3


@pytest.mark.parametrize("reason", [None, "consent", "noindex", "no-article"])
def test_pages_without_an_article_make_their_listing_no_more_urgent(
    store: Store, reason: str | None
) -> None:
    entry, pace = EntryPoint("https://example.org/feed", "feed"), Pace(NOW)
    for _ in range(40):
        at = pace.due_at
        newest = int((at - NOW) / HOUR)
        links = [
            DiscoveredPage(f"example.org/{number}", f"https://example.org/{number}")
            for number in range(newest, newest + 20)
        ]
        visit = Visit(store.ledger.start("one", at), "one", entry, at, "read", len(links))
        store.ledger.record_visit(visit, links, pace_after=pacing(SOURCE, visit))
        for link in links if reason else ():
            store.pages.record_visit(PageVisit(link.key, "skipped", at, None, reason))
        pace = store.paces.of_source("one")[entry.url]
    assert 10 * MINUTE <= pace.interval <= 30 * MINUTE


def test_one_burst_makes_the_next_visit_come_at_once() -> None:
    quiet = _watch(30, 0, items=10)
    after = pace_after(SOURCE, quiet, VisitResult(quiet.due_at, True, 10, 10, 0))
    assert after.interval <= quiet.interval / 2


def test_a_clock_that_went_back_makes_nothing_urgent() -> None:
    pace = _watch(20, new=4)
    assert pace.visited_at is not None
    back = pace_after(SOURCE, pace, VisitResult(pace.visited_at - HOUR, True, 30, 4, 26))
    assert pace.interval / 2 <= back.interval <= 2 * pace.interval


def test_a_failure_is_asked_about_ever_less_often_and_forgotten_after_a_success() -> None:
    pace, waits = _watch(10, 2), []
    usual = pace.interval
    for _ in range(12):
        failed = pace_after(SOURCE, pace, VisitResult(pace.due_at, False))
        waits.append(failed.due_at - pace.due_at)
        pace = failed
    assert waits == sorted(waits)
    assert waits[0] > usual
    assert waits[-1] == ERRORS_LONGEST
    assert pace_after(SOURCE, pace, VisitResult(pace.due_at, True, 30, 1, 29)).errors == 0


def _failing(absent: bool) -> list[timedelta]:
    """How much later than asked for a page is due that fails again and again, at an hour's fixed
    interval.
    """
    source, waits = SOURCE.model_copy(update={"every": HOUR}), list[timedelta]()
    pace, at = pace_after(source, None, VisitResult(NOW, True, 30, 30)), NOW
    for _ in range(30):
        at = max(at + HOUR, pace.due_at)
        pace = pace_after(source, pace, VisitResult(at, False, absent=absent))
        waits.append(pace.due_at - at)
    return waits


def test_a_fixed_interval_is_kept_for_a_day_where_a_page_is_not_there_yet() -> None:
    assert _failing(absent=True)[:24] == [timedelta(0)] * 24
    assert _failing(absent=True)[-1] > 3 * HOUR
    assert _failing(absent=False)[:3] == [timedelta(0), timedelta(0), 1.5 * HOUR]


def test_the_hour_of_the_day_counts_once_enough_is_known() -> None:
    pace, at = pace_after(SOURCE, None, VisitResult(NOW, True, 30, 30)), NOW
    for _ in range(6 * 24 * 4):
        at += 10 * MINUTE
        new = 1 if 8 <= at.hour < 18 else 0
        pace = pace_after(SOURCE, pace, VisitResult(at, True, 30, new, 30 - new))
    night, morning = at.replace(hour=3), at.replace(hour=9)
    usual = replace(pace.rhythm, recent_items=0.0)
    assert rate(usual, morning) > 4 * rate(usual, night)
    before_dawn = pace_after(
        SOURCE,
        pace,
        VisitResult(at.replace(hour=7, minute=30) + timedelta(days=1), True, 30, 0, 30),
    )
    assert before_dawn.interval <= HOUR


def test_a_fixed_interval_keeps_its_grid_and_skips_what_was_missed() -> None:
    source = SOURCE.model_copy(update={"every": 10 * MINUTE})
    assert next_due(source, NOW + 3 * MINUTE, NOW) == NOW + 10 * MINUTE
    assert next_due(source, NOW + 47 * MINUTE, NOW) == NOW + 50 * MINUTE


def test_entry_points_that_fall_due_soon_come_along_and_pages_wait_for_them() -> None:
    assert is_due(None, NOW)
    assert is_due(Pace(NOW + 30 * timedelta(seconds=1), START), NOW)
    assert not is_due(Pace(NOW + 2 * MINUTE, START), NOW)
    assert crawl_due(NOW + HOUR, NOW, NOW) == NOW + 10 * MINUTE
    assert crawl_due(None, None, NOW) == NOW + SHORTEST


@pytest.mark.parametrize(
    ("expression", "start", "runs"),
    [
        (
            "*/10 6-22 * * *",
            "2026-11-22T22:35",
            ["2026-11-22T22:40", "2026-11-22T22:50", "2026-11-23T06:00"],
        ),
        (
            "0 9 * * mon-fri",
            "2026-11-20T09:00",
            ["2026-11-23T09:00", "2026-11-24T09:00", "2026-11-25T09:00"],
        ),
        (
            "30 4 1,15 * fri",
            "2026-11-12T12:00",
            ["2026-11-13T04:30", "2026-11-15T04:30", "2026-11-20T04:30"],
        ),
        ("0 0 29 2 *", "2026-11-12T12:00", ["2028-02-29T00:00"]),
        ("0 12 * * 7", "2026-11-20T12:00", ["2026-11-22T12:00", "2026-11-29T12:00"]),
    ],
)
def test_cron_runs_at_the_local_time(expression: str, start: str, runs: list[str]) -> None:
    at = datetime.fromisoformat(start).replace(tzinfo=PARIS)
    for run in runs:
        at = parse_cron(expression).next_after(at, PARIS)
        assert at.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M") == run


def _runs(expression: str, start: datetime, end: datetime) -> list[str]:
    found, at = [], parse_cron(expression).next_after(start, PARIS)
    while at < end:
        found.append(f"{at:%d %H:%M}")
        at = parse_cron(expression).next_after(at, PARIS)
    return found


def test_a_time_that_comes_twice_runs_once_and_one_that_is_skipped_runs_after() -> None:
    autumn, spring = datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert _runs("30 2 * * *", autumn, autumn + timedelta(days=1)) == ["25 00:30"]
    assert _runs("30 2 * * *", spring, spring + timedelta(days=1)) == ["29 01:00"]
    hourly = _runs(
        "0 * * * *",
        datetime(2026, 10, 24, 23, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 3, 30, tzinfo=UTC),
    )
    assert hourly == ["25 00:00", "25 01:00", "25 02:00", "25 03:00"]


@pytest.mark.parametrize(
    "text", ["* * * *", "61 * * * *", "0 0 31 2 *", "0 25 * * *", "x * * * *", "5-1 * * * *"]
)
def test_what_is_no_cron_expression_is_told(text: str) -> None:
    with pytest.raises(CronError):
        parse_cron(text)


def test_the_sources_file_takes_cron_with_a_time_zone_and_names_mistakes() -> None:
    head = '[[source]]\nid = "a"\nname = "A"\nhome = "https://a.example/"\n'
    (source,) = parse_sources(head + 'cron = "*/10 6-22 * * *"\ntimezone = "Europe/Paris"\n')
    assert (source.cron, source.timezone) == ("*/10 6-22 * * *", "Europe/Paris")
    for line, told in (('cron = "often"', "five fields"), ('timezone = "Paris"', "Europe/Paris")):
        with pytest.raises(SourcesError, match=rf"sources.toml:5: .*{told}"):
            parse_sources(head + line + "\n")
    with pytest.raises(SourcesError, match="beside every"):
        parse_sources(head + 'every = "10m"\ncron = "0 * * * *"\n')


@pytest.mark.slow
def test_a_simulated_day_misses_nothing_and_asks_seldom(tmp_path: Path) -> None:
    start = datetime(2026, 11, 18, 9, tzinfo=UTC)
    end = start + timedelta(hours=24)
    sites = {site.source.id: site for site in world(1, 8, start, end - start)}
    store = Store(f"sqlite:///{tmp_path}/veille.sqlite")
    figures = report(Simulation(sites, store).run(start, end), sites, start, end)
    store.close()
    assert figures["missed"] == 0
    assert figures["median_delay_minutes"] <= 10
    assert figures["share_of_fixed"] <= 0.4


def test_every_due_run_comes_once_across_a_change_of_clocks(tmp_path: Path) -> None:
    start = datetime(2026, 10, 24, 12, tzinfo=UTC)
    end = start + timedelta(hours=36)
    sites = {site.source.id: site for site in world(3, 2, start, end - start)}
    first, second = sites.values()
    first.source = first.source.model_copy(
        update={"cron": "30 2 * * *", "timezone": "Europe/Paris"}
    )
    second.source = second.source.model_copy(
        update={"cron": "0 * * * *", "timezone": "Europe/Paris"}
    )
    store = Store(f"sqlite:///{tmp_path}/veille.sqlite")
    runs = Simulation(sites, store).run(start, end).runs
    store.close()
    daily = [at for at, name in runs if name == first.source.id]
    hourly = [
        at.replace(minute=0, second=0, microsecond=0)
        for at, name in runs
        if name == second.source.id
    ]
    assert [f"{at:%d %H}" for at in daily] == ["25 00"]
    assert hourly == [start + number * HOUR for number in range(1, len(hourly) + 1)]
    assert len(hourly) >= 35

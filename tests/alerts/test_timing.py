"""Digests at their hour through a change of clocks, and buckets that are hours and days of their
zone.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crawler.store import Alert
from search.alerts.schedule import bucket_of, last_due, next_due

ALERT = Alert(
    id="a",
    search="s",
    kind="matches",
    channel="mail",
    target="reader@example.org",
    timing="daily",
    hour="02:30",
    tz="Europe/Paris",
    language="en",
    on_change=False,
    floor=10,
    secret="",
    begins=0,
    cursor=0,
    due_at=None,
    paused_at=None,
    trouble=None,
    created_at=datetime.fromisoformat("2026-01-01T00:00:00+00:00"),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


def run(alert: Alert, start: str, times: int) -> list[str]:
    """The next due moments, in UTC."""
    moments, at = [], utc(start)
    for _ in range(times):
        due = next_due(alert, at)
        assert due is not None
        moments.append(due.isoformat()[:16])
        at = due
    return moments


def test_in_autumn_the_hour_that_comes_twice_is_told_once() -> None:
    assert run(ALERT, "2026-10-23T12:00", 4) == [
        "2026-10-24T00:30",
        "2026-10-25T00:30",
        "2026-10-26T01:30",
        "2026-10-27T01:30",
    ]


def test_in_spring_the_hour_that_is_left_out_is_told_later() -> None:
    assert run(ALERT, "2026-03-27T12:00", 3) == [
        "2026-03-28T01:30",
        "2026-03-29T01:30",
        "2026-03-30T00:30",
    ]


@pytest.mark.parametrize("hour", ["00:00", "02:00", "02:30", "03:00", "23:59"])
@pytest.mark.parametrize(
    "zone",
    ["Europe/Paris", "America/New_York", "Asia/Beirut", "Australia/Lord_Howe", "Asia/Kolkata"],
)
def test_a_daily_digest_comes_once_a_day_all_year(hour: str, zone: str) -> None:
    alert, at = replace(ALERT, hour=hour, tz=zone), utc("2026-01-01T00:00")
    days = []
    for _ in range(366):
        due = next_due(alert, at)
        assert due is not None
        assert due > at
        days.append(due.astimezone(ZoneInfo(zone)).date())
        at = due
    assert days == [days[0] + timedelta(days=number) for number in range(366)]


@pytest.mark.parametrize("zone", ["Europe/Paris", "Asia/Kolkata", "Australia/Lord_Howe"])
def test_an_hourly_digest_comes_at_full_hours(zone: str) -> None:
    alert, at = replace(ALERT, timing="hourly", tz=zone), utc("2026-10-24T20:10")
    for _ in range(12):
        due = next_due(alert, at)
        assert due is not None
        assert timedelta() < due - at <= timedelta(hours=1)
        assert due.astimezone(ZoneInfo(zone)).minute == 0
        at = due


def test_after_a_long_rest_the_last_due_moment_counts() -> None:
    alert = replace(ALERT, due_at=utc("2026-10-24T00:30"))
    assert last_due(alert, utc("2026-10-24T00:29")) is None
    assert last_due(alert, utc("2026-10-26T12:00")) == utc("2026-10-26T01:30")
    assert last_due(replace(alert, due_at=None, timing="at-once"), utc("2026-10-26T12:00")) is None


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Asia/Beirut", "2026-03-29"),
        ("Africa/Cairo", "2026-04-24"),
        ("America/Havana", "2026-03-08"),
    ],
)
def test_the_day_before_a_midnight_that_the_clocks_leave_out_is_judged(zone: str, day: str) -> None:
    alert = replace(ALERT, kind="volume", timing="day", tz=zone)
    due = next_due(alert, utc(f"{day}T00:00") - timedelta(days=2))
    buckets = []
    for _ in range(4):
        assert due is not None
        buckets.append(bucket_of(alert, due))
        due = next_due(alert, due)
    assert [end for _, end in buckets[:-1]] == [start for start, _ in buckets[1:]]
    hours = [(end - start) // timedelta(hours=1) for start, end in buckets]
    assert sorted(hours) == [23, 24, 24, 24]


def test_a_bucket_of_a_day_is_as_long_as_the_day() -> None:
    alert = replace(ALERT, kind="volume", timing="day")
    spans = []
    at = utc("2026-10-24T12:00")
    for _ in range(3):
        due = next_due(alert, at)
        assert due is not None
        start, end = bucket_of(alert, due)
        spans.append((start.isoformat()[:16], (end - start) // timedelta(hours=1)))
        at = due
    assert spans == [("2026-10-23T22:00", 24), ("2026-10-24T22:00", 25), ("2026-10-25T23:00", 24)]

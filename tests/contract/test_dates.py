"""What ranges of dates find, and how matches are spread over time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from indexer.backend import Backend
from indexer.query import (
    All,
    And,
    Bucket,
    Interval,
    Keyword,
    Maybe,
    Node,
    Not,
    Published,
    QueryError,
    Search,
    Word,
)
from tests.contract.articles import ALL
from tests.contract.cases import Case, cases, moment

UNDATED = "en-undated en-maybe"
TWINS = " ".join(f"twin-{number:02}" for number in range(12))


def published(start: str | None, end: str | None) -> Published:
    return Published(start and moment(start), end and moment(end))  # type: ignore[arg-type]


def maybe(start: str | None, end: str | None) -> Maybe:
    return Maybe(start and moment(start), end and moment(end))  # type: ignore[arg-type]


RANGES: list[Case] = [
    ("a day", published("2017-08-26", "2017-08-27"), "fr-armee en-war"),
    ("a day that is all that is known", published("2017-08-27", "2017-08-28"), "fr-evacuation"),
    (
        "that day in Tokyo",
        published("2017-08-27T00:00+09:00", "2017-08-28T00:00+09:00"),
        "fr-evacuation en-war",
    ),
    (
        "that day in Honolulu",
        published("2017-08-27T00:00-10:00", "2017-08-28T00:00-10:00"),
        "fr-evacuation",
    ),
    (
        "a day by the source's clock",
        published("2017-08-27T00:00+02:00", "2017-08-28T00:00+02:00"),
        "fr-evacuation en-war",
    ),
    ("the start is in", published("2017-08-26T10:30:00", "2017-08-26T10:30:01"), "fr-armee"),
    ("the end is out", published("2017-08-26T10:29:00", "2017-08-26T10:30:00"), ""),
    ("an empty range", published("2017-08-27", "2017-08-26"), ""),
    ("the same start and end", published("2017-08-26T10:30:00", "2017-08-26T10:30:00"), ""),
    ("the last millisecond of a day", published("2020-02-29", "2020-03-01"), "fr-html"),
    ("behind the last millisecond", published("2020-03-01", "2020-03-02"), ""),
    ("over the year's end by the offset", published("2017-01-01", "2017-01-02"), "de-strasse"),
    ("before", published(None, "1980-01-01"), "first before"),
    ("before 1970", published(None, "1970-01-01"), "before"),
    ("from", published("2021-01-01", None), f"en-nation {TWINS}"),
    (
        "dated at all",
        published(None, None),
        " ".join(found for found in ALL if found not in UNDATED.split()),
    ),
    ("not dated at all", Not(published(None, None)), UNDATED),
    ("not before", Not(published(None, "2021-01-01")), f"en-nation {TWINS} {UNDATED}"),
    (
        "a date without a time is its first moment",
        published("2014-01-01", "2014-01-01T00:00:01"),
        "und-mixed",
    ),
    ("far away", published("9000-01-01", None), ""),
    ("before the calendar", published(None, "0001-01-02"), ""),
]

BOUNDS: list[Case] = [
    ("the year that it may be in", maybe("2019-03-01", "2019-04-01"), "fr-sport"),
    (
        "touching the first bound",
        maybe("2017-01-01", "2018-01-01"),
        "fr-armee fr-evacuation en-war ar-syria ar-city de-strasse",
    ),
    ("touching the last bound", maybe("2019-12-31T23:59:59", "2020-01-01"), "fr-sport"),
    ("behind the last bound", maybe("2020-01-01", "2020-01-02"), ""),
    ("an undated article with bounds", maybe("2018-03-01", "2018-03-02"), "en-maybe"),
    ("an article without bounds, by its date", maybe("2020-02-01", "2020-03-01"), "fr-html"),
    (
        "undated without bounds",
        And((Keyword("source", "daily"), maybe(None, None))),
        "en-war en-nation",
    ),
    ("until", maybe(None, "1971-01-01"), "first before"),
    ("a part of the day", maybe("2017-08-27T20:00:00", "2017-08-27T21:00:00"), "fr-evacuation"),
]


def ids(backend: Backend, search: Search) -> set[str]:
    found = backend.search(search)
    assert found.total == len(found.hits)
    return {str(hit.article["id"]) for hit in found.hits}


@cases(RANGES)
def test_ranges(filled: Backend, tree: Node, expected: set[str]) -> None:
    assert ids(filled, Search(tree, limit=100)) == expected


@cases(BOUNDS)
def test_bounds_that_overlap(filled: Backend, tree: Node, expected: set[str]) -> None:
    assert ids(filled, Search(tree, limit=100)) == expected


SPANS = [
    case for case in RANGES if isinstance(case[1], Published) and (case[1].start or case[1].end)
]


@pytest.mark.parametrize("case", SPANS, ids=lambda case: case[0])
def test_a_search_from_to_finds_what_the_query_finds(filled: Backend, case: Case) -> None:
    _, tree, expected = case
    assert isinstance(tree, Published)
    assert ids(filled, Search(start=tree.start, end=tree.end, limit=100)) == set(expected.split())


SUMMER = Search(start=moment("2017-08-01"), end=moment("2017-10-01"))

TIMELINES: list[tuple[str, Search, Interval, str, list[tuple[str, int, int]], int]] = [
    (
        "years",
        Search(Keyword("place", "SY")),
        "year",
        "UTC",
        [("2017-01-01", 5, 0)],
        0,
    ),
    (
        "years with a gap",
        Search(Keyword("language", "fr")),
        "year",
        "UTC",
        [("2017-01-01", 2, 0), ("2018-01-01", 0, 0), ("2019-01-01", 1, 0)],
        0,
    ),
    ("months", SUMMER, "month", "UTC", [("2017-08-01", 3, 0), ("2017-09-01", 2, 0)], 0),
    (
        "months further east",
        SUMMER,
        "month",
        "Asia/Beirut",
        [("2017-08-01", 3, 0), ("2017-09-01", 2, 0)],
        0,
    ),
    (
        "days",
        Search(start=moment("2017-08-01"), end=moment("2017-09-01")),
        "day",
        "UTC",
        [("2017-08-26", 2, 0), ("2017-08-27", 1, 0)],
        0,
    ),
    (
        "days further east",
        Search(start=moment("2017-08-01"), end=moment("2017-09-01")),
        "day",
        "Europe/Paris",
        [("2017-08-26", 1, 0), ("2017-08-27", 2, 0)],
        0,
    ),
    (
        "days at half an hour",
        Search(start=moment("2017-08-01"), end=moment("2017-09-01")),
        "day",
        "Asia/Kolkata",
        [("2017-08-26", 1, 0), ("2017-08-27", 2, 0)],
        0,
    ),
    (
        "weeks begin on Monday",
        SUMMER,
        "week",
        "UTC",
        [
            ("2017-08-21", 3, 0),
            ("2017-08-28", 1, 0),
            ("2017-09-04", 0, 0),
            ("2017-09-11", 0, 0),
            ("2017-09-18", 0, 0),
            ("2017-09-25", 1, 0),
        ],
        0,
    ),
    (
        "hours",
        Search(Keyword("place", "SY"), end=moment("2017-08-27")),
        "hour",
        "UTC",
        [
            ("2017-08-26T10:00:00+00:00", 1, 0),
            *((f"2017-08-26T{hour}:00:00+00:00", 0, 0) for hour in range(11, 23)),
            ("2017-08-26T23:00:00+00:00", 1, 0),
        ],
        0,
    ),
    (
        "hours in another zone",
        Search(Keyword("place", "US")),
        "hour",
        "America/New_York",
        [("2017-08-26T19:00:00-04:00", 1, 0)],
        0,
    ),
    (
        "a date that is coarser than its step",
        Search(Keyword("source", "autre")),
        "hour",
        "UTC",
        [("2017-08-27T00:00:00+00:00", 1, 1)],
        0,
    ),
    (
        "a year is coarser than a month",
        Search(Word("stade")),
        "month",
        "UTC",
        [("2019-07-01", 1, 1)],
        0,
    ),
    (
        "a year is as fine as a year",
        Search(Word("stade")),
        "year",
        "UTC",
        [("2019-01-01", 1, 0)],
        0,
    ),
    (
        "a month is coarser than a week",
        Search(Word("naciones")),
        "week",
        "UTC",
        [("2015-12-28", 1, 1)],
        0,
    ),
    (
        "before the first second",
        Search(end=moment("1970-01-01")),
        "month",
        "UTC",
        [("1926-05-01", 1, 0)],
        0,
    ),
    (
        "the first second further west",
        Search(Word("epoch", "title"), end=moment("1970-01-02"), start=moment("1970-01-01")),
        "year",
        "America/New_York",
        [("1969-01-01", 1, 0)],
        0,
    ),
    (
        "undated",
        Search(Keyword("source", "daily")),
        "year",
        "UTC",
        [
            ("2017-01-01", 1, 0),
            ("2018-01-01", 0, 0),
            ("2019-01-01", 0, 0),
            ("2020-01-01", 0, 0),
            ("2021-01-01", 1, 0),
        ],
        1,
    ),
    ("only undated", Search(Word("wells")), "month", "UTC", [], 2),
    ("nothing", Search(Word("zzzz")), "month", "UTC", [], 0),
    (
        "the hour that summer time leaves out",
        Search(Word("hospitals")),
        "hour",
        "Europe/Paris",
        [("2021-03-28T03:00:00+02:00", 1, 0)],
        0,
    ),
    (
        "a day whose midnight is left out",
        Search(Word("hospitals")),
        "day",
        "Asia/Beirut",
        [("2021-03-28", 1, 0)],
        0,
    ),
]


@pytest.mark.parametrize("case", [pytest.param(rest, id=name) for name, *rest in TIMELINES])
def test_timelines(
    filled: Backend, case: tuple[Search, Interval, str, list[tuple[str, int, int]], int]
) -> None:
    search, interval, tz, buckets, undated = case
    found = filled.timeline(search, interval, tz)
    assert found.buckets == [Bucket(*bucket) for bucket in buckets]
    assert (found.undated, found.interval, found.tz) == (undated, interval, tz)


@pytest.mark.parametrize(
    "tz", ["UTC", "Asia/Beirut", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia"]
)
@pytest.mark.parametrize("interval", ["auto", "week", "month", "year"])
def test_counts_and_undated_add_up_to_the_total(
    filled: Backend, interval: Interval, tz: str
) -> None:
    found = filled.timeline(Search(All()), interval, tz)
    assert sum(bucket.count for bucket in found.buckets) + found.undated == len(ALL)
    assert [bucket.date for bucket in found.buckets] == sorted(
        {bucket.date for bucket in found.buckets}
    )


@pytest.mark.parametrize(
    ("start", "end", "interval"),
    [
        ("2017-08-26", "2017-08-27", "hour"),
        ("2017-08-26", "2017-10-01", "day"),
        ("2014-01-01", "2016-12-31", "week"),
        ("2014-01-01", "2022-12-31", "month"),
        (None, None, "year"),
    ],
)
def test_auto_takes_the_finest_step_that_fits(
    filled: Backend, start: str | None, end: str | None, interval: Interval
) -> None:
    search = Search(start=start and moment(start), end=end and moment(end))  # type: ignore[arg-type]
    assert filled.timeline(search).interval == interval


ZONES = ["UTC", "Europe/Paris", "America/New_York", "Asia/Beirut", "Pacific/Auckland"]


@pytest.mark.parametrize("tz", ZONES)
@pytest.mark.parametrize("days", [1, 31])
def test_a_step_of_a_timeline_holds_what_a_search_for_its_time_finds(
    filled: Backend, days: int, tz: str
) -> None:
    recent = Search(start=moment("2014-01-01"))
    found = filled.timeline(recent, "day" if days == 1 else "month", tz)
    for bucket in [bucket for bucket in found.buckets if bucket.count]:
        begin = datetime.fromisoformat(bucket.date).replace(tzinfo=ZoneInfo(tz))
        after = begin + timedelta(days=days)
        end = after if days == 1 else after.replace(day=1)
        assert filled.search(Search(start=begin, end=end, limit=0)).total == bucket.count


@pytest.mark.parametrize("tz", ZONES)
def test_a_day_is_that_day_in_every_zone(filled: Backend, tz: str) -> None:
    zone = ZoneInfo(tz)
    of_a_day = Keyword("source", "autre")
    begin = datetime(2017, 8, 27, tzinfo=zone)
    day = Published(begin, begin + timedelta(days=1))
    assert ids(filled, Search(And((of_a_day, day)))) == {"fr-evacuation"}
    line = filled.timeline(Search(of_a_day), "day", tz)
    assert line.buckets == [Bucket("2017-08-27", 1, 0)]


@pytest.mark.parametrize(
    ("interval", "tz"),
    [("hour", "UTC"), ("day", "Nowhere/City"), ("day", "../etc/passwd"), ("decade", "UTC")],
)
def test_timelines_that_cannot_be_drawn(filled: Backend, interval: Interval, tz: str) -> None:
    with pytest.raises(QueryError):
        filled.timeline(Search(), interval, tz)

"""parse_date against a table of dates as sites print them, and against any text at all."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract.dates import DateClaim, parse_date
from tests.support import clock

CAPTURED = clock.moment(22, 8, 30)  # a Sunday
TABLE = Path(__file__).parent / "data" / "dates.tsv"
WIDTHS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}
MICROSECOND = timedelta(microseconds=1)


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def moment(text: str) -> datetime:
    value = datetime.fromisoformat(text)
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def bounds(value: datetime, precision: str, kind: str) -> tuple[datetime, datetime]:
    """What the table expects: the calendar's unit, or a stretch around the value."""
    midnight = value.replace(hour=0, minute=0, second=0, microsecond=0)
    if kind.startswith("±"):
        days = timedelta(days=int(kind[1:]))
        return value - days, min(CAPTURED, value + days)
    if kind == "sighted":  # months that begin by sighting of the moon: a day more or less
        day = timedelta(days=1)
        return midnight - day, midnight + 2 * day - MICROSECOND
    if precision == "year" and kind != "calendar":
        return value.replace(year=value.year - 1), min(CAPTURED, value.replace(year=value.year + 1))
    if precision == "year":
        return midnight.replace(month=1, day=1), midnight.replace(
            year=value.year + 1, month=1, day=1
        ) - MICROSECOND
    if precision == "month":
        following = (midnight.replace(day=28) + timedelta(days=4)).replace(day=1)
        return midnight.replace(day=1), following - MICROSECOND
    cut = {"second": 19, "minute": 16, "hour": 13, "day": 10}[precision]
    first = datetime.fromisoformat(value.isoformat()[:cut]).replace(tzinfo=value.tzinfo)
    return first, first + WIDTHS[precision] - MICROSECOND


def test_table_is_large_enough_in_every_language() -> None:
    table = rows()
    assert len(table) >= 300
    for language in ("fr", "en", "ar", "es", "de"):
        assert sum(row["language"] == language for row in table) >= 30


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['language']}: {row['text']}")
def test_date_of_text(row: dict[str, str]) -> None:
    claim = parse_date(row["text"], None if row["language"] == "-" else row["language"], CAPTURED)
    if row["value"] == "none":
        assert claim is None
        return
    assert claim is not None
    expected = moment(row["value"])
    assert claim.value == expected
    assert claim.value.utcoffset() == expected.utcoffset()
    assert claim.precision == row["precision"]
    assert (claim.earliest, claim.latest) == bounds(expected, row["precision"], row["bounds"])


TEXTS = st.one_of(
    st.text(max_size=400),
    st.lists(
        st.sampled_from(
            [
                "il",
                "y",
                "a",
                "depuis",
                "منذ",
                "قبل",
                "hace",
                "vor",
                "ago",
                "3",
                "7",
                "12",
                "31",
                "2024",
                "99",
                "0",
                "mars",
                "may",
                "آب",
                "ساعتين",
                "jours",
                "hours",
                "années",
                "yesterday",
                "hier",
                "lundi",
                "dernier",
                "last",
                ",",
                ".",
                ":",
                "/",
                "-",
                "14h30",
                "10:30",
                "pm",
                "م",
                "+02:00",
                "GMT",
                "Z",
                "T",
                "2024-03-09",
                "03/09/2024",
                "1er",
                "©",
                "(",
                ")",
                "الماضي",
            ]
        ),
        max_size=14,
    ).map(" ".join),
)
LANGUAGES = st.sampled_from([None, "fr", "en", "en-US", "ar", "es", "de", "ja", "pt", "", "x" * 50])
CAPTURES = st.datetimes(timezones=st.timezones())
MODERN = st.dates(date(1995, 1, 1), date(2100, 1, 1)).map(
    lambda day: datetime(day.year, day.month, day.day, tzinfo=UTC)
)


@settings(max_examples=400, deadline=None)
@given(TEXTS, LANGUAGES, CAPTURES)
def test_any_text_is_none_or_a_sound_claim(
    text: str, language: str | None, captured: datetime
) -> None:
    claim = parse_date(text, language, captured)
    assert claim == parse_date(text, language, captured)
    if claim is None:
        return
    assert claim.value.tzinfo is not None
    assert claim.earliest <= claim.value <= claim.latest
    assert claim.value <= captured
    assert claim.latest <= captured + timedelta(days=366)
    assert claim.origin == "text"


@settings(max_examples=150, deadline=None)
@given(MODERN, st.integers(1, 60), st.sampled_from(["hours", "days", "months", "years"]))
def test_more_is_earlier(captured: datetime, count: int, unit: str) -> None:
    later, earlier = (parse_date(f"{n} {unit} ago", "en", captured) for n in (count, count + 1))
    assert later is not None
    assert earlier is not None
    assert earlier.value < later.value


@settings(max_examples=150, deadline=None)
@given(st.dates(date(1995, 1, 1), date(2026, 11, 21)))
def test_dates_written_in_any_way_come_back(day: date) -> None:
    for form in (
        "%Y-%m-%d",
        "%d/%m/%Y",
        "%d.%m.%Y",
        "%Y/%m/%d",
        "%Y%m%d",
        "%d %B %Y",
        "%B %d, %Y",
        "%a, %d %b %Y",
    ):
        claim = parse_date(day.strftime(form), "en", CAPTURED)
        assert claim is not None, form
        assert claim.value.date() == day, form


def test_source_zone_is_read_into_times_that_name_none() -> None:
    paris = ZoneInfo("Europe/Paris")
    summer = parse_date("3 juillet 2024 à 14h30", "fr", CAPTURED, zone=paris)
    named = parse_date("3 juillet 2024 à 14h30 UTC", "fr", CAPTURED, zone=paris)
    assert summer is not None
    assert named is not None
    assert summer.value.isoformat() == "2024-07-03T14:30:00+02:00"
    assert named.value.isoformat() == "2024-07-03T14:30:00+00:00"


def test_yesterday_is_the_source_zones() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # already the 22nd in Beirut
    claim = parse_date("أمس", "ar", late, zone=ZoneInfo("Asia/Beirut"))
    assert claim is not None
    assert claim.value.isoformat() == "2026-11-21T00:00:00+02:00"


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Publié le 3 mars 2024", "published"),
        ("Mis à jour le 3 mars 2024", "modified"),
        ("3 mars 2024", None),
        ("Updated 5 mins ago", "modified"),
        ("Posted 5 mins ago", "published"),
        ("آخر تحديث: 3 مارس 2024", "modified"),
        ("تاريخ النشر: 3 مارس 2024", "published"),
        ("Zuletzt aktualisiert am 3.3.2024", "modified"),
        ("Publicado el 3 de marzo de 2024", "published"),
    ],
)
def test_words_beside_a_date_tell_its_role(text: str, role: str | None) -> None:
    claim = parse_date(text, None, CAPTURED)
    assert claim is not None
    assert claim.role == role


def test_long_text_is_cut() -> None:
    assert parse_date("x " * 200 + "3 mars 2024", "fr", CAPTURED) is None


def test_naive_capture_is_utc() -> None:
    naive: DateClaim | None = parse_date("3 days ago", "en", CAPTURED.replace(tzinfo=None))
    assert naive == parse_date("3 days ago", "en", CAPTURED)

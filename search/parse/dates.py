"""Dates as people write them in queries and parameters: a date is a whole period, and ranges join
two.
"""

import calendar
import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from search.parse.named_dates import iso_date

Span = tuple[datetime, datetime]
"""A period, half-open: [start, end), aware."""

FIRST_YEAR = 1000
LAST_YEAR = 9000
"""Python's dates end with the year 9999: a period and what is counted from it must stay below."""
_MONTHS = 12
LONGEST = 40
"""Characters of a date that are read, and that a mistake quotes."""

_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))
"""Marks of direction, which stand beside numbers in Arabic and Hebrew and are not seen."""
_DATE = re.compile(
    r"(?P<year>[0-9]{4})(?:[-/.؍](?P<month>[0-9]{1,2})(?:[-/.؍](?P<day>[0-9]{1,2})"
    r"(?:[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]{1,9})?)?"
    r"(?P<zone>Z|[-+ ][0-9]{2}:?[0-9]{2})?)?)?)?"
)
_YEAR_LAST = re.compile(
    r"(?:(?P<first>[0-9]{1,2})(?P<mark>[-/.؍]))?(?P<second>[0-9]{1,2})(?(mark)(?P=mark)|[-/.؍])"
    r"(?P<year>[0-9]{4})"
)
"""14/03/2026, 14.03.2026, 14-03-2026, 03/2026."""
_LAST = re.compile(r"([0-9]{1,4})(h|d|w|mo|y)")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


class AmbiguousDate(ValueError):
    """A date whose day and month could be either; `readings` are both, in ISO form, the day first
    in the first.
    """

    def __init__(self, readings: tuple[str, str]) -> None:
        super().__init__(f"it may be {readings[0]} or {readings[1]}")
        self.readings = readings


def period(text: str, tz: tzinfo, *, day_first: bool = False) -> Span:
    """The whole year, month, day, minute or second of `text`, in `tz` unless it has an offset; else
    ValueError.

    A date that ends with its year may begin with the day or with the month. Where both could be,
    it begins with the day if `day_first`; else `AmbiguousDate`. A month may stand by its name.
    """
    typed = plain(text)
    match = _DATE.fullmatch(iso_date(typed) or _year_first(typed, day_first))
    if not match:
        raise ValueError(f"{text[:LONGEST]!r} is no date")
    year = int(match["year"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"the year {year} is out of range")
    zone = _offset(match["zone"]) if match["zone"] else tz
    month = int(match["month"] or 1)
    day = int(match["day"] or 1)
    hour = int(match["hour"] or 0)
    minute = int(match["minute"] or 0)
    second = int(match["second"] or 0)
    start = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    return start, _end(start, match)


def span(
    text: str, tz: tzinfo, *, day_first: bool = False
) -> tuple[datetime | None, datetime | None]:
    """A period, or a range of two with `..`, open where one side is empty; ValueError for anything
    else.
    """
    first, dots, last = text.partition("..")
    if not dots:
        return period(text, tz, day_first=day_first)
    start = None
    end = None
    if first.strip():
        start = period(first, tz, day_first=day_first)[0]
    if last.strip():
        end = period(last, tz, day_first=day_first)[1]
    if start is None and end is None:
        raise ValueError("a range needs a date")
    if start and end and start >= end:
        raise ValueError("the range ends before it begins")
    return start, end


def since(text: str, now: datetime) -> datetime:
    """The moment `text` before `now`: `7d`, `24h`, `2w`, `3mo`, `1y`; else ValueError."""
    match = _LAST.fullmatch(plain(text).lower())
    if not match or not int(match[1]):
        raise ValueError(f"{text[:LONGEST]!r} is no span of time")
    count = int(match[1])
    unit = match[2]
    if unit == "mo":
        return _months_before(now, count)
    if unit == "y":
        return _months_before(now, 12 * count)
    return now - count * _UNITS[unit]


def plain(text: str) -> str:
    """A short text with the digits 0 to 9 for those of any script, without marks that are not
    seen.
    """
    cut = text.translate(_MARKS).strip()[:LONGEST]
    return "".join(str(unicodedata.decimal(char, char)) for char in cut)


def _year_first(text: str, day_first: bool) -> str:
    """A date that ends with its year, in ISO form; any other text as it is."""
    match = _YEAR_LAST.fullmatch(text)
    if match is None:
        return text
    second = int(match["second"])
    if not match["first"]:
        return f"{match['year']}-{second:02}"
    first = int(match["first"])
    day_then_month = f"{match['year']}-{second:02}-{first:02}"
    month_then_day = f"{match['year']}-{first:02}-{second:02}"
    if first > _MONTHS or first == second:
        return day_then_month
    if second > _MONTHS:
        return month_then_day
    if day_first:
        return day_then_month
    raise AmbiguousDate((day_then_month, month_then_day))


def _end(start: datetime, match: re.Match[str]) -> datetime:
    if match["second"]:
        return start + timedelta(seconds=1)
    if match["minute"]:
        return start + timedelta(minutes=1)
    if match["day"]:
        return start + timedelta(days=1)
    if match["month"]:
        return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
    return start.replace(year=start.year + 1)


def _offset(zone: str) -> tzinfo:
    if zone == "Z":
        return UTC
    hours = int(zone[1:3])
    minutes = int(zone[-2:])
    if hours > 14 or minutes > 59:
        raise ValueError(f"{zone!r} is no offset from UTC")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if zone[0] == "-" else offset)


def _months_before(now: datetime, months: int) -> datetime:
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    if year < FIRST_YEAR:
        raise ValueError("that is too long ago")
    last_day = calendar.monthrange(year, month + 1)[1]
    return now.replace(year=year, month=month + 1, day=min(now.day, last_day))

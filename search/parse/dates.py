"""Dates as people write them in queries and parameters: a date is a whole period, and ranges join
two.
"""

import calendar
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

Span = tuple[datetime, datetime]
"""A period, half-open: [start, end), aware."""

FIRST_YEAR = 1000
LAST_YEAR = 9000
"""Python's dates end with the year 9999: a period and what is counted from it must stay below."""
LONGEST = 40
"""Characters of a date that are read, and that a mistake quotes."""

WESTERN_DIGITS = {ord(digit): str(n % 10) for n, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}
"""From the digits of Arabic and Persian to those of the West."""
_DATE = re.compile(
    r"(?P<year>[0-9]{4})(?:[-/](?P<month>[0-9]{1,2})(?:[-/](?P<day>[0-9]{1,2})"
    r"(?:[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]{1,9})?)?"
    r"(?P<zone>Z|[-+ ][0-9]{2}:?[0-9]{2})?)?)?)?"
)
_LAST = re.compile(r"([0-9]{1,4})(h|d|w|mo|y)")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def period(text: str, tz: tzinfo) -> Span:
    """The whole year, month, day, minute or second of `text`, in `tz` unless it has an offset; else
    ValueError.
    """
    match = _DATE.fullmatch(text.strip()[:LONGEST].translate(WESTERN_DIGITS))
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


def span(text: str, tz: tzinfo) -> tuple[datetime | None, datetime | None]:
    """A period, or a range of two with `..`, open where one side is empty; ValueError for anything
    else.
    """
    first, dots, last = text.partition("..")
    if not dots:
        return period(text, tz)
    start = None
    end = None
    if first.strip():
        start = period(first, tz)[0]
    if last.strip():
        end = period(last, tz)[1]
    if start is None and end is None:
        raise ValueError("a range needs a date")
    if start and end and start >= end:
        raise ValueError("the range ends before it begins")
    return start, end


def since(text: str, now: datetime) -> datetime:
    """The moment `text` before `now`: `7d`, `24h`, `2w`, `3mo`, `1y`; else ValueError."""
    match = _LAST.fullmatch(text.strip().translate(WESTERN_DIGITS).lower())
    if not match or not int(match[1]):
        raise ValueError(f"{text[:LONGEST]!r} is no span of time")
    count = int(match[1])
    unit = match[2]
    if unit == "mo":
        return _months_before(now, count)
    if unit == "y":
        return _months_before(now, 12 * count)
    return now - count * _UNITS[unit]


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

"""Cron expressions in a time zone: when something runs next, in UTC, also across a change of
clocks. Pure.

Five fields (minute, hour, day of month, month, day of week) as crontab(5) has them: `*`, lists,
ranges, steps, names of months and days; Sunday is 0 or 7; where both days are restricted, either
counts. Across a change of clocks it does what Vixie cron does: a time that is skipped runs right
after, a time that comes twice runs once, and a job of every hour follows the real time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day of month", 1, 31),
    ("month", 1, 12),
    ("day of week", 0, 7),
)
_MOST_DAYS = 366 * 8 + 2
"""A 29th of February comes within eight years, always."""


class CronError(ValueError):
    """The expression can't be read; the message says which part and what it takes."""


@dataclass(frozen=True, slots=True)
class Cron:
    """A parsed expression."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first run after an aware moment, in UTC; raises `CronError` where there is none
        within eight years.
        """
        day = moment.astimezone(zone).date() - timedelta(days=1)
        for _ in range(_MOST_DAYS):
            if self._on(day):
                later = [run for run in self._runs(day, zone) if run > moment]
                if later:
                    return min(later)
            day += timedelta(days=1)
        raise CronError("never comes")

    def _on(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        by_date, by_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return by_date or by_week if self.either_day else by_date and by_week

    def _runs(self, day: date, zone: ZoneInfo) -> Iterator[datetime]:
        for hour in sorted(self.hours):
            for minute in sorted(self.minutes):
                local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
                first = local.astimezone(UTC)
                skipped = first.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None)
                if not skipped:
                    yield first
                elif not self._hourly:
                    yield _after_the_gap(local)
                second = local.replace(fold=1).astimezone(UTC)
                if self._hourly and not skipped and second != first:
                    yield second

    @property
    def _hourly(self) -> bool:
        return len(self.hours) == 24


def _after_the_gap(local: datetime) -> datetime:
    """The moment at which the clock jumped over a local time that does not exist."""
    before, after = local.replace(fold=1).astimezone(UTC), local.replace(fold=0).astimezone(UTC)
    zone = local.tzinfo
    low, high = min(before, after), max(before, after)
    offset = low.astimezone(zone).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = (low + (high - low) / 2).replace(second=0, microsecond=0)
        if middle <= low:
            break
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high


@lru_cache(maxsize=1024)
def parse_cron(text: str) -> Cron:
    """Read an expression; raises `CronError`."""
    parts = text.lower().split()
    if len(parts) != 5:
        raise CronError("has five fields: minute, hour, day of month, month, day of week")
    sets = [_field(part, *bounds) for part, bounds in zip(parts, _FIELDS, strict=True)]
    weekdays = frozenset(day % 7 for day in sets[4])
    either = not parts[2].startswith("*") and not parts[4].startswith("*")
    cron = Cron(sets[0], sets[1], sets[2], sets[3], weekdays, either)
    cron.next_after(datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))
    return cron


def _field(text: str, name: str, least: int, most: int) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"(\*|\w{1,3}(?:-\w{1,3})?)(?:/(\d{1,2}))?", part)
        if not match:
            raise CronError(f"has the {name} {part!r}, which is none")
        step = int(match[2]) if match[2] else 1
        first, _, last = match[1].partition("-")
        start, end = (
            (least, most) if first == "*" else (_number(first, name), _number(last or first, name))
        )
        if match[2] and first != "*" and not last:
            end = most
        if not (least <= start <= end <= most) or step == 0:
            raise CronError(f"has the {name} {part!r}, which is not within {least}-{most}")
        found |= set(range(start, end + 1, step))
    return frozenset(found)


def _number(text: str, name: str) -> int:
    names = {
        "month": dict(zip(_MONTHS, range(1, 13), strict=True)),
        "day of week": {d: n for n, d in enumerate(_DAYS)},
    }
    if text in names.get(name, {}):
        return names[name][text]
    if not text.isascii() or not text.isdigit():
        raise CronError(f"has the {name} {text!r}, which is none")
    return int(text)

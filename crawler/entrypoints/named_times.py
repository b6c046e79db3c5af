"""The time that the address of a sitemap names: sitemap-2026-11.xml, 202611, 2026/11/30, nov-2026,
news-2026-w48. Pure.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote, urlsplit

from crawler.extract.dates import month_named

FIRST_YEAR = 1990
"""No site is older."""
TOLD_SHARE = 0.9
"""Of the addresses of one form, so many must name a time: else their numbers are numbers."""
_LONGEST = 500
"""Characters of an address that are looked at: from its end, where its name stands."""
_NUMBER = re.compile(r"\d+")
_YEAR = r"(?<!\d)((?:19|20)\d\d)"
_WEEK = re.compile(_YEAR + r"[-_./]?(?:w|week|kw)[-_./]?(\d\d?)(?!\d)")
_MONTH = re.compile(_YEAR + r"([-_./]?)(0[1-9]|1[0-2])(?:\2?(\d\d))?(?!\d)")
_SHORT_MONTH = re.compile(_YEAR + r"[-_./]([1-9])(?!\d)")
_MONTH_FIRST = re.compile(r"(?<!\d)(?:(\d\d?)[-_./])?(0?[1-9]|1[0-2])[-_./]((?:19|20)\d\d)(?!\d)")
_NAMED = re.compile(_YEAR + r"[-_./ ]?([^\W\d_]{3,12})(?![^\W\d_])")
_NAMED_FIRST = re.compile(r"(?<![^\W\d_])([^\W\d_]{3,12})[-_./ ]?((?:19|20)\d\d)(?!\d)")
_ONLY_YEAR = re.compile(_YEAR + r"(?!\d)")


@dataclass(frozen=True, slots=True)
class NamedTime:
    """The time that a name stands for: from `start` up to `end`, which is outside (UTC).

    The end is that of the month also where a day is named: the number behind a month may count its
    parts.
    """

    start: datetime
    end: datetime


def named_times(
    urls: Sequence[str], now: datetime, language: str | None = None
) -> dict[str, NamedTime]:
    """The times that addresses name, by address; those without are left out.

    Addresses of one form are read alike: of three thousand numbered parts, those from 1990 to 2026
    are no years. `language` (ISO 639-1) has names of months beside those that all languages share.
    """
    forms: dict[str, list[str]] = {}
    for url in urls:
        forms.setdefault(_NUMBER.sub("#", url), []).append(url)
    times: dict[str, NamedTime] = {}
    for alike in forms.values():
        read = {url: _named_time(url, now, language) for url in alike}
        told = {url: time for url, time in read.items() if time}
        if len(told) >= TOLD_SHARE * len(read):
            times |= told
    return times


def _named_time(url: str, now: datetime, language: str | None) -> NamedTime | None:
    parts = urlsplit(url)
    name = unquote(f"{parts.path}?{parts.query}")[-_LONGEST:].casefold()
    for read in (_week, _month, _short_month, _month_first):
        if time := read(name, now):
            return time
    return _named_month(name, now, language) or _year(name, now)


def _week(name: str, now: datetime) -> NamedTime | None:
    """A week of ISO 8601."""
    for match in _WEEK.finditer(name):
        if not _is_plausible(int(match[1]), now):
            continue
        try:
            monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        except ValueError:
            continue
        return NamedTime(_midnight(monday), _midnight(monday + timedelta(days=7)))
    return None


def _month(name: str, now: datetime) -> NamedTime | None:
    matches = ((match[1], match[3], match[4]) for match in _MONTH.finditer(name))
    return _first(matches, now)


def _short_month(name: str, now: datetime) -> NamedTime | None:
    matches = ((match[1], match[2], None) for match in _SHORT_MONTH.finditer(name))
    return _first(matches, now)


def _month_first(name: str, now: datetime) -> NamedTime | None:
    matches = ((match[3], match[2], match[1]) for match in _MONTH_FIRST.finditer(name))
    return _first(matches, now)


def _first(matches: Iterator[tuple[str, str, str | None]], now: datetime) -> NamedTime | None:
    """The first of these years, months and days that there can be."""
    for year, month, day in matches:
        if time := _time(int(year), int(month), int(day or 1), now):
            return time
    return None


def _named_month(name: str, now: datetime, language: str | None) -> NamedTime | None:
    found = [(match[1], match[2]) for match in _NAMED.finditer(name)]
    found += [(match[2], match[1]) for match in _NAMED_FIRST.finditer(name)]
    for year, word in found:
        month = month_named(word, language)
        if month and (time := _time(int(year), month, 1, now)):
            return time
    return None


def _year(name: str, now: datetime) -> NamedTime | None:
    for match in _ONLY_YEAR.finditer(name):
        year = int(match[1])
        if _is_plausible(year, now):
            return NamedTime(datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC))
    return None


def _time(year: int, month: int, day: int, now: datetime) -> NamedTime | None:
    if not _is_plausible(year, now):
        return None
    first = datetime(year, month, 1, tzinfo=UTC)
    end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    start = first + timedelta(days=day - 1) if 1 <= day <= (end - first).days else first
    return NamedTime(start, end)


def _is_plausible(year: int, now: datetime) -> bool:
    return FIRST_YEAR <= year <= now.year + 1


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)

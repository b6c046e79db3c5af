"""Days printed in numbers alone: 2024-03-09, 03/09/2024, 3.9.24, 20240309, 2024年3月9日."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from crawler.article import Precision
from crawler.extract.dates.calendars import (
    BUDDHIST_ERA,
    FIRST_ONLINE,
    SOLAR_HIJRI,
    Calendar,
    published_on,
    settled,
)
from crawler.extract.dates.claim import FIRST_YEAR, GREGORIAN
from crawler.extract.dates.lexicon import Lexicon
from crawler.extract.dates.tokens import ERAS, DateToken, is_mark, is_word, phrase

_DIGITS = re.compile(r"\d+")
_NOTE = re.compile(r"\([^()]*\)")  # the other calendar's year, in parentheses
BUDDHIST_YEARS = range(2400, 2700)


@dataclass(frozen=True, slots=True)
class NumericLine:
    """A line of tokens, with what decides on the meaning of its numbers."""

    line: list[DateToken]
    lexicon: Lexicon
    today: date
    month_first: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day, or a month by its first day, as printed; `first` is None where no calendar has it.

    `slack` is how far the printed day may lie from `first`.
    """

    first: date | None
    precision: Precision = "day"
    yearless: bool = False
    calendar: str = GREGORIAN
    slack: timedelta = timedelta()


IMPOSSIBLE = Day(None)
Found = tuple[Day, int]


def made(year: int, month: int, day_of_month: int) -> Day:
    """The day of a year, month and day, where the calendar has it."""
    try:
        return Day(date(year, month, day_of_month)) if year >= FIRST_YEAR else IMPOSSIBLE
    except ValueError:
        return IMPOSSIBLE


def made_month(year: int, month: int) -> Day:
    """A whole month."""
    return Day(made(year, month, 1).first, "month")


def full_year(digits: str, reading: NumericLine) -> int:
    """A year of two digits is one of this century up to today's, else of the last one from 1970 on;
    0 where neither. Years of the Buddhist era are told by their size, or by the language.
    """
    if len(digits) != 2:
        year = int(digits)
        return year - BUDDHIST_ERA if year in BUDDHIST_YEARS else year
    if reading.lexicon.buddhist:
        year = 2500 - BUDDHIST_ERA + int(digits)
        if FIRST_ONLINE <= year <= reading.today.year:
            return year
    year = 2000 + int(digits)
    if year <= reading.today.year:
        return year
    return year - 100 if int(digits) >= 70 else 0


def day_of(reading: NumericLine, at: int, year: int, month: int, day_of_month: int) -> Day:
    """The day of numbers at token `at`, in the calendar that its year belongs to."""
    lexicon = reading.lexicon
    if year >= FIRST_YEAR:
        is_either = lexicon.behind > 0 and year <= reading.today.year - lexicon.behind
        return IMPOSSIBLE if is_either else made(year, month, day_of_month)
    for calendar in lexicon.calendars:
        found = day_in(calendar, reading, at, (year, month, day_of_month))
        if found is not IMPOSSIBLE:
            return found
    return IMPOSSIBLE


def day_in(calendar: Calendar, reading: NumericLine, at: int, printed: tuple[int, int, int]) -> Day:
    """The day that a year, month and day of a calendar mean, printed at token `at`."""
    found = published_on(calendar, printed, reading.today)
    if found is None:
        return IMPOSSIBLE
    first, slack = settled(calendar, found, weekday_before(reading, at))
    return Day(first, calendar=calendar.name, slack=slack)


def numeric_day(reading: NumericLine, at: int) -> Found | None:
    """The day printed in numbers at token `at`, and the token after it."""
    token = reading.line[at]
    if token.kind in ("ymd", "cjk"):
        year, month, day_of_month = _DIGITS.findall(_NOTE.sub("", token.text))
        return day_of(reading, at, full_year(year, reading), int(month), int(day_of_month)), at + 1
    if token.kind == "era":
        return _of_era(token.text), at + 1
    if token.kind == "dmy":
        swapped = reading.month_first or _weekday_swaps(reading, at)
        return _day_month_year(reading, at, swapped), at + 1
    if token.kind == "number" and at == 0:
        return _compact(reading.line) or _year_month(reading.line)
    return None


def _of_era(text: str) -> Day:
    """A year counted from an emperor's first, or from the Republic of China's: 令和8年11月28日."""
    first_year = next(first for name, first in ERAS.items() if text.startswith(name))
    numbers = _DIGITS.findall(_NOTE.sub("", text).replace("元", "1"))
    year, month, day_of_month = (int(part) for part in numbers)
    return made(first_year + year - 1, month, day_of_month)


def _day_month_year(reading: NumericLine, at: int, month_first: bool) -> Day:
    text = reading.line[at].text
    first, second, year = _DIGITS.findall(text)
    if len(year) == 2 and SOLAR_HIJRI in reading.lexicon.calendars[:1]:
        # Persian writes the year first: ۰۵/۰۹/۰۷ is a day of 1405.
        printed = (1400 + int(first), int(second), int(year))
        return day_in(SOLAR_HIJRI, reading, at, printed)
    day = int(first)
    month = int(second)
    # No month has a number above twelve: 12/21/2023 is American.
    is_american = month > 12 and "/" in text
    if (month_first and day <= 12) or is_american:
        day, month = month, day
    return day_of(reading, at, full_year(year, reading), month, day)


def _weekday_swaps(reading: NumericLine, at: int) -> bool:
    """Whether a weekday printed before 03/09/2024 fits only the American reading."""
    weekday = weekday_before(reading, at)
    if weekday is None:
        return False
    plain = _day_month_year(reading, at, month_first=False).first
    swapped = _day_month_year(reading, at, month_first=True).first
    if plain is not None and plain.weekday() == weekday:
        return False
    return swapped is not None and swapped.weekday() == weekday


def weekday_before(reading: NumericLine, at: int) -> int | None:
    """The weekday printed right before token `at`, from Monday, 0."""
    before = at - 1 - is_mark(reading.line, at - 1, ",.")
    weekday = phrase(reading.line, before, reading.lexicon.weekdays)
    return weekday[0] if weekday else None


def _compact(line: list[DateToken]) -> Found | None:
    """20240309 where it stands alone or before a T."""
    text = line[0].text
    if len(text) != 8 or not (len(line) == 1 or is_word(line, 1, {"t"})):
        return None
    return made(int(text[:4]), int(text[4:6]), int(text[6:])), 1


def _year_month(line: list[DateToken]) -> Found | None:
    """2024-03 or 03/2024 where it stands alone; 2010/11 may be a season."""
    if len(line) != 3 or not is_mark(line, 1, "-/") or line[2].kind != "number":
        return None
    left = line[0].text
    right = line[2].text
    if len(left) == 4 and len(right) == 2:
        is_season = line[1].text == "/" and int(right) == (int(left) + 1) % 100
        return None if is_season else (made_month(int(left), int(right)), 3)
    if len(left) <= 2 and len(right) == 4:
        return made_month(int(right), int(left)), 3
    return None

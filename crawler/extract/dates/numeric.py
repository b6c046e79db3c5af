"""Days printed in numbers alone: 2024-03-09, 03/09/2024, 3.9.24, 20240309, 2024年3月9日."""

import re
from dataclasses import dataclass
from datetime import date

from crawler.article import Precision
from crawler.extract.dates.claim import FIRST_YEAR
from crawler.extract.dates.lexicon import Lexicon
from crawler.extract.dates.tokens import DateToken, is_mark, is_word, phrase

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class NumericLine:
    """A line of tokens, with what decides on the meaning of its numbers."""

    line: list[DateToken]
    lexicon: Lexicon
    today: date
    month_first: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day, or a month by its first day, as printed; `first` is None where no calendar has it."""

    first: date | None
    precision: Precision = "day"
    yearless: bool = False


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


def full_year(digits: str, today: date) -> int:
    """A year of two digits is one of this century up to today's, else of the last one from 1970 on;
    0 where neither.
    """
    if len(digits) != 2:
        return int(digits)
    year = 2000 + int(digits)
    if year <= today.year:
        return year
    return year - 100 if int(digits) >= 70 else 0


def numeric_day(reading: NumericLine, at: int) -> Found | None:
    """The day printed in numbers at token `at`, and the token after it."""
    token = reading.line[at]
    if token.kind in ("ymd", "cjk"):
        year, month, day_of_month = (int(part) for part in _DIGITS.findall(token.text))
        return made(year, month, day_of_month), at + 1
    if token.kind == "dmy":
        swapped = reading.month_first or _weekday_swaps(reading, at)
        return _day_month_year(token.text, reading.today, swapped), at + 1
    if token.kind == "number" and at == 0:
        return _compact(reading.line) or _year_month(reading.line)
    return None


def _day_month_year(text: str, today: date, month_first: bool) -> Day:
    first, second, year = _DIGITS.findall(text)
    day = int(first)
    month = int(second)
    # No month has a number above twelve: 12/21/2023 is American.
    is_american = month > 12 and "/" in text
    if month_first or is_american:
        day, month = month, day
    return made(full_year(year, today), month, day)


def _weekday_swaps(reading: NumericLine, at: int) -> bool:
    """Whether a weekday printed before 03/09/2024 fits only the American reading."""
    weekday = weekday_before(reading, at)
    if weekday is None:
        return False
    text = reading.line[at].text
    plain = _day_month_year(text, reading.today, month_first=False).first
    swapped = _day_month_year(text, reading.today, month_first=True).first
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

"""Dates that name their day: 2024-03-09, 03/09/2024, "le 1er mars 2024", "March 3, 2024", "24 نيسان / أبريل 2020"."""

import re
from dataclasses import dataclass
from datetime import date

from crawler.article import Precision
from crawler.extract.dates.claim import FIRST_YEAR
from crawler.extract.dates.clock import clock
from crawler.extract.dates.languages import SHARED_MONTHS
from crawler.extract.dates.lexicon import Lexicon, fold
from crawler.extract.dates.tokens import Token, is_mark, is_word, number, phrase

ORDINALS = frozenset({"st", "nd", "rd", "th", "er", "o", "re", "e", "º", "ª"})
DAY_LINKS = frozenset(fold("de d of من").split())
YEAR_LINKS = frozenset(fold("de del of d سنة عام").split())
RANGE_WORDS = frozenset(fold("au to bis al until till through et and und y و إلى حتى").split())
DASHES = "-–—"
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Day:
    """A day (or month) as printed; `first` is its first day, None where no calendar has it."""

    first: date | None
    precision: Precision = "day"
    yearless: bool = False


IMPOSSIBLE = Day(None)


def day(line: list[Token], at: int, lexicon: Lexicon, today: date, month_first: bool) -> tuple[Day, int] | None:
    """The day printed at token `at`, and the token after it."""
    kind = line[at].kind
    if kind in ("ymd", "cjk"):
        year, month, day_of_month = (int(part) for part in _DIGITS.findall(line[at].text))
        return _made(year, month, day_of_month), at + 1
    if kind == "dmy":
        return _numeric(line[at].text, today, month_first or _weekday_says(line, at, lexicon, today)), at + 1
    if kind == "number":
        return (
            _compact(line, at)
            or _year_month(line, at)
            or _day_month(line, at, lexicon, today)
            or _year_first(line, at, lexicon)
        )
    return _month_day(line, at, lexicon, today) if kind == "word" else None


def _made(year: int, month: int, day_of_month: int) -> Day:
    try:
        return Day(date(year, month, day_of_month)) if year >= FIRST_YEAR else IMPOSSIBLE
    except ValueError:
        return IMPOSSIBLE


def full_year(text: str, today: date) -> int:
    """A year of two digits is one of this century up to today's, else of the last one from 1970 on; 0 where neither."""
    if len(text) != 2:
        return int(text)
    year = 2000 + int(text)
    return year if year <= today.year else year - 100 if int(text) >= 70 else 0


def _numeric(text: str, today: date, month_first: bool) -> Day:
    one, two, year = _DIGITS.findall(text)
    first, second = int(one), int(two)
    if month_first or (second > 12 and "/" in text):  # no month has a number above twelve: 12/21/2023 is American
        first, second = second, first
    return _made(full_year(year, today), second, first)


def _weekday_says(line: list[Token], at: int, lexicon: Lexicon, today: date) -> bool:
    """Whether a weekday printed before 03/09/2024 fits only the American reading."""
    before = at - 1 - is_mark(line, at - 1, ",.")
    named = phrase(line, before, lexicon.weekdays) if before >= 0 else None
    if named is None or named[0] > 6:
        return False
    plain, swapped = (_numeric(line[at].text, today, order).first for order in (False, True))
    return bool(swapped and swapped.weekday() == named[0] and (plain is None or plain.weekday() != named[0]))


def _compact(line: list[Token], at: int) -> tuple[Day, int] | None:
    """20240309 where it stands alone or before a T."""
    text = line[at].text
    if at or len(text) != 8 or not (len(line) == 1 or is_word(line, 1, {"t"})):
        return None
    return _made(int(text[:4]), int(text[4:6]), int(text[6:])), 1


def _year_month(line: list[Token], at: int) -> tuple[Day, int] | None:
    """2024-03 or 03/2024 where it stands alone; 2010/11 may be a season."""
    if at or len(line) != 3 or not is_mark(line, 1, "-/"):
        return None
    left, right = line[0].text, line[2].text
    if len(left) == 4 and len(right) == 2 and not (line[1].text == "/" and int(right) == (int(left) + 1) % 100):
        return _month(int(left), int(right)), 3
    if len(left) <= 2 and len(right) == 4 and line[2].kind == "number":
        return _month(int(right), int(left)), 3
    return None


def _month(year: int, month: int) -> Day:
    made = _made(year, month, 1)
    return Day(made.first, "month") if made.first else made


def _month_at(line: list[Token], at: int, lexicon: Lexicon) -> tuple[int, int, bool] | None:
    """Month, the token after its name (and after its second name: نيسان / أبريل), and whether the language itself has it."""
    found, own = phrase(line, at, lexicon.months), True
    if found is None:
        found, own = phrase(line, at, SHARED_MONTHS), False
    if found is None:
        return None
    month, end = found
    if is_mark(line, end, "."):
        end += 1
    again = phrase(line, end + 1, lexicon.months) if is_mark(line, end, "/(") else None
    if again is not None and again[0] == month:
        end = again[1] + is_mark(line, again[1], ")")
    return month, end, own


def _day_month(line: list[Token], at: int, lexicon: Lexicon, today: date) -> tuple[Day, int] | None:
    """3 mars 2024, 1er mars, 24-Mar-2024, 11 de mayo de 2022."""
    day_of_month, end = number(line, at), at + 1
    if day_of_month is None or len(line[at].text) > 2 or _is_fraction(line, at):
        return None
    if is_word(line, end, ORDINALS) or is_mark(line, end, "."):
        end += 1
    if is_mark(line, end, "-/,.") or is_word(line, end, DAY_LINKS):
        end += 1
    named = _month_at(line, end, lexicon)
    if named is None:
        return None
    month, end, own = named
    year, after = _year_after(line, end, today)
    if _is_range(line, at):
        return IMPOSSIBLE, after if year else end
    if year:
        return _made(year, month, day_of_month), after
    return (_latest(month, day_of_month, line, at, lexicon, today), end) if own and year is None else None


def _is_fraction(line: list[Token], at: int) -> bool:
    """Whether the number is the end of "1.5" or "2,5"."""
    return is_mark(line, at - 1, ".,") and number(line, at - 2) is not None and line[at - 2].end == line[at].start - 1


def _is_range(line: list[Token], at: int) -> bool:
    """Whether the day ends a range: "22-23 septembre", "du 22 au 23 septembre"."""
    if is_mark(line, at - 1, DASHES + "&/") or is_word(line, at - 1, RANGE_WORDS):
        before = at - 2 - is_mark(line, at - 2, ".")
        return number(line, before) is not None and len(line[before].text) <= 2
    return False


def _year_after(line: list[Token], at: int, today: date) -> tuple[int | None, int]:
    """The year at token `at`, 0 for digits that are none, None where there are none; and the token after it."""
    start = at
    while start < at + 2 and (is_mark(line, start, "-/,.'’") or is_word(line, start, YEAR_LINKS)):
        start += 1
    year = number(line, start)
    if year is None:
        return None, at
    text = line[start].text
    if len(text) == 4:
        return (year, start + 1) if clock(line, start) is None else (None, at)
    alone = start + 1 >= len(line) or line[start + 1].kind in ("time", "mark")
    if len(text) == 2 and alone and clock(line, start) is None:
        return full_year(text, today), start + 1
    return None, at


def _latest(month: int, day_of_month: int, line: list[Token], at: int, lexicon: Lexicon, today: date) -> Day:
    """A day without its year: the last such day up to today, and the one that falls on the weekday where one is printed."""
    before = at - 1 - is_mark(line, at - 1, ",.")
    weekday = phrase(line, before, lexicon.weekdays) if before >= 0 else None
    for year in range(today.year, today.year - 8, -1):
        first = _made(year, month, day_of_month).first
        if first and first <= today and (weekday is None or first.weekday() == weekday[0]):
            return Day(first, yearless=True)
    return IMPOSSIBLE


def _month_day(line: list[Token], at: int, lexicon: Lexicon, today: date) -> tuple[Day, int] | None:
    """March 3, 2024, mayo 11 2022, "Sat Oct 19 00:04:00 UTC 2019", and the month alone: mars 2024."""
    named = _month_at(line, at, lexicon)
    before = at - 1 - (is_mark(line, at - 1, "-,.") or is_word(line, at - 1, ORDINALS | DAY_LINKS))
    if named is None or (number(line, before) is not None):
        return None
    month, end, own = named
    day_of_month = number(line, end)
    if day_of_month is not None and len(line[end].text) <= 2:
        after = end + 1 + is_word(line, end + 1, ORDINALS)
        year, last = _year_after(line, after, today)
        timed = clock(line, after) if year is None else None
        if timed and (number(line, timed[1]) or 0) >= FIRST_YEAR:
            return _made(number(line, timed[1]) or 0, month, day_of_month), after
        if year:
            return _made(year, month, day_of_month), last
        return (
            _yearless(line, after, month, day_of_month, at, lexicon, today)
            if own and clock(line, end) is None
            else None
        )
    year, last = _year_after(line, end, today)
    return (_month(year, month), last) if year and len(line[last - 1].text) == 4 else None


def _yearless(
    line: list[Token], after: int, month: int, day_of_month: int, at: int, lexicon: Lexicon, today: date
) -> tuple[Day, int] | None:
    """March 3, only where no other word follows: "May 5 people" is no date."""
    if not lexicon.month_first or not (
        after >= len(line) or line[after].kind in ("mark", "time") or is_word(line, after, {"at"})
    ):
        return None
    return _latest(month, day_of_month, line, at, lexicon, today), after


def _year_first(line: list[Token], at: int, lexicon: Lexicon) -> tuple[Day, int] | None:
    """2024 March 9, 2024-Mar-09."""
    year = number(line, at)
    start = at + 1 + is_mark(line, at + 1, "-,./")
    named = _month_at(line, start, lexicon) if year and len(line[at].text) == 4 else None
    if named is None or year is None:
        return None
    month, end, _ = named
    last = end + is_mark(line, end, "-,./")
    day_of_month = number(line, last)
    if day_of_month is None or len(line[last].text) > 2:
        return None
    return _made(year, month, day_of_month), last + 1

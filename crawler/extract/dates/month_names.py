"""Days printed with a month's name: "le 1er mars 2024", "March 3, 2024", "24 نيسان / أبريل 2020",
"mars 2024".
"""

from crawler.extract.dates.claim import FIRST_YEAR
from crawler.extract.dates.clock import clock
from crawler.extract.dates.languages import SHARED_MONTHS
from crawler.extract.dates.lexicon import fold_date_text
from crawler.extract.dates.numeric import (
    IMPOSSIBLE,
    Day,
    Found,
    NumericLine,
    full_year,
    made,
    made_month,
    weekday_before,
)
from crawler.extract.dates.tokens import DateToken, is_mark, is_word, number, phrase

YEARS_BACK = 8  # within them each day falls on each weekday, leap years included
ORDINALS = frozenset({"st", "nd", "rd", "th", "er", "o", "re", "e"})
DAY_LINKS = frozenset(fold_date_text("de d of من").split())
YEAR_LINKS = frozenset(fold_date_text("de del of d سنة عام").split())
RANGE_WORDS = frozenset(
    fold_date_text("au to bis al until till through et and und y و إلى حتى").split()
)


def named_day(reading: NumericLine, at: int) -> Found | None:
    """The day or month printed with a month's name at token `at`, and the token after it."""
    if reading.line[at].kind == "number":
        return _day_month(reading, at) or _year_first(reading, at)
    return _month_day(reading, at) if reading.line[at].kind == "word" else None


def _month(reading: NumericLine, at: int) -> tuple[int, int, bool] | None:
    """Month, the token after its name (and its second one: نيسان / أبريل), and whether the language
    itself has it.
    """
    line = reading.line
    own = phrase(line, at, reading.lexicon.months)
    named = own or phrase(line, at, SHARED_MONTHS)
    if named is None:
        return None
    month, end = named
    end += is_mark(line, end, ".")
    if is_mark(line, end, "/("):
        again = phrase(line, end + 1, SHARED_MONTHS)
        if again is not None and again[0] == month:
            end = again[1] + is_mark(line, again[1], ")")
    return month, end, own is not None


def _day_month(reading: NumericLine, at: int) -> Found | None:
    """3 mars 2024, 1er mars, 24-Mar-2024, 11 de mayo de 2022."""
    line = reading.line
    day = number(line, at)
    if day is None or len(line[at].text) > 2 or _is_fraction(line, at):
        return None
    end = at + 1
    end += is_word(line, end, ORDINALS) or is_mark(line, end, ".")
    end += is_mark(line, end, "-/,.") or is_word(line, end, DAY_LINKS)
    named = _month(reading, end)
    if named is None:
        return None
    month, end, own = named
    year, after = _year(reading, end)
    if _is_range(line, at):
        return IMPOSSIBLE, after
    if year is not None:
        return made(year, month, day), after
    return (_latest(reading, at, month, day), end) if own else None


def _is_fraction(line: list[DateToken], at: int) -> bool:
    """Whether the number is the end of "1.5" or "2,5"."""
    if not is_mark(line, at - 1, ".,") or number(line, at - 2) is None:
        return False
    return line[at - 2].end == line[at].start - 1


def _is_range(line: list[DateToken], at: int) -> bool:
    """Whether the day ends a range: "22-23 septembre", "du 22 au 23 septembre"."""
    if not (is_mark(line, at - 1, "-&/") or is_word(line, at - 1, RANGE_WORDS)):
        return False
    before = at - 2 - is_mark(line, at - 2, ".")
    return number(line, before) is not None and len(line[before].text) <= 2


def _year(reading: NumericLine, at: int) -> tuple[int | None, int]:
    """The year at token `at`, 0 for digits that can be none, None where there are none; and the
    token after it.
    """
    line = reading.line
    start = at
    while start < at + 2 and (is_mark(line, start, "-/,.'’") or is_word(line, start, YEAR_LINKS)):
        start += 1
    year = number(line, start)
    if year is None or clock(line, start) is not None:
        return None, at
    length = len(line[start].text)
    alone = start + 1 >= len(line) or line[start + 1].kind in ("time", "mark")
    if length == 4 or (length == 2 and alone):
        return full_year(line[start].text, reading.today), start + 1
    return None, at


def _latest(reading: NumericLine, at: int, month: int, day: int) -> Day:
    """A day without its year: the last one up to today, that falls on the weekday where one is
    printed.
    """
    weekday = weekday_before(reading, at)
    this_year = reading.today.year
    for year in range(this_year, this_year - YEARS_BACK, -1):
        first = made(year, month, day).first
        if first is None or first > reading.today:
            continue
        if weekday is None or first.weekday() == weekday:
            return Day(first, yearless=True)
    return IMPOSSIBLE


def _month_day(reading: NumericLine, at: int) -> Found | None:
    """March 3, 2024; "Oct 19 00:04:00 UTC 2019"; March 3; and the month alone: mars 2024."""
    line = reading.line
    before = at - 1 - (is_mark(line, at - 1, "-,.") or is_word(line, at - 1, ORDINALS | DAY_LINKS))
    named = _month(reading, at)
    if named is None or number(line, before) is not None:  # "32 mars 2024" is no month either
        return None
    month, end, own = named
    end += is_mark(line, end, "-") and number(line, end + 1) is not None
    day = number(line, end)
    if day is None or len(line[end].text) > 2:
        return _month_alone(reading, end, month)
    after = end + 1 + is_word(line, end + 1, ORDINALS)
    year, last = _year(reading, after)
    if year is None:
        year = _year_after_time(line, after)
    if year is not None:
        return made(year, month, day), last
    if own and _ends(reading, end, after):
        return _latest(reading, at, month, day), after
    return None


def _month_alone(reading: NumericLine, at: int, month: int) -> Found | None:
    """ "mars 2024": only with a year of four digits."""
    year, last = _year(reading, at)
    if not year or len(reading.line[last - 1].text) != 4:
        return None
    return made_month(year, month), last


def _year_after_time(line: list[DateToken], at: int) -> int | None:
    """The year in "Oct 19 00:04:00 UTC 2019"."""
    timed = clock(line, at)
    year = number(line, timed[1]) if timed else None
    return year if year is not None and year >= FIRST_YEAR else None


def _ends(reading: NumericLine, day: int, after: int) -> bool:
    """Whether "March 3" is a day without its year: "May 5 people" is not, nor is "mars 3"."""
    line = reading.line
    if not reading.lexicon.month_first or clock(line, day) is not None:
        return False
    if after >= len(line) or line[after].kind in ("mark", "time"):
        return True
    return is_word(line, after, {"at"})


def _year_first(reading: NumericLine, at: int) -> Found | None:
    """2024 March 9, 2024-Mar-09."""
    line = reading.line
    year = number(line, at)
    start = at + 1 + is_mark(line, at + 1, "-,./")
    named = _month(reading, start) if year and len(line[at].text) == 4 else None
    if named is None or year is None:
        return None
    last = named[1] + is_mark(line, named[1], "-,./")
    day = number(line, last)
    if day is None or len(line[last].text) > 2:
        return None
    return made(year, named[0], day), last + 1

"""Days printed with a month's name: "le 1er mars 2024", "March 3, 2024", "24 نيسان / أبريل 2020",
"mars 2024", "۷ آذر ۱۴۰۵".
"""

from dataclasses import dataclass

from crawler.extract.dates.calendars import FIRST_ONLINE, HEBREW, Calendar
from crawler.extract.dates.claim import FIRST_YEAR
from crawler.extract.dates.clock import clock
from crawler.extract.dates.languages import SHARED_MONTHS, lexicons
from crawler.extract.dates.languages.hebrew_numbers import hebrew_number, hebrew_year
from crawler.extract.dates.languages.other_calendars import OTHER_MONTHS
from crawler.extract.dates.lexicon import fold_date_text
from crawler.extract.dates.numeric import (
    IMPOSSIBLE,
    Day,
    Found,
    NumericLine,
    day_in,
    full_year,
    made,
    made_month,
    weekday_before,
)
from crawler.extract.dates.tokens import DateToken, is_mark, is_word, number, phrase

YEARS_BACK = 8  # within them each day falls on each weekday, leap years included
ORDINALS = frozenset({"st", "nd", "rd", "th", "er", "o", "re", "e"})
DAY_LINKS = frozenset(fold_date_text("de d of من").split())
YEAR_LINKS = frozenset(fold_date_text("de del of d سنة عام سال năm พศ คศ ቀን").split())
# After a year that stands before its day, as Latvian, Lithuanian and Basque print it.
YEAR_WORDS = frozenset({"gada", "m", "ko"})
ERA_WORDS = frozenset(fold_date_text("هـ هجري هجرية هجری ق ش خورشیدی شمسی قمری ah").split())
# What is joined to a day or a month: Kurdish.
SUFFIXES = frozenset(fold_date_text("ی ي").split())
RANGE_WORDS = frozenset(
    fold_date_text("au to bis al until till through et and und y و إلى حتى").split()
)


@dataclass(frozen=True, slots=True)
class NamedMonth:
    """A month by its name, and the token after it; whether the language itself has the name, and
    the calendar where it is not the Gregorian one.
    """

    number: int
    end: int
    own: bool
    calendar: Calendar | None = None


def month_named(name: str, language: str | None = None) -> int | None:
    """The month of the Gregorian year that these words name: in the language (ISO 639-1), or
    wherever they occur.
    """
    first, *others = fold_date_text(name).split() or [""]
    for months in (*(lexicon.months for lexicon in lexicons(language)), SHARED_MONTHS):
        for rest, month in months.get(first, ()):
            if rest == tuple(others):
                return month
    return None


def named_day(reading: NumericLine, at: int) -> Found | None:
    """The day or month printed with a month's name at token `at`, and the token after it."""
    if reading.line[at].kind == "number":
        return _day_month(reading, at) or _year_first(reading, at)
    if reading.line[at].kind != "word":
        return None
    return _month_day(reading, at) or _letters_month(reading, at)


def _month(reading: NumericLine, at: int) -> NamedMonth | None:
    """The month at token `at`, with its second name: نيسان / أبريل."""
    line = reading.line
    own = phrase(line, at, reading.lexicon.months)
    named = own or phrase(line, at, SHARED_MONTHS)
    if named is None:
        other = phrase(line, at, OTHER_MONTHS)
        return NamedMonth(other[0][1], other[1], False, other[0][0]) if other else None
    month, end = named
    end += is_mark(line, end, ".")
    if is_mark(line, end, "/("):
        again = phrase(line, end + 1, SHARED_MONTHS)
        if again is not None and again[0] == month:
            end = again[1] + is_mark(line, again[1], ")")
    return NamedMonth(month, end, own is not None)


def _named(reading: NumericLine, at: int, year: int, month: NamedMonth, day: int) -> Day:
    """The day of a named month, printed at token `at`."""
    if month.calendar is None:
        return made(year, month.number, day)
    return day_in(month.calendar, reading, at, (year, month.number, day))


def _day_month(reading: NumericLine, at: int) -> Found | None:
    """3 mars 2024, 1er mars, 24-Mar-2024, 11 de mayo de 2022."""
    line = reading.line
    day = number(line, at)
    if day is None or len(line[at].text) > 2 or _is_fraction(line, at):
        return None
    end = at + 1
    end += is_word(line, end, ORDINALS | SUFFIXES) or is_mark(line, end, ".")
    end += is_mark(line, end, "-/,.") or is_word(line, end, DAY_LINKS)
    month = _month(reading, end)
    if month is None:
        return None
    year, after = _year(reading, month.end, month.calendar)
    if year is None:
        year = _year_before(reading, at)
    if _is_range(line, at):
        return IMPOSSIBLE, after
    if year is not None:
        return _named(reading, at, year, month, day), after
    return (_latest(reading, at, month.number, day), month.end) if month.own else None


def _letters_month(reading: NumericLine, at: int) -> Found | None:
    """כ"ח בכסלו תשפ"ז: a day in Hebrew letters, and a year in letters or digits."""
    day = hebrew_number(reading.line[at].text)
    month = _month(reading, at + 1) if day is not None and day <= 30 else None
    if day is None or month is None or month.calendar is not HEBREW:
        return None
    year, after = _year(reading, month.end, HEBREW)
    return (_named(reading, at, year, month, day), after) if year else None


def _year_before(reading: NumericLine, at: int) -> int | None:
    """The year printed before its day, 2026. gada 28. novembris; 0 for one that may be another
    thing's; None where there is none.
    """
    line = reading.line
    before = at - 1
    while before > at - 4 and before >= 0 and number(line, before) is None:
        before -= 1
    year = number(line, before)
    if year is None or not FIRST_ONLINE <= year <= reading.today.year:
        return None
    is_own = all(
        is_mark(line, i, ".") or is_word(line, i, YEAR_WORDS) for i in range(before + 1, at)
    )
    return year if is_own and before < at - 1 else 0


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


def _year(
    reading: NumericLine, at: int, calendar: Calendar | None = None
) -> tuple[int | None, int]:
    """The year at token `at`, 0 for digits that can be none, None where there are none; and the
    token after it.
    """
    line = reading.line
    start = _after_links(line, at)
    if calendar is HEBREW and start < len(line) and line[start].kind == "word":
        return hebrew_year(line[start].text), start + 1
    year = number(line, start)
    if year is None or clock(line, start) is not None:
        return None, at
    length = len(line[start].text)
    end = start + 1
    if length == 4:
        return full_year(line[start].text, reading), end + is_word(line, end, ERA_WORDS)
    alone = end >= len(line) or line[end].kind in ("time", "mark")
    if length == 2 and alone:
        return full_year(line[start].text, reading), end
    return None, at


def _after_links(line: list[DateToken], at: int) -> int:
    """The token after at most two that join a year to its month."""
    end = at
    while end < at + 2 and (is_mark(line, end, "-/,.'’") or is_word(line, end, YEAR_LINKS)):
        end += 1
    return end


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
    month = _month(reading, at)
    if month is None or number(line, before) is not None:  # "32 mars 2024" is no month either
        return None
    end = month.end
    end += is_mark(line, end, "-") and number(line, end + 1) is not None
    day = number(line, end)
    if day is None or len(line[end].text) > 2:
        return _month_alone(reading, month)
    after = end + 1 + is_word(line, end + 1, ORDINALS)
    year, last = _year(reading, after)
    if year is None:
        year = _year_after_time(line, after)
    if year is not None:
        return _named(reading, at, year, month, day), last
    if month.own and _ends(reading, end, after):
        return _latest(reading, at, month.number, day), after
    return None


def _month_alone(reading: NumericLine, month: NamedMonth) -> Found | None:
    """ "mars 2024": only with a year of four digits."""
    year, last = _year(reading, month.end)
    if not year or month.calendar is not None or len(reading.line[last - 1].text) != 4:
        return None
    return made_month(year, month.number), last


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
    month = _month(reading, start) if year and len(line[at].text) == 4 else None
    if month is None or year is None:
        return None
    last = month.end + is_mark(line, month.end, "-,./")
    day = number(line, last)
    if day is None or len(line[last].text) > 2:
        return None
    return _named(reading, at, full_year(line[at].text, reading), month, day), last + 1

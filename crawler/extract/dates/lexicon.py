"""A language's words for dates, and how they are looked up: phrases of folded words."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import filterfalse
from typing import Literal, TypeVar

from crawler.extract.dates.calendars import Calendar

Unit = Literal["second", "minute", "hour", "day", "week", "month", "year"]
V = TypeVar("V")
# By first word: the rest of the phrase and what it means, longest first.
Phrases = Mapping[str, tuple[tuple[tuple[str, ...], V], ...]]

UNITS: tuple[Unit, ...] = ("second", "minute", "hour", "day", "week", "month", "year")
_INVISIBLE = (
    0x00AD,
    0x0640,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    0xFEFF,
)
_MARKS: dict[str, int | str | None] = {
    "،": ",",
    "–": "-",
    "—": "-",
    "−": "-",
    "‑": "-",
    "ى": "ي",
    "ی": "ي",
}
_TABLE: dict[int, int | str | None] = {
    **dict.fromkeys(_INVISIBLE),
    **str.maketrans(_MARKS),
}
# The sign first, and then what stands before it: few letters are signs.
_JOINED = re.compile(r"['’ʼ‘`\-](?<=[^\W\d_].)(?=[^\W\d_])")
# Hebrew writes numbers in letters, marked before the last one or after the only one; Thai and Lao
# abbreviate with points.
_HEBREW_MARK = re.compile(r"(?<=[\u05d0-\u05ea])(?:[\"\u05f4](?=[\u05d0-\u05ea])|['\u05f3])")
_POINT = re.compile(r"(?<=[\u0e01-\u0eff])\.(?=[\u0e01-\u0eff])")
_MERIDIEM = re.compile(r"\b([ap])\. ?m\b\.?")
_SHORT = 300  # characters of a text whose folded form is remembered
_SHORT_LINES = 1024
_LETTERS = 4096  # letters whose kind is remembered


def fold_date_text(text: str) -> str:
    """Without case, accents, vowel signs and invisible marks; Western digits; words apart at ' and
    -.
    """
    return _remembered(text) if len(text) <= _SHORT else _folded(text)


def _folded(text: str) -> str:
    if not text.isascii():
        whole = _HEBREW_MARK.sub("", text.translate(_TABLE))
        decomposed = unicodedata.normalize("NFKD", "".join(map(_plain_digit, whole)))
        bare = "".join(filterfalse(_is_mark, decomposed))
        text = _POINT.sub("", unicodedata.normalize("NFC", bare).translate(_TABLE))
    text = _JOINED.sub(" ", text.casefold())
    return _MERIDIEM.sub(r"\1m", text) if _may_hold_meridiem(text) else text


def _may_hold_meridiem(text: str) -> bool:
    return ".m" in text or ". m" in text


_remembered = lru_cache(_SHORT_LINES)(_folded)
"""The titles of a page are compared with each other again and again."""


def without_number_marks(text: str) -> str:
    """The text without what marks numbers in Hebrew letters, which looks like quotation marks."""
    return _HEBREW_MARK.sub("", text)


@lru_cache(_LETTERS)
def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")


@lru_cache(_LETTERS)
def _plain_digit(letter: str) -> str:
    """A digit of any writing as a Western one; ½ and ² would decompose into digits of another
    number.
    """
    category = unicodedata.category(letter)
    if category == "Nd":
        return str(unicodedata.digit(letter))
    return "#" if category == "No" else letter


def phrases(entries: Iterable[tuple[str, V]]) -> Phrases[V]:
    """The look-up table of ("avant-hier", -2), …; names that mean the same are parted by |."""
    by_first: dict[str, dict[tuple[str, ...], V]] = {}
    for names, value in entries:
        for name in filter(None, names.split("|")):
            first, *rest = fold_date_text(name).split()
            by_first.setdefault(first, {})[tuple(rest)] = value
    return {
        first: tuple(sorted(rests.items(), key=lambda item: -len(item[0])))
        for first, rests in by_first.items()
    }


def words(names: str) -> Phrases[bool]:
    """The look-up table of "il y a|depuis"."""
    return phrases([(names, True)])


def _counted(groups: str, start: int = 0, step: int = 1) -> Phrases[int]:
    """The look-up table of "janvier|janv, février|févr, …", counted from `start`."""
    entries: list[tuple[str, int]] = []
    for place, names in enumerate(groups.split(",")):
        entries.append((names.strip(), start + step * place))
    return phrases(entries)


def _units(groups: str) -> Phrases[Unit]:
    """The look-up table of seven groups, from seconds to years."""
    if not groups:
        return {}
    names = [name.strip() for name in groups.split(",")]
    return phrases(zip(names, UNITS, strict=True))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's words for dates.

    months     twelve groups, January first
    weekdays   seven groups, Monday first
    units      seven groups: second, minute, hour, day, week, month, year
    periods    the units as said with "last", where they differ (الشهر الماضي)
    pairs      words that mean two of a unit (the Arabic dual), as `units`
    numbers    twelve groups, from one; `tens` adds others
    days       three groups: today, yesterday, the day before
    ago_before, ago_after     "il y a" 3 heures, 3 hours "ago"
    past       what follows a number and says unit and past at once: "dni temu", "日前"
    last_before, last_after   "last" Monday, lundi "dernier"
    half_hour  "une demi-heure"; `and_half` what follows a number of hours: "et demie"
    about      what may stand before a number: "environ"
    now        "à l'instant"
    month_first    whether March 3 is a day (three March elsewhere)
    bare_units     whether a unit alone means one of it (منذ ساعة)
    calendars      other calendars of its numeric dates, the usual one first
    buddhist       whether a year of two digits is one of the Buddhist era
    behind         by how many years another calendar with the months of no other name is behind:
                   older numeric years may be either's
    """

    months: Phrases[int]
    weekdays: Phrases[int]
    units: Phrases[Unit]
    periods: Phrases[Unit]
    pairs: Phrases[Unit]
    numbers: Phrases[int]
    days: Phrases[int]
    ago_before: Phrases[bool]
    ago_after: Phrases[bool]
    past: Phrases[Unit]
    last_before: Phrases[bool]
    last_after: Phrases[bool]
    about: Phrases[bool]
    now: Phrases[bool]
    half_hour: Phrases[bool]
    and_half: Phrases[bool]
    month_first: bool
    bare_units: bool
    calendars: tuple[Calendar, ...]
    buddhist: bool
    behind: int
    openers: frozenset[str]


def lexicon(  # noqa: PLR0913
    *,
    months: str,
    weekdays: str = "",
    units: str = "",
    periods: str = "",
    pairs: str = "",
    numbers: str = "",
    tens: Mapping[int, str] | None = None,
    days: str = "",
    ago_before: str = "",
    ago_after: str = "",
    last_before: str = "",
    last_after: str = "",
    about: str = "",
    now: str = "",
    half_hour: str = "",
    and_half: str = "",
    month_first: bool = False,
    bare_units: bool = False,
    calendars: tuple[Calendar, ...] = (),
    buddhist: bool = False,
    behind: int = 0,
) -> Lexicon:
    """A Lexicon from lists: groups are parted by commas, names of one thing by |; case and accents
    do not count.
    """
    more_numbers = phrases((names, number) for number, names in (tens or {}).items())
    tables = Lexicon(
        months=_counted(months, 1),
        weekdays=_counted(weekdays),
        units=_units(units),
        periods=_units(periods or units),
        pairs=_units(pairs),
        numbers={**_counted(numbers, 1), **more_numbers},
        days=_counted(days, 0, -1),
        ago_before=words(ago_before),
        ago_after=words(ago_after),
        past={},
        last_before=words(last_before),
        last_after=words(last_after),
        about=words(about),
        now=words(now),
        half_hour=words(half_hour),
        and_half=words(and_half),
        month_first=month_first,
        bare_units=bare_units,
        calendars=calendars,
        buddhist=buddhist,
        behind=behind,
        openers=frozenset(),
    )
    return replace(tables, openers=_openers(tables))


def with_times_past(
    tables: Lexicon, *, past: Phrases[Unit], units: Phrases[Unit], ago_before: Phrases[bool]
) -> Lexicon:
    """The lexicon with these words for times past."""
    more = replace(tables, past=past, units=units, ago_before=ago_before)
    return replace(more, openers=_openers(more))


def _openers(tables: Lexicon) -> frozenset[str]:
    """The first words of everything that a date can begin with."""
    return frozenset().union(
        tables.months,
        tables.weekdays,
        tables.units,
        tables.periods,
        tables.pairs,
        tables.numbers,
        tables.days,
        tables.ago_before,
        tables.last_before,
        tables.now,
        tables.half_hour,
    )

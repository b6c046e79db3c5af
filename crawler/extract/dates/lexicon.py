"""A language's words for dates, and how they are looked up: phrases of folded words."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

Unit = Literal["second", "minute", "hour", "day", "week", "month", "year"]
V = TypeVar("V")
# By first word: the rest of the phrase and what it means, longest first.
Phrases = Mapping[str, tuple[tuple[tuple[str, ...], V], ...]]

UNITS: tuple[Unit, ...] = ("second", "minute", "hour", "day", "week", "month", "year")
_DIGITS = {
    ord(digit): str(i) for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for i, digit in enumerate(digits)
}
_INVISIBLE = (
    0x00AD,
    0x0640,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    0xFEFF,
)
_MARKS = {"،": ",", "–": "-", "—": "-", "−": "-", "‑": "-", "ى": "ي", "ی": "ي"}
_TABLE: dict[int, str | None] = {
    **_DIGITS,
    **dict.fromkeys(_INVISIBLE),
    **{ord(mark): plain for mark, plain in _MARKS.items()},
}
_JOINED = re.compile(r"(?<=[^\W\d_])['’ʼ‘`\-](?=[^\W\d_])")
_MERIDIEM = re.compile(r"\b([ap])\. ?m\b\.?")


def fold_date_text(text: str) -> str:
    """Without case, accents, Arabic diacritics and invisible marks; Western digits; words apart at
    ' and -.
    """
    if not text.isascii():
        # ½ and ² would decompose into digits of another number
        whole = "".join(
            "#" if unicodedata.category(c) == "No" else c for c in text.translate(_TABLE)
        )
        decomposed = unicodedata.normalize("NFKD", whole)
        text = unicodedata.normalize(
            "NFC", "".join(c for c in decomposed if unicodedata.category(c) != "Mn")
        )
        text = text.translate(_TABLE)
    return _MERIDIEM.sub(r"\1m", _JOINED.sub(" ", text.casefold()))


def phrases(entries: Iterable[tuple[str, V]]) -> Phrases[V]:
    """The look-up table of ("avant-hier", -2), …; names that mean the same are parted by |."""
    found: dict[str, dict[tuple[str, ...], V]] = {}
    for names, value in entries:
        for name in filter(None, names.split("|")):
            first, *rest = fold_date_text(name).split()
            found.setdefault(first, {})[tuple(rest)] = value
    return {
        first: tuple(sorted(rests.items(), key=lambda item: -len(item[0])))
        for first, rests in found.items()
    }


def words(names: str) -> Phrases[bool]:
    """The look-up table of "il y a|depuis"."""
    return phrases([(names, True)])


def _counted(groups: str, start: int = 0, step: int = 1) -> Phrases[int]:
    """The look-up table of "janvier|janv, février|févr, …", counted from `start`."""
    return phrases(
        (names.strip(), start + step * i)
        for i, names in enumerate(groups.split(","))
        if names.strip()
    )


def _units(groups: str) -> Phrases[Unit]:
    """The look-up table of seven groups, from seconds to years."""
    return phrases(
        zip((names.strip() for names in groups.split(",")), UNITS, strict=bool(groups))
        if groups
        else []
    )


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
    last_before, last_after   "last" Monday, lundi "dernier"
    half_hour  "une demi-heure"; `and_half` what follows a number of hours: "et demie"
    about      what may stand before a number: "environ"
    now        "à l'instant"
    month_first    whether March 3 is a day (three March elsewhere)
    bare_units     whether a unit alone means one of it (منذ ساعة)
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
    last_before: Phrases[bool]
    last_after: Phrases[bool]
    about: Phrases[bool]
    now: Phrases[bool]
    half_hour: Phrases[bool]
    and_half: Phrases[bool]
    month_first: bool
    bare_units: bool
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
) -> Lexicon:
    """A Lexicon from lists: groups are parted by commas, names of one thing by |; case and accents
    do not count.
    """
    counted = {
        **_counted(numbers, 1),
        **phrases((names, number) for number, names in (tens or {}).items()),
    }
    month_names, day_names, weekday_names = (
        _counted(months, 1),
        _counted(days, 0, -1),
        _counted(weekdays),
    )
    unit_names, period_names, pair_names = _units(units), _units(periods or units), _units(pairs)
    ago, last, instants, halves = (
        words(ago_before),
        words(last_before),
        words(now),
        words(half_hour),
    )
    units_of_any_kind = (unit_names, period_names, pair_names)
    opening = [
        month_names,
        day_names,
        weekday_names,
        *units_of_any_kind,
        counted,
        ago,
        last,
        instants,
        halves,
    ]
    return Lexicon(
        months=month_names,
        weekdays=weekday_names,
        units=unit_names,
        periods=period_names,
        pairs=pair_names,
        numbers=counted,
        days=day_names,
        ago_before=ago,
        ago_after=words(ago_after),
        last_before=last,
        last_after=words(last_after),
        about=words(about),
        now=instants,
        half_hour=halves,
        and_half=words(and_half),
        month_first=month_first,
        bare_units=bare_units,
        openers=frozenset(first for table in opening for first in table),
    )

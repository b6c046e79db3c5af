"""How a language's words are looked up: phrases of one to four folded words."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Unit = Literal["second", "minute", "hour", "day", "week", "month", "year"]
Phrases = Mapping[tuple[str, ...], int]

_DIGITS = {ord(digit): str(i) for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for i, digit in enumerate(digits)}
_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x0640, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]
)
_MARKS = {ord("،"): ",", ord("–"): "-", ord("—"): "-", ord("−"): "-", ord("‑"): "-", ord("ى"): "ي", ord("ی"): "ي"}
_TABLE = {**_DIGITS, **_INVISIBLE, **_MARKS}
_JOINED = re.compile(r"(?<=[^\W\d_])['’ʼ‘`\-](?=[^\W\d_])")
_MERIDIEM = re.compile(r"\b([ap])\. ?m\b\.?")


def fold(text: str) -> str:
    """Without case, accents, Arabic diacritics and invisible marks; Western digits; words apart at ' and -."""
    text = text.translate(_TABLE)
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = unicodedata.normalize("NFC", "".join(c for c in decomposed if unicodedata.category(c) != "Mn"))
    return _MERIDIEM.sub(r"\1m", _JOINED.sub(" ", text.translate(_TABLE).casefold()))


def phrases(table: Mapping[str, int] | Mapping[int, str]) -> dict[tuple[str, ...], int]:
    """{"avant hier": -2} or {1: "janvier|janv"} as {("avant", "hier"): -2} or {("janvier",): 1, ("janv",): 1}."""
    found: dict[tuple[str, ...], int] = {}
    for left, right in table.items():
        names, value = (left, right) if isinstance(left, str) else (right, left)
        for name in str(names).split("|"):
            found[tuple(fold(name).split())] = int(value)
    return found


def words(text: str) -> frozenset[tuple[str, ...]]:
    """ "il y a|depuis" as {("il", "y", "a"), ("depuis",)}."""
    return frozenset(tuple(fold(name).split()) for name in text.split("|") if name)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's words for dates; see `words_*` for the tables."""

    months: Phrases
    weekdays: Phrases
    units: Mapping[tuple[str, ...], Unit]
    pairs: Mapping[tuple[str, ...], Unit]
    numbers: Phrases
    named_days: Phrases
    ago_before: frozenset[tuple[str, ...]]
    ago_after: frozenset[tuple[str, ...]]
    about: frozenset[tuple[str, ...]]
    now: frozenset[tuple[str, ...]]
    last_before: frozenset[tuple[str, ...]]
    last_after: frozenset[tuple[str, ...]]
    month_first: bool
    bare_units: bool


def units(table: Mapping[Unit, str]) -> dict[tuple[str, ...], Unit]:
    return {name: unit for unit, names in table.items() for name in words(names)}


def lexicon(  # noqa: PLR0913
    *,
    months: Mapping[int, str],
    weekdays: Mapping[int, str] | None = None,
    unit_names: Mapping[Unit, str] | None = None,
    pair_names: Mapping[Unit, str] | None = None,
    numbers: Mapping[int, str] | None = None,
    named_days: Mapping[int, str] | None = None,
    ago_before: str = "",
    ago_after: str = "",
    about: str = "",
    now: str = "",
    last_before: str = "",
    last_after: str = "",
    month_first: bool = False,
    bare_units: bool = False,
) -> Lexicon:
    """A Lexicon from plain tables, with names parted by |; weekdays count from Monday, 0."""
    return Lexicon(
        phrases(months),
        phrases(weekdays or {}),
        units(unit_names or {}),
        units(pair_names or {}),
        phrases(numbers or {}),
        phrases(named_days or {}),
        words(ago_before),
        words(ago_after),
        words(about),
        words(now),
        words(last_before),
        words(last_after),
        month_first,
        bare_units,
    )

"""The names of places, topics and languages: from what a reader types to the index's value, and on to a label."""

import unicodedata
from collections.abc import Mapping
from functools import cache

from babel import Locale

LANGUAGES = ("en", "fr", "ar")
"""The languages whose names for places and languages are understood, and in which labels are shown."""

_NO_PLACES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
_SHOWN_BY_CODE = ("place", "country")


def place_code(text: str) -> str | None:
    """The ISO 3166 code of a country given by code or by name ("SY", "Syrie", "سوريا"); None where there is none."""
    return _places().get(_folded(text))


def language_code(text: str) -> str | None:
    """The ISO 639 code of a language given by code, tag or name ("fr", "fr-LB", "French"); None where there is none."""
    return _languages().get(_folded(text)) or _languages().get(_folded(text).partition("-")[0])


def topic_value(text: str) -> str | None:
    """The topic as the index has it."""
    return text


def topic_values() -> tuple[str, ...]:
    """Every topic."""
    return ()


def label(field: str, value: str, language: str, sources: Mapping[str, str]) -> str:
    """What a reader of `language` sees for a facet's value; the value itself where it has no other name.

    `sources` maps the ids of sources to their names.
    """
    if field == "source":
        return sources.get(value, value)
    if field in _SHOWN_BY_CODE:
        return str(_locale(language).territories.get(value, value))
    if field == "language":
        return str(_locale(language).languages.get(value, value))
    return value


@cache
def _locale(language: str) -> Locale:
    return Locale(language if language in LANGUAGES else "en")


@cache
def _places() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in _locale(language).territories.items():
            if len(code) == 2 and code not in _NO_PLACES:
                names[_folded(name)] = names[code.lower()] = code
    return names


@cache
def _languages() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in _locale(language).languages.items():
            if len(code) <= 3:
                names[_folded(name)] = names[code] = code
    return names


def _folded(text: str) -> str:
    spaced = text.replace("’", "'").replace("_", "-").strip()
    return "".join(char for char in unicodedata.normalize("NFKD", spaced).casefold() if not unicodedata.combining(char))

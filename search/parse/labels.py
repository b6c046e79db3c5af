"""The names of places, topics and languages: from what a reader types to the index's value, and on
to a label.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from babel import Locale

from crawler.enrich import country_names, place_label, table, topic_label
from indexer.analysis.folding import key

LANGUAGES = ("en", "fr", "ar")
"""The languages whose names for places and languages are understood, and in which labels are shown.
"""

_PARTS = re.compile(r"[,،]| and | et | و")
_BRACKETS = re.compile(r"\s*[()]\s*")
_SHOWN_BY_CODE = ("place", "country")


def place_code(text: str) -> str | None:
    """The ISO 3166 code of a country given by code or by name ("SY", "Syrie", "سوريا"); None where
    there is none.
    """
    return _places().get(key(text))


def language_code(text: str) -> str | None:
    """The ISO 639 code of a language given by code, tag or name ("fr", "fr-LB", "French"); None
    where there is none.
    """
    return _languages().get(key(text)) or _languages().get(key(text).partition(" ")[0])


def topic_value(text: str) -> str | None:
    """The topic that a name or a part of one means ("war", "Économie"), as the index has it; None
    where none does.
    """
    return _topics().get(key(text))


def topic_values() -> tuple[str, ...]:
    """Every topic, as the index has it."""
    return tuple(table("topics"))


def label(field: str, value: str, language: str, sources: Mapping[str, str]) -> str:
    """What a reader of `language` sees for a facet's value; the value itself where it has no other
    name.

    `sources` maps the ids of sources to their names.
    """
    if field == "source":
        return sources.get(value, value)
    if field == "topic":
        return topic_label(value, language)
    if field in _SHOWN_BY_CODE:
        return place_label(value, language)
    if field == "language":
        return str(_locale(language).languages.get(value, value))
    return value


def known_value(field: str, value: str) -> str:
    """The value of a field as the index has it: a code for a country's or a language's name, a
    topic's own spelling; what has no other name stays as it is.
    """
    found: str | None = value
    if field in _SHOWN_BY_CODE:
        found = place_code(value)
    elif field == "language":
        found = language_code(value)
    elif field == "topic":
        found = topic_value(value)
    return found or value


@cache
def _locale(language: str) -> Locale:
    return Locale(language if language in LANGUAGES else "en")


@cache
def _places() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for code, entry in table("places").items():
        names.update({key(name.rpartition(":")[2]): code for name in _other_names(entry)})
    for language in (*LANGUAGES, "es", "de"):
        for code, name in country_names(language).items():
            for part in (*_BRACKETS.split(name), name):
                names[key(part)] = names[code.lower()] = code
    names.pop("", None)
    return names


def _other_names(entry: Any) -> Iterable[str]:
    return entry.get("names", ()) if isinstance(entry, Mapping) else ()


@cache
def _topics() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for topic in topic_values():
        for name in (topic, *(topic_label(topic, language) for language in LANGUAGES)):
            names.update(dict.fromkeys(map(key, _PARTS.split(name)), topic))
    for topic in topic_values():
        names.update(
            {
                key(name): topic
                for name in (topic, *(topic_label(topic, code) for code in LANGUAGES))
            }
        )
    return names


@cache
def _languages() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in _locale(language).languages.items():
            if len(code) <= 3:
                names[key(name)] = names[code] = code
    return names

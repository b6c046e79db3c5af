"""The names of places, topics and languages: from what a reader types to the index's value, and on
to a label.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, get_args

from babel import Locale, UnknownLocaleError

from crawler.enrich import country_names, place_label, table, topic_label
from indexer.analysis.folding import key
from indexer.fields import FACETS
from indexer.registry import FacetValue, same
from search.i18n.catalogue import DEFAULT, languages

_ALSO_UNDERSTOOD = ("es", "de")
"""Languages without a catalogue whose names for countries are understood."""
_PARTS = re.compile(r"[,،]| and | et | و")
_BRACKETS = re.compile(r"\s*[()]\s*")
_LONGEST_CODE = 3
"""Letters of a language's code; babel also names variants, such as en_GB."""


def place_code(text: str) -> str | None:
    """The ISO 3166 code of a country given by code or by name ("SY", "Syrie", "سوريا"); None where
    there is none.
    """
    return _places().get(key(text))


def language_code(text: str) -> str | None:
    """The ISO 639 code of a language given by code, tag or name ("fr", "fr-LB", "French"); None
    where there is none.
    """
    name = key(text)
    return _languages().get(name) or _languages().get(name.partition(" ")[0])


def topic_value(text: str) -> str | None:
    """The topic that a name or a part of one means ("war", "Économie"), as the index has it; None
    where none does.
    """
    return _topics().get(key(text))


def topic_values() -> tuple[str, ...]:
    """Every topic, as the index has it."""
    return tuple(table("topics"))


def canonical_value(facet: str, value: str) -> str | None:
    """The value of a facet as the index has it: a code for a country's or a language's name, a
    topic's own spelling; None for a place, a language or a topic that does not exist.

    What has no other name stays as it is.
    """
    return _CANONICAL[FACETS[facet].value](value)


def close_values(facet: str, text: str) -> list[str]:
    """The values of a facet whose name is nearly this, the closest first; none for a facet whose
    values have no other names.
    """
    table = _TABLES.get(FACETS[facet].value)
    if table is None:
        return []
    names = table()
    close = get_close_matches(key(text), names, n=3, cutoff=_CLOSE)
    return list(dict.fromkeys(names[name] for name in close))


def label(facet: str, value: str, language: str, sources: Mapping[str, str]) -> str:
    """What a reader of `language` sees for a facet's value; the value itself where it has no other
    name.

    `facet` may be another parameter; its values have no other names. `sources` maps the ids of
    sources to their names.
    """
    row = FACETS.get(facet)
    match row and row.value:
        case "source":
            return sources.get(value, value)
        case "topic":
            return topic_label(value, language)
        case "place":
            return place_label(value, language)
        case "language":
            return str(_locale(language).languages.get(value, value))
        case _:
            return value


def is_day_first(language: str | None) -> bool:
    """Whether readers of a language write 3 April as 03/04; False where none is given."""
    if language is None:
        return False
    pattern = _locale(language).date_formats["short"].pattern
    return "d" in pattern.partition("M")[0]


def _unchanged(value: str) -> str:
    return value


_CANONICAL: Mapping[str, Callable[[str], str | None]] = {
    "text": _unchanged,
    "place": place_code,
    "topic": topic_value,
    "language": language_code,
    "source": _unchanged,
    "address": _unchanged,
}
same("search.parse.labels._CANONICAL", _CANONICAL, get_args(FacetValue))


_CLOSE = 0.75
"""How alike names are that one may be meant for the other, as `difflib` measures it."""


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale(DEFAULT)


@cache
def _places() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for code, entry in table("places").items():
        for name in _other_names(entry):
            names[key(name.rpartition(":")[2])] = code
    for language in (*languages(), *_ALSO_UNDERSTOOD):
        for code, name in country_names(language).items():
            names[code.lower()] = code
            for part in (*_BRACKETS.split(name), name):
                names[key(part)] = code
    names.pop("", None)
    return names


def _other_names(entry: Any) -> Iterable[str]:
    return entry.get("names", ()) if isinstance(entry, Mapping) else ()


@cache
def _topics() -> Mapping[str, str]:
    """Topics by their names and the parts of these; where a part of one is another's whole name, it
    means that other.
    """
    names: dict[str, str] = {}
    whole_names: dict[str, str] = {}
    for topic in topic_values():
        labels = [topic_label(topic, language) for language in languages()]
        for name in (topic, *labels):
            whole_names[key(name)] = topic
            for part in _PARTS.split(name):
                names[key(part)] = topic
    return {**names, **whole_names}


@cache
def _languages() -> Mapping[str, str]:
    """Languages by name and code; where a code is the name of another language, it is a code."""
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    for language in languages():
        for code, name in _locale(language).languages.items():
            if len(code) <= _LONGEST_CODE:
                names[key(name)] = code
                codes[code] = code
    return {**names, **codes}


_TABLES: Mapping[str, Callable[[], Mapping[str, str]]] = {
    "place": _places,
    "topic": _topics,
    "language": _languages,
}
"""The names of values by their kind."""

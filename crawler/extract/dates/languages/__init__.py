"""The languages that dates are read in, by ISO 639-1 code. Month names: CLDR 46, and abbreviations
of the press.
"""

from collections.abc import Mapping
from functools import lru_cache

from crawler.extract.dates.languages.arabic import ARABIC
from crawler.extract.dates.languages.cldr import cldr_lexicon, with_past
from crawler.extract.dates.languages.english import ENGLISH
from crawler.extract.dates.languages.french import FRENCH
from crawler.extract.dates.languages.german import GERMAN
from crawler.extract.dates.languages.neighbours import NEIGHBOURS
from crawler.extract.dates.languages.scripts import has_own_writing, languages_of
from crawler.extract.dates.languages.spanish import SPANISH
from crawler.extract.dates.lexicon import Lexicon, Phrases

_KEPT = 128  # languages that are held: more than papers are written in
# Read in full, in the order in which they are tried where the language is not known.
FULL: Mapping[str, Lexicon] = {
    "fr": FRENCH,
    "en": ENGLISH,
    "ar": ARABIC,
    "es": SPANISH,
    "de": GERMAN,
}

DATE_HINTS = (
    "hier|gestern|ayer|hoy|today|yesterday|heute|jourd|امس|أمس|اليوم|منذ|قبل|ago\\b|hace|vor "
    "|depuis|dernier|il y a "
)
"""What a line that prints a date without a digit has at least, as a pattern."""

# Tags and countries where 03/09/2024 is the ninth of March (CLDR 46, short date patterns).
MONTH_FIRST_TAGS = frozenset({"en-us", "en-ph", "es-us", "es-pr"})
MONTH_FIRST_COUNTRIES = frozenset({"US", "PH", "PR", "GU", "FM", "MH"})


def lexicons(language: str | None, text: str = "") -> tuple[Lexicon, ...]:
    """The lexicons to try for a language tag ("fr", "en-US"): its own and English; the five where
    it is not known.

    Letters of another writing in the text speak for its languages, whatever the tag.
    """
    code = primary_code(language)
    codes = languages_of(text, code) or (code,)
    own = [found for found in map(_known, codes) if found is not None]
    if not own:
        return tuple(FULL.values())
    has_english = any(found is ENGLISH for found in own)
    return tuple(own) if has_english else (*own, ENGLISH)


def languages_tried(language: str | None) -> tuple[str | None, ...]:
    """The languages to read a page's dates in, one after the other: any after the declared one,
    which is often the template's, but where it has a writing of its own.
    """
    if not language:
        return (None,)
    code = primary_code(language)
    return (language,) if has_own_writing(code) else (language, None)


def primary_code(language: str | None) -> str:
    """The code of the language itself in a tag: "en" of "en_US"."""
    return (language or "").casefold().replace("_", "-").partition("-")[0]


@lru_cache(_KEPT)
def _known(code: str) -> Lexicon | None:
    if code in FULL:
        return FULL[code]
    found = NEIGHBOURS.get(code) or cldr_lexicon(code)
    return found and with_past(found, code)


def _shared_months() -> Phrases[int]:
    """Month names of every language that mean one month wherever they occur."""
    meanings: dict[str, dict[tuple[str, ...], set[int]]] = {}
    for lexicon in (*FULL.values(), *NEIGHBOURS.values()):
        for first, rests in lexicon.months.items():
            for rest, month in rests:
                meanings.setdefault(first, {}).setdefault(rest, set()).add(month)
    shared: dict[str, tuple[tuple[tuple[str, ...], int], ...]] = {}
    for first, by_rest in meanings.items():
        shared[first] = tuple(
            (rest, min(months)) for rest, months in by_rest.items() if len(months) == 1
        )
    return shared


SHARED_MONTHS = _shared_months()

"""Every word that may stand for a country in texts of one language, built once a language and kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ahocorasick_rs import AhoCorasick
from babel import Locale, UnknownLocaleError
from babel.core import get_global

from crawler.enrich.fold import strip_marks
from crawler.enrich.tables import table

Kind = Literal["name", "demonym", "inside", "sign", "nowhere"]

# The languages that demonyms.toml and places.toml are kept in; texts of others are matched by their CLDR names.
KEPT = ("fr", "en", "es", "de", "ar")
# CLDR regions that are no country: groups, exceptional reservations, test locales.
NO_COUNTRY = frozenset("AC CP DG EA EU EZ IC QO TA UN XA XB ZZ".split())  # noqa: SIM905 - a list of codes reads best so
# Exemplar cities of time zones that are words or people's names somewhere, or lie in several countries.
_ZONES_LEFT_OUT = re.compile(
    r"Indiana/|Kentucky/|North_Dakota/|Argentina/|Antarctica/|Etc/|Vincennes|Center|Creston|Troll"
)
# Languages that decline names: up to three letters may follow, in place of a final vowel.
DECLINED = frozenset("be bg cs el et fi hr hu hy ka kk lt lv mk pl ro ru sk sl sr tr uk".split())  # noqa: SIM905
_FINAL_VOWEL = re.compile("[aeiouyаеёийоуыьэюяієї]$")
_NAME_PARTS = re.compile(r"\s*[()]\s*")


@dataclass(frozen=True, slots=True)
class Form:
    """One word or phrase: how it is written (marks stripped), the countries it may mean, best guess first."""

    text: str
    codes: tuple[str, ...]
    kind: Kind
    ambiguous: bool = False
    declined: bool = False

    @property
    def capitals(self) -> tuple[int, ...]:
        """Where the text must have a capital as well, so that "us", "chad" and "turkey" stay words."""
        return tuple(i for i, letter in enumerate(self.text) if letter.isupper())


@dataclass(frozen=True, slots=True)
class Forms:
    """All forms of a language and the automaton over them (lower case), index by index."""

    forms: list[Form]
    capitals: list[tuple[int, ...]]
    machine: AhoCorasick


@cache
def forms_of(language: str) -> Forms:
    """The forms for texts of `language` (ISO 639-1; unknown languages get English names)."""
    found: dict[str, Form] = {}
    for form in (*_kept_forms(language), *_cldr_forms(language)):
        known = found.get(form.text)
        if known is None or (form.ambiguous and not known.ambiguous):
            found[form.text] = form
    forms = list(found.values())
    return Forms(forms, [form.capitals for form in forms], AhoCorasick([form.text.lower() for form in forms]))


@cache
def country_names(language: str) -> dict[str, str]:
    """CLDR's names of countries and territories by code; English where babel has no such language."""
    try:
        territories = Locale.parse(language.replace("-", "_")).territories
    except (UnknownLocaleError, ValueError):
        territories = Locale("en").territories
    return {code: name for code, name in territories.items() if len(code) == 2 and code not in NO_COUNTRY}


def _kept_forms(language: str) -> Iterator[Form]:
    places = table("places")
    for written in places["nowhere"]:
        yield Form(strip_marks(written), (), "nowhere")
    kept = language if language in KEPT else "en"
    for written, codes in places["ambiguous"].items():
        yield Form(strip_marks(written), tuple(codes), "name", ambiguous=True)
    for code, entry in places.items():
        if code in ("nowhere", "ambiguous"):
            continue
        for key, kind in _KINDS:
            for written in entry.get(key, ()):
                languages, _, form = written.rpartition(":")
                if not languages or kept in languages.split(","):
                    yield from _with_endings(strip_marks(form), code, kind, language)
    for code, words in table("demonyms").items():
        for lemma in words.get(kept, "").split():
            for form in _inflected(strip_marks(lemma), kept):
                yield Form(form.replace("_", " "), (code,), "demonym")


def _cldr_forms(language: str) -> Iterator[Form]:
    languages = (language,) if language in KEPT else (language, "en")
    for name_language in languages:
        for code, printed in country_names(name_language).items():
            for part in _NAME_PARTS.split(printed):
                if len(part) > 1:
                    yield from _with_endings(strip_marks(part), code, "name", name_language)
    yield from _zone_cities(language)


def _zone_cities(language: str) -> Iterator[Form]:
    try:
        zones = Locale.parse(language.replace("-", "_")).time_zones
    except (UnknownLocaleError, ValueError):
        return
    territories = get_global("zone_territories")
    names = set(country_names(language).values())
    for zone, described in zones.items():
        city, code = described.get("city"), territories.get(zone)
        if city and code and len(city) > 2 and city not in names and not _ZONES_LEFT_OUT.search(zone):
            yield from _with_endings(strip_marks(city), code, "inside", language)


def _with_endings(form: str, code: str, kind: Kind, language: str) -> Iterator[Form]:
    declined = language in DECLINED and len(form) > 4
    yield Form(form, (code,), kind, declined=declined)
    if declined and _FINAL_VOWEL.search(form) and len(form) > 5:
        yield Form(form[:-1], (code,), kind, declined=True)
    if language == "de" and len(form) > 3 and form[-1].isalpha():
        yield Form(form + "s", (code,), kind)
        if kind == "inside":
            # Berliner; Bremer, Münchner
            stems = (form, form[:-2], form[:-2] + "n") if form.endswith("en") else (form,)
            yield from (Form(stem + "er", (code,), "demonym") for stem in stems)
    if language == "ar" and form.startswith("ال"):
        yield Form("لل" + form[2:], (code,), kind)


def _inflected(lemma: str, language: str) -> set[str]:
    if lemma.startswith("="):
        return {lemma[1:]}
    return {lemma, *(lemma[: len(lemma) - cut] + ending for cut, ending in _endings(lemma, language))}


def _endings(lemma: str, language: str) -> list[tuple[int, str]]:
    """Endings as (letters to cut, letters to add)."""
    for pattern, endings in _ENDINGS[language]:
        if pattern.search(lemma):
            return [(len(cut), add) for cut, _, add in (ending.partition(">") for ending in endings.split())]
    return []


_KINDS: tuple[tuple[str, Kind], ...] = (("names", "name"), ("inside", "inside"), ("signs", "sign"))
# First pattern that fits wins; "e>in" replaces a final e by "in", ">s" adds an s. Lemmas come without accents.
_ENDINGS: dict[str, list[tuple[re.Pattern[str], str]]] = {
    "fr": [
        (re.compile("(?:[ey]|i[ey])n$|on$"), ">s >ne >nes >e >es"),
        (re.compile("s$"), ">e >es"),
        (re.compile("e$"), ">s"),
        (re.compile("$"), ">s >e >es"),
    ],
    "es": [
        (re.compile("o$"), "o>a o>os o>as"),
        (re.compile("[ae]$"), ">s"),
        (re.compile("[iu]$"), ">s >es"),
        (re.compile("$"), ">a >es >as"),
    ],
    "de": [
        (re.compile("^[^A-Z].*|isch$"), ">e >en >er >es >em"),
        (re.compile("er$"), ">n >s >in >innen"),
        (re.compile("e$"), ">n e>in e>innen"),
        (re.compile("$"), ">s >in >innen >en"),
    ],
    "en": [(re.compile("$"), ">s")],
    "ar": [(re.compile("ي$"), ">ه >ين >ون >ات >ا"), (re.compile("$"), "")],
}

"""Every word that may stand for a country in texts of one language, built once a language and
kept.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from ahocorasick_rs import AhoCorasick
from babel import Locale, UnknownLocaleError
from babel.core import get_global

from crawler.enrich.fold import strip_marks
from crawler.enrich.tables import table

Kind = Literal["name", "demonym", "inside", "sign", "nowhere"]

# The languages that demonyms.toml and places.toml are kept in; texts of others are matched by their
# CLDR names.
KEPT = ("fr", "en", "es", "de", "ar")
# CLDR regions that are no country: groups, exceptional reservations, test locales.
NO_COUNTRY = frozenset("AC CP DG EA EU EZ IC QO TA UN XA XB ZZ".split())  # noqa: SIM905 - a list of codes reads best so
# Exemplar cities of time zones that are words or people's names somewhere, or lie in several
# countries.
_ZONES_LEFT_OUT = re.compile(
    r"Enderbury|Kanton|Indiana/|Kentucky/|North_Dakota/|Argentina/|Antarctica/|Etc/|Vincennes|Center|Creston|Troll"
)
# Languages that decline names: up to three letters may follow, in place of a final vowel.
DECLINED = frozenset("be bg cs el et fi hr hu hy ka kk lt lv mk pl ro ru sk sl sr tr uk".split())  # noqa: SIM905
_FINAL_VOWEL = re.compile("[aeiouyаеёийоуыьэюяієї]$")
_NAME_PARTS = re.compile(r"\s*[()]\s*")


@dataclass(frozen=True, slots=True)
class NameForm:
    """One word or phrase: how it is written (marks stripped), the countries it may mean, best guess
    first.
    """

    text: str
    codes: tuple[str, ...]
    kind: Kind
    ambiguous: bool = False
    declined: bool = False

    @property
    def capitals(self) -> tuple[int, ...]:
        """Where the text must have a capital as well, so that "us", "chad" and "turkey" stay
        words.
        """
        return tuple(place for place, letter in enumerate(self.text) if letter.isupper())


@dataclass(frozen=True, slots=True)
class Forms:
    """All forms of a language and the automaton over them (lower case), index by index."""

    forms: list[NameForm]
    capitals: list[tuple[int, ...]]
    machine: AhoCorasick


@lru_cache(maxsize=32)
def forms_of(language: str) -> Forms:
    """The forms for texts of `language` (ISO 639-1; unknown languages get English names)."""
    plain = list(plain_forms(language))
    inflected = [longer for form in plain for longer in _with_endings(form, language)]
    by_text: dict[str, NameForm] = {}
    # Names before their inflected forms: "Hamas" is no genitive of Hama.
    for form in (*plain, *inflected):
        first = by_text.setdefault(form.text, form)
        if form.declined and first.codes == form.codes:
            by_text[form.text] = form
    forms = list(by_text.values())
    capitals = [form.capitals for form in forms]
    machine = AhoCorasick([form.text.lower() for form in forms])
    return Forms(forms, capitals, machine)


def plain_forms(language: str) -> Iterator[NameForm]:
    """The forms as tables and CLDR have them, uninflected but for demonyms; what hides or confuses
    names first.
    """
    yield from _table_forms(language)
    yield from _cldr_forms(language)


@lru_cache(maxsize=32)
def place_words(language: str) -> frozenset[str]:
    """The countries, regions and cities that are known, as texts of `language` write them."""
    return frozenset(form.text for form in plain_forms(language) if form.kind in ("name", "inside"))


@lru_cache(maxsize=64)
def country_names(language: str) -> dict[str, str]:
    """CLDR's names of countries and territories by code; English where babel has no such
    language.
    """
    try:
        territories = Locale.parse(language.replace("-", "_")).territories
    except (UnknownLocaleError, ValueError):
        territories = Locale("en").territories
    return {
        code: name
        for code, name in territories.items()
        if len(code) == 2 and code not in NO_COUNTRY
    }


def _table_forms(language: str) -> Iterator[NameForm]:
    """The forms of places.toml and demonyms.toml."""
    places = table("places")
    for written in places["nowhere"]:
        yield NameForm(strip_marks(written), (), "nowhere")
    table_language = language if language in KEPT else "en"
    for written, codes in places["ambiguous"].items():
        yield NameForm(strip_marks(written), tuple(codes), "name", ambiguous=True)
    for code, entry in places.items():
        if code not in ("nowhere", "ambiguous"):
            yield from _entry_forms(code, entry, table_language)
    for code, words in table("demonyms").items():
        for lemma in words.get(table_language, "").split():
            for form in _inflected(strip_marks(lemma), table_language):
                yield NameForm(form.replace("_", " "), (code,), "demonym")


def _entry_forms(code: str, entry: Mapping[str, Any], language: str) -> Iterator[NameForm]:
    """The names, towns and institutions of one country; "fr,de:Nom" is one for these languages."""
    for key, kind in _KINDS:
        for written in entry.get(key, ()):
            languages, _, form = written.rpartition(":")
            if not languages or language in languages.split(","):
                yield NameForm(strip_marks(form), (code,), kind)


def _cldr_forms(language: str) -> Iterator[NameForm]:
    languages = (language,) if language in KEPT else (language, "en")
    for name_language in languages:
        yield from _country_forms(country_names(name_language))
    yield from _zone_cities(language)


def _country_forms(names: Mapping[str, str]) -> Iterator[NameForm]:
    for code, printed in names.items():
        for part in _NAME_PARTS.split(printed):
            # Hong Kong is printed as "Hong Kong (China)"
            is_another_country = part != printed and part in names.values()
            if len(part) > 1 and not is_another_country:
                yield NameForm(strip_marks(part), (code,), "name")


def _zone_cities(language: str) -> Iterator[NameForm]:
    try:
        zones = Locale.parse(language.replace("-", "_")).time_zones
    except (UnknownLocaleError, ValueError):
        return
    territories = get_global("zone_territories")
    names = set(country_names(language).values())
    for zone, described in zones.items():
        city = described.get("city")
        code = territories.get(zone)
        if not city or not code or _ZONES_LEFT_OUT.search(zone):
            continue
        if len(city) > 2 and city not in names:
            yield NameForm(strip_marks(city), (code,), "inside")


def _with_endings(form: NameForm, language: str) -> Iterator[NameForm]:
    """Declined names, German genitives and inhabitants, the Arabic article after "for"."""
    if form.kind in {"demonym", "nowhere"} or form.ambiguous:
        return
    text = form.text
    if language in DECLINED and len(text) >= 4:
        loses_vowel = len(text) > 5 and _FINAL_VOWEL.search(text) is not None
        yield replace(form, text=text[:-1] if loses_vowel else text, declined=True)
    elif language == "de" and len(text) > 3 and text[-1].isalpha():
        yield from _german_forms(form)
    elif language == "ar" and text.startswith("ال"):
        yield replace(form, text="لل" + text[2:])


def _german_forms(form: NameForm) -> Iterator[NameForm]:
    """The genitive, and for a town its inhabitant: Berliner; Bremer, Münchner."""
    text = form.text
    yield replace(form, text=text + "s")
    if form.kind != "inside":
        return
    stems = [text]
    if text.endswith("en"):
        stems += [text[:-2], text[:-2] + "n"]
    for stem in stems:
        yield replace(form, text=stem + "er", kind="demonym")


def _inflected(lemma: str, language: str) -> set[str]:
    if lemma.startswith("="):
        return {lemma[1:]}
    forms = {lemma}
    for ending in _endings(lemma, language):
        removed, _, added = ending.partition(">")
        forms.add(lemma.removesuffix(removed) + added)
    return forms


def _endings(lemma: str, language: str) -> list[str]:
    for pattern, endings in _ENDINGS[language]:
        if pattern.search(lemma):
            return endings.split()
    return []


_KINDS: tuple[tuple[str, Kind], ...] = (("names", "name"), ("inside", "inside"), ("signs", "sign"))
# First pattern that fits wins; "e>in" replaces a final e by "in", ">s" adds an s. Lemmas come
# without accents.
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

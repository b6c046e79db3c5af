"""Every word that may stand for a country in texts of one language, built once a language and kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

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
        """Where the text must have a capital as well, so that "us", "chad" and "turkey" stay words."""
        return tuple(i for i, letter in enumerate(self.text) if letter.isupper())


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
    found: dict[str, NameForm] = {}
    # Names before their inflected forms: "Hamas" is no genitive of Hama.
    for form in (*plain, *inflected):
        known = found.setdefault(form.text, form)
        if form.declined and known.codes == form.codes:
            found[form.text] = form
    forms = list(found.values())
    return Forms(
        forms, [form.capitals for form in forms], AhoCorasick([form.text.lower() for form in forms])
    )


def plain_forms(language: str) -> Iterator[NameForm]:
    """The forms as tables and CLDR have them, uninflected but for demonyms; what hides or confuses
    names first.
    """
    yield from _kept_forms(language)
    yield from _cldr_forms(language)


@lru_cache(maxsize=64)
def country_names(language: str) -> dict[str, str]:
    """CLDR's names of countries and territories by code; English where babel has no such language."""
    try:
        territories = Locale.parse(language.replace("-", "_")).territories
    except (UnknownLocaleError, ValueError):
        territories = Locale("en").territories
    return {
        code: name
        for code, name in territories.items()
        if len(code) == 2 and code not in NO_COUNTRY
    }


def _kept_forms(language: str) -> Iterator[NameForm]:
    places = table("places")
    for written in places["nowhere"]:
        yield NameForm(strip_marks(written), (), "nowhere")
    kept = language if language in KEPT else "en"
    for written, codes in places["ambiguous"].items():
        yield NameForm(strip_marks(written), tuple(codes), "name", ambiguous=True)
    for code, entry in places.items():
        if code in ("nowhere", "ambiguous"):
            continue
        for key, kind in _KINDS:
            for written in entry.get(key, ()):
                languages, _, form = written.rpartition(":")
                if not languages or kept in languages.split(","):
                    yield NameForm(strip_marks(form), (code,), kind)
    for code, words in table("demonyms").items():
        for lemma in words.get(kept, "").split():
            for form in _inflected(strip_marks(lemma), kept):
                yield NameForm(form.replace("_", " "), (code,), "demonym")


def _cldr_forms(language: str) -> Iterator[NameForm]:
    for name_language in (language,) if language in KEPT else (language, "en"):
        names = country_names(name_language)
        for code, printed in names.items():
            for part in _NAME_PARTS.split(printed):
                # Hong Kong is printed as "Hong Kong (China)"
                if len(part) > 1 and (part == printed or part not in names.values()):
                    yield NameForm(strip_marks(part), (code,), "name")
    yield from _zone_cities(language)


def _zone_cities(language: str) -> Iterator[NameForm]:
    try:
        zones = Locale.parse(language.replace("-", "_")).time_zones
    except (UnknownLocaleError, ValueError):
        return
    territories = get_global("zone_territories")
    names = set(country_names(language).values())
    for zone, described in zones.items():
        city, code = described.get("city"), territories.get(zone)
        if (
            city
            and code
            and len(city) > 2
            and city not in names
            and not _ZONES_LEFT_OUT.search(zone)
        ):
            yield NameForm(strip_marks(city), (code,), "inside")


def _with_endings(form: NameForm, language: str) -> Iterator[NameForm]:
    """Declined names, German genitives and inhabitants, the Arabic article after "for"."""
    if form.kind in {"demonym", "nowhere"} or form.ambiguous:
        return
    text = form.text
    if language in DECLINED and len(text) >= 4:
        yield replace(
            form,
            text=text[:-1] if len(text) > 5 and _FINAL_VOWEL.search(text) else text,
            declined=True,
        )
    if language == "de" and len(text) > 3 and text[-1].isalpha():
        yield replace(form, text=text + "s")
        if form.kind == "inside":
            # Berliner; Bremer, Münchner
            stems = (text, text[:-2], text[:-2] + "n") if text.endswith("en") else (text,)
            yield from (replace(form, text=stem + "er", kind="demonym") for stem in stems)
    if language == "ar" and text.startswith("ال"):
        yield replace(form, text="لل" + text[2:])


def _inflected(lemma: str, language: str) -> set[str]:
    if lemma.startswith("="):
        return {lemma[1:]}
    return {
        lemma,
        *(lemma[: len(lemma) - cut] + ending for cut, ending in _endings(lemma, language)),
    }


def _endings(lemma: str, language: str) -> list[tuple[int, str]]:
    """Endings as (letters to cut, letters to add)."""
    for pattern, endings in _ENDINGS[language]:
        if pattern.search(lemma):
            return [
                (len(cut), add)
                for cut, _, add in (ending.partition(">") for ending in endings.split())
            ]
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

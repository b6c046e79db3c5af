"""The interface's texts: one gettext catalogue of locale/ a language; English stands in for what
one lacks.

An i18n catalogue is one `xx.po` in that folder, and nothing else names its language. What the
registry of fields and facets can say in English needs no message: see `registry_messages`.
"""

import io
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Protocol

from babel import Locale
from babel.dates import format_timedelta
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

from indexer.registry import RegistryError
from search.i18n.registry_messages import registry_messages, required_messages

DEFAULT = "en"
_FOLDER = Path(__file__).parent / "locale"
_LONGEST_HEADER = 500
"""Characters of Accept-Language that are read: browsers send fewer, and a client may send more."""


class Mistake(Protocol):
    """What a mistake in a query says of itself: its message in English is `str(mistake)`."""

    code: str
    details: dict[str, object]


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language; `direction` is ltr or rtl, `name` the language's own name.

    `keys` are the messages of the English catalogue, which every language has.
    """

    language: str
    direction: str
    name: str
    catalogue: GNUTranslations
    keys: frozenset[str]

    def __call__(self, key: str, **values: object) -> str:
        """The text with its values put in; an unknown key is a KeyError."""
        if key not in self.keys:
            raise KeyError(key)
        return self.catalogue.gettext(key).format(**values)

    def missing(self, keys: Iterable[str]) -> list[str]:
        """Those of the keys that no catalogue has: asking for one is a KeyError."""
        return sorted(set(keys) - self.keys)

    def count(self, key: str, n: int, **values: object) -> str:
        """The text in the plural form that the language has for `n`."""
        return self.catalogue.ngettext(key, key, n).format(n=self.number(n), **values)

    def number(self, n: int | float) -> str:
        """A number with the language's separators."""
        return _number(n, self.language)

    def percent(self, share: float) -> str:
        """A share (0 to 1) as a percentage with at most one decimal."""
        pattern = Locale.parse(self.language).percent_formats[None].pattern
        finer = pattern.replace("##0", "##0.#") if share < 0.1 else None
        return str(format_percent(share, format=finer, locale=self.language))

    def ago(self, span: timedelta) -> str:
        """How long ago something was, in words."""
        return str(format_timedelta(-span, add_direction=True, locale=self.language))

    def span(self, span: timedelta) -> str:
        """A span of time in the largest unit of which it has three, in hours at least."""
        return str(format_timedelta(span, granularity="hour", threshold=3, locale=self.language))

    def seconds(self, n: float) -> str:
        """So many seconds, with at most one decimal."""
        return str(format_unit(round(n, 1), "duration-second", locale=self.language))

    def mistake(self, mistake: Mistake) -> str:
        """The sentence for a mistake in a query, in English where the language has none."""
        sentence = self.catalogue.pgettext("mistake", mistake.code)
        if sentence == mistake.code:
            return str(mistake)
        details = dict(mistake.details)
        if details.get("found") == "the end of the query":
            details["found"] = self("end_of_query")
        return sentence.format(**details)

    def examples(self) -> Iterator[tuple[str, str]]:
        """The queries of the help, each with what it finds."""
        for number in itertools.count(1):
            if f"help_{number}" not in self.keys:
                return
            yield self.catalogue.gettext(f"help_{number}"), self(f"help_{number}_meaning")


def read_texts(folder: Path = _FOLDER) -> dict[str, Texts]:
    """The texts of every language that has a catalogue in the folder, English first; a broken
    catalogue raises.
    """
    default = _default(folder)
    texts = {DEFAULT: default}
    for language in languages(folder):
        if language != DEFAULT:
            catalogue = _compiled(_read(folder, language))
            catalogue.add_fallback(default.catalogue)
            texts[language] = _texts(language, catalogue, default.keys)
    return texts


@lru_cache
def languages(folder: Path = _FOLDER) -> tuple[str, ...]:
    """The languages of the interface: those that have a catalogue in the folder, English first."""
    others = sorted(path.stem for path in folder.glob("*.po") if path.stem != DEFAULT)
    return DEFAULT, *others


def check_messages(texts: Mapping[str, Texts], keys: Iterable[str]) -> None:
    """Raise `RegistryError` where the English catalogue lacks one of the keys, or what the registry
    of fields asks of it: a page would fail when it comes to that message.
    """
    lacking = texts[DEFAULT].missing({*keys, *required_messages()})
    if lacking:
        raise RegistryError(f"search/i18n/locale/{DEFAULT}.po lacks {', '.join(lacking)}.")


@lru_cache
def english() -> Texts:
    """The texts that the command line and the API speak in."""
    return _default(_FOLDER)


def accepted(header: str, available: Iterable[str], default: str = DEFAULT) -> str:
    """The one of the available languages that an Accept-Language header prefers."""
    choices = set(available)
    best = default
    best_weight: float | None = None
    for entry in header[:_LONGEST_HEADER].split(","):
        tag, _, text = entry.strip().partition(";q=")
        language = tag.strip().lower().partition("-")[0]
        weight = _weight(text)
        if language in choices and (best_weight is None or weight > best_weight):
            best = language
            best_weight = weight
    return best


@lru_cache(10_000)
def _number(n: int | float, language: str) -> str:
    # A page shows hundreds of counts, and most of them many times.
    return str(format_decimal(n, locale=language))


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0


def _default(folder: Path) -> Texts:
    catalogue = _read(folder, DEFAULT)
    for key, text in registry_messages().items():
        if key not in catalogue:
            catalogue.add(key, text)
    keys = frozenset(_key(message.id) for message in catalogue if message.id)
    return _texts(DEFAULT, _compiled(catalogue), keys)


def _key(message_id: str | tuple[str, ...] | list[str]) -> str:
    """The message's id; of one with plural forms the first, which is that of the singular."""
    return message_id if isinstance(message_id, str) else message_id[0]


def _texts(language: str, catalogue: GNUTranslations, keys: frozenset[str]) -> Texts:
    locale = Locale.parse(language)
    name = str(locale.get_display_name(language))
    return Texts(language, locale.text_direction, name[:1].upper() + name[1:], catalogue, keys)


def _read(folder: Path, language: str) -> Catalog:
    with (folder / f"{language}.po").open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def _compiled(catalogue: Catalog) -> GNUTranslations:
    """The catalogue as gettext has it, compiled in memory, so that a .po file is all that a
    language needs.
    """
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)

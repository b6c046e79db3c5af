"""The interface's texts: one gettext catalogue of locale/ a language; English stands in for what
one lacks.

A further language is one more `xx.po` in that folder: nothing else names it.
"""

import io
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from gettext import GNUTranslations
from pathlib import Path

from babel import Locale
from babel.dates import format_timedelta
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

from search.parse import QueryMistake
from search.parse.errors import SENTENCES

DEFAULT = "en"
_FOLDER = Path(__file__).parent / "locale"


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language; `direction` is ltr or rtl, `name` the language's own name."""

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

    def mistake(self, mistake: QueryMistake) -> str:
        """The sentence for a mistake in a query."""
        details = dict(mistake.details)
        if details.get("found") == "the end of the query":
            details["found"] = self("end_of_query")
        sentence = self.catalogue.pgettext("mistake", mistake.code)
        return (SENTENCES[mistake.code] if sentence == mistake.code else sentence).format(**details)

    def examples(self) -> Iterator[tuple[str, str]]:
        """The queries of the help, each with what it finds."""
        for at in itertools.takewhile(lambda at: f"help_{at}" in self.keys, itertools.count(1)):
            yield self.catalogue.gettext(f"help_{at}"), self(f"help_{at}_meaning")


def read_texts(folder: Path = _FOLDER) -> dict[str, Texts]:
    """The texts of every language that has a catalogue in the folder, English first; a broken
    catalogue raises.
    """
    default = _default(folder)
    found = {DEFAULT: default}
    for path in sorted(folder.glob("*.po")):
        if path.stem != DEFAULT:
            catalogue = _catalogue(path)
            catalogue.add_fallback(default.catalogue)
            found[path.stem] = _texts(path.stem, catalogue, default.keys)
    return found


@lru_cache
def english() -> Texts:
    """The texts that the command line and the API speak in."""
    return _default(_FOLDER)


def accepted(header: str, languages: Iterable[str], default: str = DEFAULT) -> str:
    """The one of `languages` that an Accept-Language header prefers."""
    known = set(languages)
    wanted: list[tuple[float, str]] = []
    for entry in header[:500].split(","):
        tag, _, weight = entry.strip().partition(";q=")
        language = tag.strip().lower().partition("-")[0]
        if language in known:
            wanted.append((_weight(weight), language))
    return max(wanted, key=lambda choice: choice[0], default=(0.0, default))[1]


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
    with (folder / f"{DEFAULT}.po").open("rb") as source:
        keys = frozenset(_key(message) for message in read_po(source, locale=DEFAULT) if message.id)
    return _texts(DEFAULT, _catalogue(folder / f"{DEFAULT}.po"), keys)


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _texts(language: str, catalogue: GNUTranslations, keys: frozenset[str]) -> Texts:
    locale = Locale.parse(language)
    name = str(locale.get_display_name(language))
    return Texts(language, locale.text_direction, name[:1].upper() + name[1:], catalogue, keys)


def _catalogue(path: Path) -> GNUTranslations:
    """The catalogue as gettext has it, compiled in memory, so that a .po file is all that a
    language needs.
    """
    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=path.stem, abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)

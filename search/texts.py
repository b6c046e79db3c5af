"""The interface's texts: one file of catalogue/ a language, chosen by the reader's Accept-Language or by `ui`."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel import Locale
from babel.numbers import format_decimal

from search.parse import Mistake
from search.parse.mistakes import SENTENCES

LANGUAGES = ("en", "fr", "ar")
_FOLDER = Path(__file__).parent / "catalogue"


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language; `direction` is ltr or rtl, `name` the language's own name."""

    language: str
    direction: str
    name: str
    texts: Mapping[str, Any]
    mistakes: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text with its values put in; an unknown key is a KeyError."""
        return str(self.texts[key]).format(**values)

    def count(self, key: str, n: int) -> str:
        """The text in the plural form that the language has for `n`."""
        forms = self.texts[key]
        form = forms.get(Locale(self.language).plural_form(n), forms["other"])
        return str(form).format(n=self.number(n))

    def number(self, n: int) -> str:
        """A whole number with the language's separators."""
        return str(format_decimal(n, locale=self.language))

    def mistake(self, mistake: Mistake) -> str:
        """The sentence for a mistake in a query."""
        details = dict(mistake.details)
        if details.get("found") == "the end of the query":
            details["found"] = self("end_of_query")
        return self.mistakes[mistake.code].format(**details)


def read_texts() -> dict[str, Texts]:
    """The texts of every language, read from catalogue/."""
    return {language: _read(language) for language in LANGUAGES}


def accepted(header: str, languages: Iterable[str], default: str = "en") -> str:
    """The one of `languages` that an Accept-Language header prefers."""
    known = set(languages)
    wanted: list[tuple[float, str]] = []
    for entry in header[:500].split(","):
        tag, _, weight = entry.strip().partition(";q=")
        language = tag.strip().lower().partition("-")[0]
        if language in known:
            wanted.append((_weight(weight), language))
    return max(wanted, key=lambda choice: choice[0], default=(0.0, default))[1]


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0


def _read(language: str) -> Texts:
    data = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return Texts(language, data["direction"], data["name"], data["texts"], data.get("mistakes", SENTENCES))

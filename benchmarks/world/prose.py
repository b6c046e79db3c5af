"""Invented articles: titles and paragraphs in several languages, never twice the same."""

import random
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("fr", "en", "de", "es", "it", "tr", "ru", "ar", "ja")
_BETWEEN = {"ja": ""}
"""What stands between two sentences; a space in other languages."""


@cache
def words(name: str) -> dict[str, Any]:
    """A table of words beside this module."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


class Writer:
    """Writes in one language; everything follows from its seed."""

    def __init__(self, language: str, seed: str) -> None:
        self.language = language
        self._chance = random.Random(f"{language}:{seed}")
        self._words = words("prose")

    def title(self) -> str:
        """A headline."""
        return self._filled(self._chance.choice(self._words[self.language]["titles"]))

    def paragraphs(self, count: int) -> tuple[str, ...]:
        """So many paragraphs of two sentences each."""
        between = _BETWEEN.get(self.language, " ")
        order: list[str] = []
        while len(order) < 2 * count:
            sentences = self._words[self.language]["sentences"]
            order += self._chance.sample(sentences, len(sentences))
        filled = [self._filled(sentence) for sentence in order[: 2 * count]]
        pairs = zip(filled[::2], filled[1::2], strict=True)
        return tuple(between.join(pair) for pair in pairs)

    def _filled(self, pattern: str) -> str:
        chance, table = self._chance, self._words
        spoken = table[self.language]
        name = f"{chance.choice(table['first_names'])} {chance.choice(table['last_names'])}"
        return pattern.format(
            p=chance.choice(table["places"]),
            n=name,
            t=chance.choice(spoken["things"]),
            k=chance.randint(2, 19),
            d=chance.choice(spoken["days"]),
        )

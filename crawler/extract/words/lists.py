"""Reads the word lists beside this file, each once and only when first asked for."""

from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from crawler.tables import any_of, read_table

FOLDER = Path(__file__).parent
_UNPARTED = frozenset(("ja", "ko", "symbols", "th", "zh"))
"""Languages that put nothing between words, and signs that may stand against one."""
_PREFIXES = {"ar": "[وف]?[بكل]?(?:ال|ل)?"}


def table(name: str) -> dict[str, Any]:
    """The file `name`.toml as TOML values; callers don't change it."""
    return read_table(FOLDER / f"{name}.toml")


def joined(lists: Mapping[str, list[str]]) -> list[str]:
    """The words of lists by language, or by meaning, in one list and in the file's order."""
    return list(chain.from_iterable(lists.values()))


def whole_words(lists: Mapping[str, list[str]]) -> str:
    """A regular expression for any of these words, none of them as a part of a longer one.

    Chinese, Japanese, Korean and Thai put nothing between words; Arabic writes "and", "in" and the
    article in one with what follows.
    """
    parts = []
    for language, expressions in lists.items():
        any_expression = any_of(expressions)
        if language not in _UNPARTED:
            before = rf"(?<!\w){_PREFIXES.get(language, '')}"
            any_expression = rf"{before}{any_expression}(?!\w)"
        parts.append(any_expression)
    return any_of(parts)


def words(name: str, group: str) -> list[str]:
    """The words of one group of a file, whatever their language."""
    return joined(table(name)[group])


def any_word(name: str, group: str) -> str:
    """A regular expression for any word of one group of a file."""
    return any_of(words(name, group))

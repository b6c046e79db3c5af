"""Reads the word lists beside this file, each once and only when first asked for."""

from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from crawler.tables import any_of, read_table

FOLDER = Path(__file__).parent


def table(name: str) -> dict[str, Any]:
    """The file `name`.toml as TOML values; callers don't change it."""
    return read_table(FOLDER / f"{name}.toml")


def joined(lists: Mapping[str, list[str]]) -> list[str]:
    """The words of lists by language, or by meaning, in one list and in the file's order."""
    return list(chain.from_iterable(lists.values()))


def words(name: str, group: str) -> list[str]:
    """The words of one group of a file, whatever their language."""
    return joined(table(name)[group])


def any_word(name: str, group: str) -> str:
    """A regular expression for any word of one group of a file."""
    return any_of(words(name, group))

"""Reads the word lists beside this file, each once and only when first asked for."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def table(name: str) -> dict[str, Any]:
    """The file `name`.toml as TOML values; callers don't change it."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


def joined(lists: Mapping[str, list[str]]) -> list[str]:
    """The words of lists by language, or by meaning, in one list and in the file's order."""
    return list(chain.from_iterable(lists.values()))


def words(name: str, group: str) -> list[str]:
    """The words of one group of a file, whatever their language."""
    return joined(table(name)[group])


def any_of(expressions: Iterable[str]) -> str:
    """A regular expression for any of these, as a group that captures nothing."""
    return f"(?:{'|'.join(expressions)})"


def any_word(name: str, group: str) -> str:
    """A regular expression for any word of one group of a file."""
    return any_of(words(name, group))

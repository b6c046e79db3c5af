"""Tables and word lists that are kept by hand as TOML, and patterns of their words.

A door module.
"""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any


@cache
def read_table(path: Path) -> dict[str, Any]:
    """A TOML file's values, read once and only when first asked for; callers don't change them."""
    return tomllib.loads(path.read_text("utf-8"))


def any_of(expressions: Iterable[str]) -> str:
    """A regular expression for any of these, as a group that captures nothing."""
    return f"(?:{'|'.join(expressions)})"

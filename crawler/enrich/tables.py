"""Reads the hand-kept tables of crawler/enrich/data, each once and only when first asked for."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"


@cache
def table(name: str) -> dict[str, Any]:
    """The table `name`.toml as TOML values; callers don't change it."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))

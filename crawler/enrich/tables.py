"""Reads the hand-kept tables of crawler/enrich/data, each once and only when first asked for."""

from pathlib import Path
from typing import Any

from crawler.tables import read_table

FOLDER = Path(__file__).parent / "data"


def table(name: str) -> dict[str, Any]:
    """The table `name`.toml as TOML values; callers don't change it."""
    return read_table(FOLDER / f"{name}.toml")

"""The fields of queries by the names that readers have for them, and by names that are nearly
theirs.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from crawler.tables import read_table
from indexer.analysis.folding import key


def field_named(name: str, fields: tuple[str, ...]) -> str | None:
    """The one of these fields that has this name in some language; None where none has."""
    lower = name.lower()
    if lower in fields:
        return lower
    field = _names().get(key(name))
    return field if field in fields else None


def close_fields(name: str, fields: tuple[str, ...]) -> list[str]:
    """The fields whose name in some language is nearly this one, the closest first."""
    names = {**_names(), **{field: field for field in fields}}
    close = get_close_matches(key(name), names, n=3, cutoff=0.7)
    meant = [names[one] for one in close if names[one] in fields]
    return list(dict.fromkeys(meant))


@cache
def _names() -> Mapping[str, str]:
    table = read_table(Path(__file__).with_suffix(".toml"))
    names: dict[str, str] = {}
    for fields in table.values():
        for field, field_names in fields.items():
            for name in field_names:
                names.setdefault(key(name), field)
    return names

"""What stands in the cells of exports, as CSV and as a workbook."""

import re
from collections.abc import Mapping
from typing import Any

from indexer.backend import Document
from indexer.fields import csv_columns

_COVERAGE_COLUMNS = {"watched": 30, "watched_share": 31}
"""How the time of an article was watched: places among the columns that the registry numbers."""
COLUMNS = csv_columns(_COVERAGE_COLUMNS)
LONGEST_CELL = 32_767
"""UTF-16 units of a cell: what Excel takes; it would cut a longer one without a word, or spread the
rest over the next rows.
"""
_CUT = "…"
# What a spreadsheet may take for a formula (OWASP ASVS 5.0, 1.2.10), also behind what it skips.
_FORMULA = re.compile(
    r"(?:[\s;,\"'\ufeff\u200b\x00-\x1f]|%0[0-9A-Da-d]){0,20}"
    r"[=+\-@\u2212\uff1d\uff0b\uff0d\uff20]|[\t\r\n\x00]"
)


def values_of(document: Document) -> list[Any]:
    """The values of an article in the order of `COLUMNS`."""
    watched = document.get("watched")
    values = document
    if watched:
        flat = {"watched": watched["state"], "watched_share": watched["share"]}
        values = {**document, **flat}
    return [values.get(column) for column in COLUMNS]


def plain(value: Any) -> str:
    """A field's value as text: lists joined by "; "."""
    several = isinstance(value, list | tuple)
    return "; ".join(map(_name, value)) if several else str(value)


def cell(value: Any) -> str:
    """A field's value in CSV: a quote mark before what a spreadsheet could take for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    text = plain(value)
    return bounded(f"'{text}" if _FORMULA.match(text) else text)


def bounded(text: str) -> str:
    """The text as it fits into a cell of Excel; one that is cut ends with an ellipsis."""
    if len(text) <= LONGEST_CELL // 2:
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * LONGEST_CELL:
        return text
    # What is left of a character that the cut went through is dropped.
    return units[: 2 * (LONGEST_CELL - len(_CUT))].decode("utf-16-le", "ignore") + _CUT


def _name(item: Any) -> str:
    return str(item["name"]) if isinstance(item, Mapping) else str(item)

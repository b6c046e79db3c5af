"""Lists of addresses: text with one in each line, or a table (CSV) with a column `url`. Pure."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crawler.urls import absolute, may_be_page

_COLUMN = "url"
_SEPARATORS = ",;\t"
_LONGEST_LINE = 20_000
"""Characters of a line that are looked at."""


@dataclass(frozen=True, slots=True)
class ListedAddress:
    """A line of a list: the address that it names, or what is wrong with it."""

    line: int
    text: str
    url: str | None = None
    problem: str = ""


def read_addresses(lines: Iterable[str]) -> Iterator[ListedAddress]:
    """The addresses of a list, line by line; empty lines and those that begin with # are none."""
    cell_of = None
    for number, line in enumerate(lines, 1):
        words = line[:_LONGEST_LINE].lstrip("\ufeff").strip()
        if not words or words.startswith("#"):
            continue
        if cell_of is None:
            cell_of = _table(words) or _Cell()
            if cell_of.is_table:
                continue
        yield _address(number, cell_of.of(words))


@dataclass(frozen=True, slots=True)
class _Cell:
    """Where a line holds its address: in a column of a table, or by itself."""

    separator: str = ""
    column: int = 0

    @property
    def is_table(self) -> bool:
        """Whether the list is a table."""
        return bool(self.separator)

    def of(self, line: str) -> str:
        """What a line holds there; empty where it is too short."""
        if not self.separator:
            return line.partition(" #")[0].strip()
        cells = _cells(line, self.separator)
        return cells[self.column].strip() if self.column < len(cells) else ""


def _table(head: str) -> _Cell | None:
    """Where the table with these names of columns has its addresses; None for no table."""
    for separator in _SEPARATORS:
        names = [name.strip().lower() for name in _cells(head, separator)]
        if _COLUMN in names:
            return _Cell(separator, names.index(_COLUMN))
    return None


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _address(number: int, text: str) -> ListedAddress:
    url = absolute(text, text)
    if url is None:
        problem = "it is no web address (http:// or https://)"
    elif not may_be_page(url):
        problem = "it is no page, by its ending"
    else:
        return ListedAddress(number, text, url)
    return ListedAddress(number, text, None, problem)

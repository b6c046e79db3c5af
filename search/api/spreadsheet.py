"""All matches of a query as a workbook of Excel: the columns of the CSV, numbers as numbers."""

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

import xlsxwriter

from indexer.backend import Document
from search.api.cells import COLUMNS, bounded, plain, values_of

MOST_ROWS = 1_000_000
"""Rows of one sheet: Excel takes 1,048,576. What is more goes on in another sheet."""
_PIECE = 1 << 16
"""Bytes that are sent at a time."""
_OPTIONS = {
    # Rows go to disk as they come: an export has no limit of its own.
    "constant_memory": True,
    # A text stays a text, whatever it looks like.
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def workbook(documents: Iterable[Document]) -> Iterator[bytes]:
    """The bytes of a workbook with a row for each document, once all are written."""
    with tempfile.TemporaryFile() as file:
        write_workbook(documents, file)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def write_workbook(documents: Iterable[Document], file: IO[bytes]) -> None:
    """Write a workbook with a row for each document into a file that can be sought in."""
    book = xlsxwriter.Workbook(file, _OPTIONS)
    sheet = _sheet(book)
    row = 1
    for document in documents:
        if row > MOST_ROWS:
            sheet = _sheet(book)
            row = 1
        _write_row(sheet, row, values_of(document))
        row += 1
    book.close()


def _sheet(book: Any) -> Any:
    """A new sheet whose head stays in sight."""
    sheet = book.add_worksheet()
    _write_row(sheet, 0, COLUMNS)
    sheet.freeze_panes(1, 0)
    return sheet


def _write_row(sheet: Any, row: int, values: Iterable[Any]) -> None:
    for column, value in enumerate(values):
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value)
        elif value is not None:
            sheet.write_string(row, column, bounded(plain(value)))

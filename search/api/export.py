"""All matches of a query as a stream: CSV and workbooks for spreadsheets, JSON Lines for
programs.
"""

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from indexer.backend import Document
from indexer.query import Search, Timeline
from search.api.cells import COLUMNS, cell, values_of
from search.api.coverage import watched_steps
from search.api.export_coverage import (
    HEADER,
    TIMELINE_COLUMNS,
    ExportCoverage,
    header_value,
    timeline_rows,
)
from search.api.search import TimelineParams
from search.api.spreadsheet import workbook
from search.query.request import SampleParams, line_of
from search.web.context import AppContext, Context
from search.web.http_cache import streams

_BOM = "\ufeff"
_BATCH = 200
"""Lines that are sent in one piece."""
MAX_CHOSEN = 500
"""Articles that can be chosen by id: their ids stand in the address."""
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

router = APIRouter()


Separator = Literal[",", ";", "\t", "comma", "semicolon", "tab"]
"""What stands between the cells of a line, as itself or by name."""
_SEPARATORS: Mapping[str, str] = {"comma": ",", "semicolon": ";", "tab": "\t"}
SeparatorParameter = Annotated[
    Separator,
    Query(description="Between the cells of CSV: a semicolon where a comma marks decimals."),
]


class ExportParams(SampleParams):
    """A search; `limit` stops the export early, without it all matches come. With `id` these
    articles come alone.
    """

    limit: Annotated[int, Query(ge=1, le=10_000_000)] | None = None
    id: Annotated[
        tuple[Annotated[str, Query(min_length=1, max_length=300)], ...],
        Query(
            max_length=MAX_CHOSEN, description="Export these articles, whatever the search finds."
        ),
    ] = ()


class CsvParams(ExportParams):
    """An export as CSV, and what stands between its cells."""

    separator: SeparatorParameter = ","


class TimelineCsvParams(TimelineParams):
    """A timeline as CSV, and what stands between its cells."""

    separator: SeparatorParameter = ","


@router.get(
    "/api/v1/export.csv",
    response_class=Response,
    responses=streams("text/csv"),
    summary="All matches as CSV",
)
def export_csv(context: Context, params: Annotated[CsvParams, Query()]) -> StreamingResponse:
    documents, how = _matches(context, params)
    lines = csv_lines(documents, params.separator)
    return _stream(lines, "text/csv; charset=utf-8", context, "csv", how)


@router.get(
    "/api/v1/export.xlsx",
    response_class=Response,
    responses=streams(_WORKBOOK),
    summary="All matches as a workbook of Excel",
)
def export_workbook(
    context: Context, params: Annotated[ExportParams, Query()]
) -> StreamingResponse:
    documents, how = _matches(context, params)
    return _stream(workbook(documents), _WORKBOOK, context, "xlsx", how)


@router.get(
    "/api/v1/timeline.csv",
    response_class=Response,
    responses=streams("text/csv"),
    summary="Matches over time as CSV",
)
def timeline_csv(
    context: Context, params: Annotated[TimelineCsvParams, Query()]
) -> StreamingResponse:
    search = context.search_of(params)
    line = line_of(context.backend, search, params.interval, params.tz, context.now())
    watched = watched_steps(context, search, line)
    lines = timeline_lines(line, watched, params.separator)
    return _stream(lines, "text/csv; charset=utf-8", context, "timeline.csv", {})


@router.get(
    "/api/v1/export.jsonl",
    response_class=Response,
    responses=streams("application/x-ndjson"),
    summary="All matches as JSON Lines",
)
def export_jsonl(context: Context, params: Annotated[ExportParams, Query()]) -> StreamingResponse:
    documents, how = _matches(context, params)
    return _stream(jsonl_lines(documents), "application/x-ndjson", context, "jsonl", how)


def csv_lines(documents: Iterable[Document], separator: Separator = ",") -> Iterator[str]:
    """A header and a line for each document, safe to open in a spreadsheet; the first line begins
    with a BOM.
    """
    yield _BOM + csv_line(COLUMNS, separator)
    for document in documents:
        yield csv_line(map(cell, values_of(document)), separator)


def timeline_lines(
    line: Timeline, watched: Sequence[dict[str, Any] | None], separator: Separator = ","
) -> Iterator[str]:
    """A header and a line for each step of a timeline, with how it was watched."""
    yield _BOM + csv_line(TIMELINE_COLUMNS, separator)
    for row in timeline_rows(line, watched):
        yield csv_line([cell(value) for value in row], separator)


def jsonl_lines(documents: Iterable[Document]) -> Iterator[bytes]:
    """Each document as one line of JSON."""
    for document in documents:
        yield orjson.dumps(document) + b"\n"


def csv_line(cells: Iterable[str], separator: Separator = ",") -> str:
    """One line of CSV, every cell quoted."""
    line = io.StringIO()
    delimiter = _SEPARATORS.get(separator, separator)
    csv.writer(line, quoting=csv.QUOTE_ALL, delimiter=delimiter).writerow(cells)
    return line.getvalue()


def _matches(
    context: AppContext, params: ExportParams
) -> tuple[Iterator[Document], dict[str, str]]:
    """The matches, and the headers that say how their time was watched."""
    search: Search = context.search_of(params)
    matches = _chosen(context, params.id) if params.id else context.backend.scan(search)
    documents = itertools.islice(matches, params.limit)
    # The first match is fetched before the answer begins, so that a failing index still gets its
    # own status.
    first = list(itertools.islice(documents, 1))
    every = itertools.chain(first, documents)
    if context.store is None:
        return every, {}
    coverage = ExportCoverage(context.store, context.sources, context.now())
    headers = {HEADER: header_value(coverage.whole_period(search))}
    return coverage.annotated(every), headers


def _chosen(context: AppContext, ids: tuple[str, ...]) -> Iterator[Document]:
    """The articles with these ids, in this order; what is not there is left out."""
    documents = context.backend.get(ids)
    for article_id in dict.fromkeys(ids):
        if article_id in documents:
            yield documents[article_id]


def _stream(
    lines: Iterator[str | bytes],
    media_type: str,
    context: AppContext,
    ending: str,
    more: Mapping[str, str],
) -> StreamingResponse:
    name = f"veille-{context.now():%Y-%m-%d}.{ending}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
        **more,
    }
    return StreamingResponse(_batches(lines), headers=headers, media_type=media_type)


def _batches(lines: Iterator[str | bytes]) -> Iterator[bytes]:
    while batch := list(itertools.islice(lines, _BATCH)):
        yield b"".join(map(_as_bytes, batch))


def _as_bytes(line: str | bytes) -> bytes:
    return line.encode() if isinstance(line, str) else line

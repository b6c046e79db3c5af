"""All matches of a query as a stream: CSV for spreadsheets, JSON Lines for programs."""

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from indexer.backend import Document
from indexer.query import Search
from search.ask import SampleParams, search_of
from search.desk import AtDesk, Desk
from search.replies import streams

COLUMNS = (
    "id",
    "published",
    "published_precision",
    "published_earliest",
    "published_latest",
    "modified",
    "first_seen",
    "source",
    "source_name",
    "country",
    "language",
    "section",
    "topics",
    "places",
    "agencies",
    "attributions",
    "authors",
    "title",
    "lead",
    "text",
    "words",
    "url",
    "canonical_url",
    "collections",
    "story",
    "copy_of",
    "revision",
    "paywalled",
)
_BOM = "\ufeff"
_BATCH = 200
MAX_CHOSEN = 500
# What a spreadsheet may take for a formula (OWASP ASVS 5.0, 1.2.10), also behind what it skips.
_FORMULA = re.compile(
    r"(?:[\s;,\"'\ufeff\u200b\x00-\x1f]|%0[0-9A-Da-d]){0,20}[=+\-@\u2212\uff1d\uff0b\uff0d\uff20]|[\t\r\n\x00]"
)

router = APIRouter()


class ExportParams(SampleParams):
    """A search; `limit` stops the export early, without it all matches come. With `id` these articles come alone."""

    limit: Annotated[int, Query(ge=1, le=10_000_000)] | None = None
    id: Annotated[
        tuple[Annotated[str, Query(min_length=1, max_length=300)], ...],
        Query(max_length=MAX_CHOSEN, description="Export these articles, whatever the search finds."),
    ] = ()


@router.get("/api/v1/export.csv", response_class=Response, responses=streams("text/csv"), summary="All matches as CSV")
def export_csv(desk: AtDesk, params: Annotated[ExportParams, Query()]) -> StreamingResponse:
    return _streamed(csv_lines(_matches(desk, params)), "text/csv; charset=utf-8", desk, "csv")


@router.get(
    "/api/v1/export.jsonl",
    response_class=Response,
    responses=streams("application/x-ndjson"),
    summary="All matches as JSON Lines",
)
def export_jsonl(desk: AtDesk, params: Annotated[ExportParams, Query()]) -> StreamingResponse:
    return _streamed(jsonl_lines(_matches(desk, params)), "application/x-ndjson", desk, "jsonl")


def csv_lines(documents: Iterable[Document]) -> Iterator[str]:
    """A header and a line for each document, safe to open in a spreadsheet; the first line begins with a BOM."""
    yield _BOM + _csv_line(COLUMNS)
    for document in documents:
        yield _csv_line([cell(document.get(column)) for column in COLUMNS])


def jsonl_lines(documents: Iterable[Document]) -> Iterator[bytes]:
    """Each document as one line of JSON."""
    for document in documents:
        yield orjson.dumps(document) + b"\n"


def cell(value: Any) -> str:
    """A field's value in a spreadsheet: lists joined by "; ", a quote mark before what could become a formula."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value).lower() if isinstance(value, bool) else str(value)
    text = "; ".join(_name(item) for item in value) if isinstance(value, list | tuple) else str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def _name(item: Any) -> str:
    return str(item["name"]) if isinstance(item, Mapping) else str(item)


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(cells)
    return line.getvalue()


def _matches(desk: Desk, params: ExportParams) -> Iterator[Document]:
    search: Search = search_of(params, desk.now())
    found = _chosen(desk, params.id) if params.id else desk.backend.scan(search)
    documents = itertools.islice(found, params.limit)
    # The first match is fetched before the answer begins, so that a failing index still gets its own status.
    first = list(itertools.islice(documents, 1))
    return itertools.chain(first, documents)


def _chosen(desk: Desk, ids: tuple[str, ...]) -> Iterator[Document]:
    """The articles with these ids, in this order; what is not there is left out."""
    found = desk.backend.get(ids)
    return (found[id] for id in dict.fromkeys(ids) if id in found)


def _streamed(lines: Iterator[str | bytes], media_type: str, desk: Desk, ending: str) -> StreamingResponse:
    name = f"veille-{desk.now():%Y-%m-%d}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return StreamingResponse(_batches(lines), headers=headers, media_type=media_type)


def _batches(lines: Iterator[str | bytes]) -> Iterator[bytes]:
    while batch := list(itertools.islice(lines, _BATCH)):
        yield b"".join(line.encode() if isinstance(line, str) else line for line in batch)

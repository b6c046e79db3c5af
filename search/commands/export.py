"""`veille export`: all matches of a query, as the API's exports give them."""

import itertools
import sys
from collections.abc import Iterable
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import click

from crawler.process.clock import utc_now
from crawler.store import Store
from indexer.backend import Document
from search.api.export import csv_lines, jsonl_lines, timeline_lines
from search.api.export_coverage import ExportCoverage, coverage_sentence
from search.api.spreadsheet import workbook
from search.commands.console import index_of, named, settings
from search.commands.search import filters, names_of, sampled
from search.query.request import SampleParams, line_of, search_of


@click.command("export")
@click.argument("query", default="")
@filters
@click.option("--format", "form", type=click.Choice(["jsonl", "csv", "xlsx"]), default="jsonl")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file instead of the screen.",
)
@click.option("--limit", type=click.IntRange(1), help="Stop after so many articles.")
@click.option(
    "--timeline",
    "interval",
    type=click.Choice(["auto", "hour", "day", "week", "month", "year"]),
    help="Write the matches over time, with how each step was watched, as CSV instead.",
)
@click.option(
    "--separator",
    type=click.Choice(["comma", "semicolon", "tab"]),
    default="comma",
    help="What stands between the cells of CSV.",
)
@click.option("--tz", default="UTC", help="Time zone of the timeline's steps.")
@sampled
def command(query: str, form: str, output: Path | None, **options: Any) -> None:
    """Write every match of QUERY (all articles without it) as JSON Lines, CSV or an Excel
    workbook.
    """
    config = settings()
    now = utc_now()
    limit = options.pop("limit")
    interval = options.pop("interval")
    separator = options.pop("separator")
    params = SampleParams(q=query, **options)
    with closing(Store(config.database_url)) as store, index_of(config) as backend:
        # Read first: a query that can't be read must not cut a file that is there.
        search = search_of(params, now, names_of(config, backend, store, now))
        coverage = ExportCoverage(store, named(config), now)
        lines: Iterable[str | bytes]
        if interval:
            line = line_of(backend, search, interval, params.tz, now)
            lines = timeline_lines(line, coverage.steps(search, line), separator)
        else:
            documents = coverage.annotated(itertools.islice(backend.scan(search), limit))
            lines = _lines(documents, form, separator)
        with output.open("wb") if output else nullcontext(sys.stdout.buffer) as out:
            for text in lines:
                out.write(text.encode() if isinstance(text, str) else text)
        click.echo(coverage_sentence(coverage.whole_period(search)), err=True)


def _lines(documents: Iterable[Document], form: str, separator: Any) -> Iterable[str | bytes]:
    match form:
        case "csv":
            return csv_lines(documents, separator)
        case "xlsx":
            return workbook(documents)
        case _:
            return jsonl_lines(documents)

"""`veille export`: all matches of a query, as the API's exports give them."""

import itertools
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from crawler.runtime import utc_now
from search.ask import SampleParams, search_of
from search.commands.console import index_of, settings
from search.commands.search import filters, sampled
from search.exports import csv_lines, jsonl_lines


@click.command("export")
@click.argument("query", default="")
@filters
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="A file instead of the screen.")
@click.option("--limit", type=click.IntRange(1), help="Stop after so many articles.")
@sampled
def command(query: str, form: str, output: Path | None, limit: int | None, **narrowed: Any) -> None:
    """Write every match of QUERY (all articles without it) as JSON Lines or CSV."""
    search = search_of(SampleParams(q=query, **narrowed), utc_now())
    with index_of(settings()) as backend:
        documents = itertools.islice(backend.scan(search), limit)
        lines = csv_lines(documents) if form == "csv" else jsonl_lines(documents)
        with output.open("wb") if output else nullcontext(sys.stdout.buffer) as out:
            for line in lines:
                out.write(line.encode() if isinstance(line, str) else line)

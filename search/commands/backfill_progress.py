"""How far a crawl that reaches back has come, on the terminal."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import click

EVERY_SECONDS = 1.0
LINE_SECONDS = 30.0
"""How often a line is written where the output is no terminal."""


@asynccontextmanager
async def backfill_progress(counts: Callable[[], Mapping[str, int]]) -> AsyncIterator[None]:
    """Show on the error output what `counts` says, as long as the block runs."""
    showing = asyncio.ensure_future(_show(counts))
    try:
        yield
    finally:
        showing.cancel()
        click.echo(f"{_begin()}{progress_line(counts())}", err=True)


def progress_line(counts: Mapping[str, int]) -> str:
    """What was read and found so far, in words."""
    return (
        f"{counts.get('listings', 0)} of {counts.get('listings_due', 0)} sitemaps, feeds and lists"
        f" read, {counts.get('found', 0)} pages found, {counts.get('fetched', 0)} fetched,"
        f" {counts.get('new', 0)} new articles"
    )


async def _show(counts: Callable[[], Mapping[str, int]]) -> None:
    is_terminal = sys.stderr.isatty()
    while True:
        await asyncio.sleep(EVERY_SECONDS if is_terminal else LINE_SECONDS)
        click.echo(f"{_begin()}{progress_line(counts())}", err=True, nl=not is_terminal)


def _begin() -> str:
    """On a terminal, what takes the place of the line before."""
    return "\r\x1b[K" if sys.stderr.isatty() else ""

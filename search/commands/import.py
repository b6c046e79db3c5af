"""`veille import`: articles from WARC files and lists of addresses, through the line of a crawl to
the index.
"""

import asyncio
import io
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from crawler.config import Config
from crawler.imports import (
    PAGE_COUNTS,
    STANDARD_INPUT,
    AddressImport,
    ImportCounts,
    ImportProgress,
    InputError,
    Inputs,
    ListedPages,
    Owners,
    WarcImport,
    read_addresses,
)
from crawler.process.reactor import run
from crawler.runtime import CrawlContext
from crawler.sources import Source, choose, read_sources
from search.commands.console import (
    CommandError,
    as_json,
    print_output,
    settings,
    sources_file,
    verbosely,
)
from search.commands.crawl import DRAIN_SECONDS, RelayThread, report
from search.commands.log_output import log_to

HOSTS_TOLD = 10
"""Hosts without a source that are named, those with most answers."""
LINES_TOLD = 20
"""Lines of lists that are told on the terminal with what is wrong with them."""
POLL_SECONDS = 0.5
"""How often the progress of fetching is looked at."""


@click.command("import")
@click.argument("file", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--source", "fallback", metavar="ID", help="Take what belongs to no source as this one's."
)
@sources_file
@as_json
@verbosely
def command(
    file: tuple[Path, ...], fallback: str | None, sources: Path | None, json_: bool, verbose: bool
) -> int:
    """Take the articles of WARC files (FILE, or the files of a folder) as if they had been crawled
    when they were captured, without fetching anything; fetch the addresses that a list (text or
    CSV, - for standard input) names.
    """
    config = settings(sources=sources)
    watched = read_sources(config.sources)
    taking = choose(watched, [fallback])[0] if fallback else None
    log_to(config, verbose)
    one = ImportRun(Owners.of_sources(watched, taking), _inputs(file))
    one.read_lists()
    code = run(lambda stop: _import(config, one, stop), config.allow_hosts)
    if json_:
        print_output(_body(one))
    else:
        _show(one)
    _report(one)
    return code or int(bool(one.counts.problems))


def _inputs(paths: Sequence[Path]) -> Inputs:
    try:
        return Inputs.of_paths(paths)
    except InputError as error:
        raise CommandError(str(error)) from error


class ImportRun:
    """One import: what it reads, and what it comes to."""

    def __init__(self, owners: Owners, inputs: Inputs) -> None:
        self.owners = owners
        self.inputs = inputs
        self.counts = ImportCounts()
        self.listed = ListedPages(owners, self.counts)
        self.relayed: Counter[str] = Counter()

    def read_lists(self) -> None:
        """Read the lists of addresses."""
        for path in self.inputs.lists:
            if path == STANDARD_INPUT:
                lines = io.TextIOWrapper(sys.stdin.buffer, "utf-8", "replace")
                self.listed.add("standard input", read_addresses(lines))
                continue
            with path.open(encoding="utf-8", errors="replace") as file:
                self.listed.add(str(path), read_addresses(file))


async def _import(config: Config, one: ImportRun, stop: asyncio.Event) -> int:
    """Import and relay beside each other; returns the exit code."""
    context = CrawlContext.open(config)
    relaying = RelayThread(config, context)
    try:
        relaying.start()
        await _take_captures(context, one, stop)
        await _fetch_listed(context, one, stop)
        one.relayed["waiting"] = await relaying.drain(0 if stop.is_set() else DRAIN_SECONDS)
        one.relayed["indexed"] = relaying.indexed
        one.relayed["rejected"] = relaying.rejected
    finally:
        await asyncio.to_thread(relaying.close)
        await asyncio.to_thread(context.close)
    return 130 if stop.is_set() else 0


async def _take_captures(context: CrawlContext, one: ImportRun, stop: asyncio.Event) -> None:
    if not one.inputs.warcs:
        return
    size = sum(path.stat().st_size for path in one.inputs.warcs)
    with click.progressbar(length=size, label="Importing", file=sys.stderr) as bar:
        progress = TerminalProgress(bar)
        importing = WarcImport(context, one.owners, stop, progress, one.counts)
        await importing.run(one.inputs.warcs)


async def _fetch_listed(context: CrawlContext, one: ImportRun, stop: asyncio.Event) -> None:
    if not one.listed.total or stop.is_set():
        return
    before = _settled(one.counts)
    with click.progressbar(length=one.listed.total, label="Fetching", file=sys.stderr) as bar:
        fetching = asyncio.ensure_future(AddressImport(context, one.counts).run(one.listed, stop))
        while not fetching.done():
            await asyncio.wait({fetching}, timeout=POLL_SECONDS)
            bar.update(_settled(one.counts) - before - bar.pos)
        await fetching


def _settled(counts: ImportCounts) -> int:
    """How many pages are settled."""
    return sum(_named(counts.total).values())


class TerminalProgress(ImportProgress):
    """A progress bar that counts bytes."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar
        self._waiting: set[str] = set()
        self._rest = 0.0

    def advance(self, size: float) -> None:
        whole = int(self._rest + size)
        self._rest += size - whole
        self._bar.update(whole)

    def wait(self, source: Source, holder: str) -> None:
        if source.id not in self._waiting:
            self._waiting.add(source.id)
            click.echo(
                f"veille: {source.id} is being crawled by {holder}: waiting for it to end.",
                err=True,
            )


def _body(one: ImportRun) -> dict[str, Any]:
    """What an import came to, as JSON values."""
    counts = one.counts
    by_source = {source: _named(pages) for source, pages in sorted(counts.by_source.items())}
    files = len(one.inputs.warcs) + len(one.inputs.lists)
    body: dict[str, Any] = {"files": files, "answers": counts.answers, "addresses": counts.lines}
    body |= _named(counts.total)
    body |= {"indexed": one.relayed["indexed"], "reasons": dict(counts.reasons.most_common())}
    body |= {"no_source": counts.foreign.total()}
    body |= {"hosts": dict(counts.foreign.most_common(HOSTS_TOLD))}
    body |= {"wrong_lines": counts.wrong_lines, "lines": counts.wrong}
    return {**body, "sources": by_source, "problems": counts.problems}


def _named(pages: Counter[str]) -> dict[str, int]:
    return {name: pages[name] for name in PAGE_COUNTS}


def _show(one: ImportRun) -> None:
    counts = one.counts
    for source, pages in sorted(counts.by_source.items()):
        figures = ", ".join(f"{pages[name]} {name}" for name in PAGE_COUNTS if pages[name])
        click.echo(f"{source}: {figures}")
    for reason, number in counts.reasons.most_common():
        click.echo(f"no article, {reason}: {number}")
    if counts.foreign:
        click.echo(_told_foreign(counts))
    total = _named(counts.total) | {"indexed": one.relayed["indexed"]}
    click.echo(", ".join(f"{number} {name}" for name, number in total.items()))


def _told_foreign(counts: ImportCounts) -> str:
    hosts = [f"{host} ({number})" for host, number in counts.foreign.most_common(HOSTS_TOLD)]
    others = len(counts.foreign) - len(hosts)
    more = f" and {others} more" if others > 0 else ""
    return (
        f"{counts.foreign.total()} answers belong to no source, on {', '.join(hosts)}{more}: "
        "add the source, or name a host in its `hosts`, or take them with --source."
    )


def _report(one: ImportRun) -> None:
    """Print what was left out and what went wrong, and what to do."""
    counts = one.counts
    for line in counts.wrong[:LINES_TOLD]:
        click.echo(f"veille: {line}.", err=True)
    if counts.wrong_lines > LINES_TOLD:
        more = counts.wrong_lines - LINES_TOLD
        click.echo(f"veille: {more} more lines are left out.", err=True)
    for name, problem in counts.problems.items():
        click.echo(f"veille: {name} {problem}.", err=True)
    one.relayed["broken"] = counts.broken
    report(one.relayed)

"""`veille import`: articles from WARC files, through the line of a crawl to the index."""

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from crawler.config import Config
from crawler.imports import ImportCounts, ImportProgress, Owners, WarcImport
from crawler.process.reactor import run
from crawler.runtime import CrawlContext
from crawler.sources import Source, choose, read_sources
from search.commands.console import (
    CommandError,
    as_json,
    log_to,
    print_output,
    settings,
    sources_file,
    verbosely,
)
from search.commands.crawl import DRAIN_SECONDS, RelayThread, report

COUNTS = ("new", "changed", "unchanged", "known", "skipped", "failed")
HOSTS_TOLD = 10
"""Hosts without a source that are named, those with most answers."""
WARC_ENDINGS = (".warc", ".warc.gz", ".warc.gz.open")


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
    when they were captured. Nothing is fetched.
    """
    config = settings(sources=sources)
    watched = read_sources(config.sources)
    taking = choose(watched, [fallback])[0] if fallback else None
    paths = _warc_files(file)
    log_to(config.data, verbose)
    one = ImportRun(Owners.of_sources(watched, taking), paths)
    code = run(lambda stop: _import(config, one, stop))
    if json_:
        print_output(_body(one))
    else:
        _show(one)
    report(one.relayed)
    for path, problem in one.counts.problems.items():
        click.echo(f"veille: {path} {problem}.", err=True)
    return code or int(bool(one.counts.problems))


def _warc_files(paths: Sequence[Path]) -> list[Path]:
    """The files that are named, and those of the folders that are named, in the order of their
    names. Raises `CommandError`.
    """
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise CommandError(f"There is no file {path}.")
        if not path.is_dir():
            files.append(path)
            continue
        within = sorted(one for one in path.iterdir() if one.name.endswith(WARC_ENDINGS))
        if not within:
            raise CommandError(f"The folder {path} holds no WARC file (.warc, .warc.gz).")
        files += within
    return files


@dataclass(slots=True)
class ImportRun:
    """One import: what it reads, and what it comes to."""

    owners: Owners
    paths: Sequence[Path]
    counts: ImportCounts = field(default_factory=ImportCounts)
    relayed: Counter[str] = field(default_factory=Counter)


async def _import(config: Config, one: ImportRun, stop: asyncio.Event) -> int:
    """Import and relay beside each other; returns the exit code."""
    context = CrawlContext.open(config)
    relaying = RelayThread(config, context)
    size = sum(path.stat().st_size for path in one.paths)
    try:
        relaying.start()
        with click.progressbar(length=size, label="Importing", file=sys.stderr) as bar:
            progress = TerminalProgress(bar)
            await WarcImport(context, one.owners, stop, progress, one.counts).run(one.paths)
        one.relayed["waiting"] = await relaying.drain(0 if stop.is_set() else DRAIN_SECONDS)
        one.relayed["indexed"] = relaying.indexed
        one.relayed["rejected"] = relaying.rejected
    finally:
        await asyncio.to_thread(relaying.close)
        await asyncio.to_thread(context.close)
    return 130 if stop.is_set() else 0


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
    body: dict[str, Any] = {"files": len(one.paths), "answers": counts.answers}
    body |= _named(counts.total)
    body |= {"indexed": one.relayed["indexed"], "reasons": dict(counts.reasons.most_common())}
    body |= {"no_source": counts.foreign.total()}
    body |= {"hosts": dict(counts.foreign.most_common(HOSTS_TOLD))}
    return {**body, "sources": by_source, "problems": counts.problems}


def _named(pages: Counter[str]) -> dict[str, int]:
    return {name: pages[name] for name in COUNTS}


def _show(one: ImportRun) -> None:
    counts = one.counts
    for source, pages in sorted(counts.by_source.items()):
        figures = ", ".join(f"{pages[name]} {name}" for name in COUNTS if pages[name])
        click.echo(f"{source}: {figures}")
    for reason, number in counts.reasons.most_common():
        click.echo(f"{number} were no article ({reason})")
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

"""`veille reextract`: today's rules, and what has been learned since, applied to the pages that are
archived.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import click

from crawler.archive.opening import archive_of
from crawler.archive.reextract import Reextraction, ReextractResult, write
from crawler.config import Config
from crawler.process.pool import ReadingPool
from crawler.sources import Source, choose, read_sources
from crawler.store import Store
from search.commands.console import as_json, clock, print_output, settings

EXAMPLES = 3
"""Changes of each field that are shown."""
LONGEST = 200


@click.command("reextract")
@click.argument("source", nargs=-1)
@click.option("--source", "named", multiple=True, help="Only this source; repeated: several.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@as_json
def command(source: tuple[str, ...], named: tuple[str, ...], dry_run: bool, json_: bool) -> None:
    """Extract the archived pages again (of the sources SOURCE, or of all), say what changes by
    field, and write it.
    """
    config = settings()
    ids = tuple(dict.fromkeys((*source, *named)))
    tally = asyncio.run(_reextract(config, ids, dry_run, clock()))
    if json_:
        print_output(tally.body())
    else:
        _show(tally, dry_run)


@dataclass(slots=True)
class ReextractCounts:
    """What extracting again changed: counts, and by field a count and some examples."""

    counts: Counter[str] = field(default_factory=Counter)
    characters: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    fields: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    changes: Counter[str] = field(default_factory=Counter)

    def add(self, result: ReextractResult) -> None:
        """Count one page."""
        self.counts["pages"] += 1
        self.counts["learned"] += result.learned
        self.counts["changed"] += bool(result.changed)
        self.counts["new"] += result.before is None and result.after is not None
        self.counts["lost"] += result.lost is not None
        if result.before and result.refused:
            self.refused[result.refused] += 1
        if result.before and result.after and result.learned:
            self.characters += max(0, len(result.before.text) - len(result.after.text))
        for name in result.changed:
            self.changes[name] += 1
            self._add_example(name, result)

    def _add_example(self, name: str, result: ReextractResult) -> None:
        examples = self.fields.setdefault(name, [])
        if result.before is None or result.after is None or len(examples) == EXAMPLES:
            return
        before = result.before.to_dict()[name]
        after = result.after.to_dict()[name]
        examples.append({"url": result.url, "before": before, "after": after})

    def body(self) -> dict[str, Any]:
        """The tally as JSON values."""
        names = ("pages", "changed", "learned", "new", "lost")
        by_field = {
            name: {"count": count, "examples": self.fields[name]}
            for name, count in self.changes.most_common()
        }
        counts = {name: self.counts[name] for name in names}
        return {
            **counts,
            "characters": self.characters,
            "refused": dict(self.refused),
            "fields": by_field,
        }


async def _reextract(
    config: Config, ids: Sequence[str], dry_run: bool, now: Callable[[], datetime]
) -> ReextractCounts:
    store = Store(config.database_url)
    pool = ReadingPool(config.workers)
    tally = ReextractCounts()
    try:
        by_id = _checked_sources(config, store, ids)
        extraction = Reextraction(store, archive_of(config), pool, by_id)
        total = 0 if ids else store.pages.documents()
        async for result in _with_progress(extraction.pages(ids), total):
            tally.add(result)
            if not dry_run:
                write(store, result, now())
    finally:
        pool.close()
        store.close()
    return tally


async def _with_progress(
    results: AsyncIterator[ReextractResult], total: int
) -> AsyncIterator[ReextractResult]:
    """The results, counted on a progress bar; `total` is 0 where it is not known."""
    with click.progressbar(length=total, label="Extracting", file=sys.stderr) as bar:
        async for result in results:
            yield result
            bar.update(1)


def _checked_sources(config: Config, store: Store, ids: Sequence[str]) -> dict[str, Source]:
    """The listed sources by id; raises `SourcesError` for an id neither listed nor stored."""
    sources = read_sources(config.sources) if config.sources.exists() else []
    by_id = {source.id: source for source in sources}
    stored = set(store.lines.sources())
    for source_id in ids:
        if source_id not in stored and source_id not in by_id:
            choose(sources, [source_id])
    return by_id


def _show(tally: ReextractCounts, dry_run: bool) -> None:
    changed = "would change" if dry_run else "changed"
    for name, count in tally.changes.most_common():
        click.secho(f"{name}: {count} {changed}", bold=True)
        for example in tally.fields[name]:
            click.echo(f"  {example['url']}")
            click.echo(f"    - {_short(example['before'])}")
            click.echo(f"    + {_short(example['after'])}")
    if tally.counts["learned"]:
        lost = f"{tally.characters} characters of learned boilerplate"
        click.echo(f"{tally.counts['learned']} articles lose {lost}")
    if tally.counts["new"]:
        click.echo(f"{tally.counts['new']} pages are articles now that were none")
    for reason, count in tally.refused.most_common():
        click.echo(f"{count} articles would be refused now ({reason}); they are kept as they are")
    if tally.counts["lost"]:
        unreadable = f"{tally.counts['lost']} pages can't be read from the archive"
        click.echo(f"{unreadable}; their articles stay as they are")
    click.echo(f"{tally.counts['changed']} of {tally.counts['pages']} articles {changed}")


def _short(value: Any) -> str:
    text = "none" if value is None else str(value).replace("\n", " ¶ ")
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}… ({len(text)} characters)"

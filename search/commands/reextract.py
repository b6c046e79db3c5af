"""`veille reextract`: today's rules, and what has been learned since, applied to the pages that are
archived.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import click

from crawler.archive import Archive
from crawler.archive.reextract import Reextraction, ReextractResult, write
from crawler.config import Config
from crawler.process.pool import ReadingPool
from crawler.sources import choose, read_sources
from crawler.store import Store
from search.commands.console import as_json, clock, say, settings

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
    asked = tuple(dict.fromkeys((*source, *named)))
    tally = asyncio.run(_again(config, asked, dry_run, clock()))
    if json_:
        say(tally.body())
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

    def add(self, again: ReextractResult) -> None:
        """Count one page."""
        self.counts["pages"] += 1
        self.counts["learned"] += again.learned
        self.counts["changed"] += bool(again.changed)
        self.counts["new"] += again.before is None and again.after is not None
        self.counts["lost"] += again.lost is not None
        if again.before and again.refused:
            self.refused[again.refused] += 1
        if again.before and again.after and again.learned:
            self.characters += max(0, len(again.before.text) - len(again.after.text))
        for name in again.changed:
            self.changes[name] += 1
            examples = self.fields.setdefault(name, [])
            if again.before and again.after and len(examples) < EXAMPLES:
                before, after = again.before.to_dict()[name], again.after.to_dict()[name]
                examples.append({"url": again.url, "before": before, "after": after})

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


async def _again(
    config: Config, asked: Sequence[str], dry_run: bool, now: Callable[[], datetime]
) -> ReextractCounts:
    store, pool, tally = Store(config.database_url), ReadingPool(config.workers), ReextractCounts()
    try:
        sources = read_sources(config.sources) if config.sources.exists() else []
        known = {one.id: one for one in sources}
        held = set(store.lines.sources())
        for unknown in (one for one in asked if one not in held and one not in known):
            choose(sources, [unknown])
        extraction = Reextraction(store, Archive(config.archive_folder), pool, known)
        total = None if asked else store.pages.documents()
        with click.progressbar(length=total or 0, label="Extracting", file=sys.stderr) as bar:
            async for again in extraction.pages(asked):
                tally.add(again)
                if not dry_run:
                    write(store, again, now())
                bar.update(1)
    finally:
        pool.close()
        store.close()
    return tally


def _show(tally: ReextractCounts, dry_run: bool) -> None:
    would = "would change" if dry_run else "changed"
    for name, count in tally.changes.most_common():
        click.secho(f"{name}: {count} {would}", bold=True)
        for example in tally.fields[name]:
            click.echo(
                f"  {example['url']}\n    - {_short(example['before'])}\n    + {_short(example['after'])}"
            )
    if tally.counts["learned"]:
        click.echo(
            f"{tally.counts['learned']} articles lose {tally.characters} characters of learned boilerplate"
        )
    if tally.counts["new"]:
        click.echo(f"{tally.counts['new']} pages are articles now that were none")
    for reason, count in tally.refused.most_common():
        click.echo(f"{count} articles would be refused now ({reason}); they are kept as they are")
    if tally.counts["lost"]:
        click.echo(
            f"{tally.counts['lost']} pages can't be read from the archive; their articles stay as they are"
        )
    click.echo(f"{tally.counts['changed']} of {tally.counts['pages']} articles {would}")


def _short(value: Any) -> str:
    text = "none" if value is None else str(value).replace("\n", " ¶ ")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} characters)"

"""`veille source pause` and `veille source resume`: sources that are not crawled for a time."""

from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.process.clock import utc_now
from crawler.store import Store
from search.commands.console import PATIENCE, CommandError, chosen, settings, sources_file


@click.command("pause")
@click.argument("source", nargs=-1, required=True)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="Until this day or moment (UTC).",
)
@sources_file
def pause(source: tuple[str, ...], until: datetime | None, sources: Path | None) -> None:
    """Pause the sources with the ids SOURCE: until they are resumed, or until a day."""
    config = settings(sources=sources)
    now = utc_now()
    end = until.replace(tzinfo=UTC) if until else None
    if end and end <= now:
        raise CommandError("--until is past: name a day in the future.")
    until_when = f"until {end:%Y-%m-%d %H:%M} UTC" if end else "until it is resumed"
    store = Store(config.database_url, patience=PATIENCE)
    try:
        for paused in chosen(config, source):
            store.pauses.pause(paused.id, now, end)
            click.echo(f"{paused.id} is paused {until_when}")
    finally:
        store.close()


@click.command("resume")
@click.argument("source", nargs=-1, required=True)
@sources_file
def resume(source: tuple[str, ...], sources: Path | None) -> None:
    """Resume the sources with the ids SOURCE."""
    config = settings(sources=sources)
    store = Store(config.database_url, patience=PATIENCE)
    try:
        for resumed in chosen(config, source):
            was_paused = store.pauses.resume(resumed.id, utc_now())
            state = "is watched again" if was_paused else "was not paused"
            click.echo(f"{resumed.id} {state}")
    finally:
        store.close()

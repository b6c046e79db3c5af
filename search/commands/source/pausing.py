"""`veille source pause` and `veille source resume`: leaving a source alone for a time."""

from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.process.clock import utc_now
from crawler.store import Store
from search.commands.console import CommandError, chosen, settings, sources_file


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
    config, now = settings(sources=sources), utc_now()
    end = until.replace(tzinfo=UTC) if until else None
    if end and end <= now:
        raise CommandError("--until is past: name a day in the future.")
    store = Store(config.database_url)
    try:
        for one in chosen(config, source):
            store.pauses.pause(one.id, now, end)
            click.echo(
                f"{one.id} is paused {f'until {end:%Y-%m-%d %H:%M} UTC' if end else 'until it is resumed'}"
            )
    finally:
        store.close()


@click.command("resume")
@click.argument("source", nargs=-1, required=True)
@sources_file
def resume(source: tuple[str, ...], sources: Path | None) -> None:
    """Resume the sources with the ids SOURCE."""
    config = settings(sources=sources)
    store = Store(config.database_url)
    try:
        for one in chosen(config, source):
            was = store.pauses.resume(one.id, utc_now())
            click.echo(f"{one.id} {'is watched again' if was else 'was not paused'}")
    finally:
        store.close()

"""`veille init`: files to start from."""

from datetime import datetime
from importlib.resources import files
from pathlib import Path

import click

from crawler.backups import put_aside
from crawler.store import Store
from search.commands.console import CommandError, clock, settings


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option("--force", is_flag=True, help="Replace files that are there; they are put aside.")
def command(folder: Path, force: bool) -> None:
    """Write sources.toml (a dozen news sites in five languages, to edit) and veille.toml, and make
    the store.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("sources.toml", "veille.toml"):
        path = folder / name
        if path.exists() and not force:
            raise CommandError(f"{path} is there already: edit it, or put it aside with --force.")
    now = clock()()
    for name in ("sources.toml", "veille.toml"):
        text = (files("search.commands.starter") / name).read_text(encoding="utf-8")
        _write(folder / name, text, now)
    config = settings()
    Store(settings(data=folder / config.data).database_url, upgrade=True).close()
    click.echo("Edit sources.toml, set `contact` in veille.toml, then run `veille up`.")


def _write(path: Path, text: str, now: datetime) -> None:
    """Write a file; one that is there and differs is put aside."""
    aside = None
    if path.exists() and path.read_text(encoding="utf-8", errors="replace") != text:
        aside = put_aside(path, now)
    path.write_text(text, encoding="utf-8")
    click.echo(f"Wrote {path}" + (f"; what was there is {aside}" if aside else ""))

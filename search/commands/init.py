"""`veille init`: files to start from."""

from importlib.resources import files
from pathlib import Path

import click

from crawler.store import Store
from search.commands.console import CommandError, settings


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
def command(folder: Path, force: bool) -> None:
    """Write sources.toml (a dozen news sites in five languages, to edit) and veille.toml, and make
    the store.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("sources.toml", "veille.toml"):
        path = folder / name
        if path.exists() and not force:
            raise CommandError(f"{path} is there already: edit it, or overwrite it with --force.")
    for name in ("sources.toml", "veille.toml"):
        text = (files("search.commands.starter") / name).read_text(encoding="utf-8")
        (folder / name).write_text(text, encoding="utf-8")
        click.echo(f"Wrote {folder / name}")
    config = settings()
    Store(settings(data=folder / config.data).database_url, upgrade=True).close()
    click.echo("Edit sources.toml, set `contact` in veille.toml, then run `veille up`.")

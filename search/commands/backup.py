"""`veille backup`: all that an installation holds, in one folder."""

from pathlib import Path

import click

from crawler.backups import save
from search.commands.console import as_json, clock, print_output, settings


@click.command("backup")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@as_json
def command(folder: Path, json_: bool) -> None:
    """Copy store, archive, settings, tokens and takedowns to DIR, a new folder, while everything
    runs.
    """
    config = settings()
    manifest = save(config, folder, clock()())
    articles = manifest.dump.rows.get("articles", 0)
    files = len(list((folder / "archive").iterdir()))
    left_out = manifest.dump.left_out
    if json_:
        counts = {"articles": articles, "files": files, "left_out": left_out}
        print_output({"at": manifest.at, **counts})
        return
    click.echo(f"{articles} articles and {files} files of the archive are in {folder}.")
    if left_out:
        click.echo(f"{left_out} rows of the store can't be read, and are not in it.", err=True)
    click.echo("It holds secrets of this installation: keep it where only you can read it.")

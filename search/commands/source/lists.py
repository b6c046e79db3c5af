"""`veille source import` and `veille source export`: lists of sources from and for other programs."""

from pathlib import Path

import click

from crawler.sources import (
    ImportResult,
    ListError,
    add_sources,
    read_list,
    read_sources,
    write_list,
)
from search.commands.console import CommandError, as_json, say, settings, sources_file

FORMATS = ("opml", "csv")
form = click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="By the file's name where it is not given.",
)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@form
@click.option("--dry-run", is_flag=True, help="Only say what would be added.")
@sources_file
@as_json
def import_(
    file: Path, format_: str | None, dry_run: bool, sources: Path | None, json_: bool
) -> int:
    """Add the sources of an OPML or CSV FILE to the sources file; what is there already is left as
    it is.
    """
    config = settings(sources=sources)
    known = read_sources(config.sources) if config.sources.exists() else []
    try:
        listed = read_list(file.read_bytes(), _format(file, format_), known)
    except ListError as error:
        raise CommandError(f"{file}: {error}") from error
    if not dry_run:
        add_sources(config.sources, listed.sources)
    if json_:
        say(
            {
                "added": [one.id for one in listed.sources],
                "known": listed.known,
                "wrong": listed.wrong,
            }
        )
    else:
        _tell(listed, dry_run)
    return 1 if listed.wrong else 0


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@form
@sources_file
def export(file: Path | None, format_: str | None, sources: Path | None) -> None:
    """Write the sources as OPML or CSV to FILE, or to the screen."""
    watched = read_sources(settings(sources=sources).sources)
    text = write_list(watched, _format(file, format_))
    lost = sum(not source.feeds for source in watched) if _format(file, format_) == "opml" else 0
    if lost:
        click.echo(
            f"veille: {lost} sources have no feed, so OPML can't hold them: CSV can.", err=True
        )
    if file:
        file.write_text(text, encoding="utf-8", newline="")
    else:
        click.echo(text, nl=False)


def _format(file: Path | None, said: str | None) -> str:
    ending = file.suffix.lower().removeprefix(".") if file else ""
    found = said or {"opml": "opml", "xml": "opml", "csv": "csv"}.get(ending)
    if found is None:
        raise CommandError(
            "The format is not clear from the file's name: add --format opml or --format csv."
        )
    return found


def _tell(listed: ImportResult, dry_run: bool) -> None:
    for one in listed.sources:
        click.echo(f"+ {one.id}: {one.name}")
    for wrong in listed.wrong:
        click.secho(f"- {wrong}", fg="red")
    verb = "would be added" if dry_run else "added"
    click.echo(
        f"{len(listed.sources)} {verb}, {listed.known} there already, {len(listed.wrong)} wrong"
    )

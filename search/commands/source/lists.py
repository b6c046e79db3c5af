"""`veille source import` and `veille source export`: lists of sources, as OPML or CSV."""

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
from search.commands.console import CommandError, as_json, print_output, settings, sources_file

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
    listed = read_sources(config.sources) if config.sources.exists() else []
    try:
        result = read_list(file.read_bytes(), _format(file, format_), listed)
    except ListError as error:
        raise CommandError(f"{file}: {error}") from error
    if not dry_run:
        add_sources(config.sources, result.sources)
    if json_:
        added = [source.id for source in result.sources]
        print_output({"added": added, "known": result.known, "wrong": result.wrong})
    else:
        _show(result, dry_run)
    return 1 if result.wrong else 0


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@form
@sources_file
def export(file: Path | None, format_: str | None, sources: Path | None) -> None:
    """Write the sources as OPML or CSV to FILE, or to the screen."""
    watched = read_sources(settings(sources=sources).sources)
    list_format = _format(file, format_)
    text = write_list(watched, list_format)
    without_feed = sum(not source.feeds for source in watched)
    if list_format == "opml" and without_feed:
        sentence = f"{without_feed} sources have no feed, so OPML can't hold them: CSV can."
        click.echo(f"veille: {sentence}", err=True)
    if file:
        file.write_text(text, encoding="utf-8", newline="")
    else:
        click.echo(text, nl=False)


def _format(file: Path | None, option: str | None) -> str:
    ending = file.suffix.lower().removeprefix(".") if file else ""
    list_format = option or {"opml": "opml", "xml": "opml", "csv": "csv"}.get(ending)
    if list_format is None:
        raise CommandError(
            "The format is not clear from the file's name: add --format opml or --format csv."
        )
    return list_format


def _show(result: ImportResult, dry_run: bool) -> None:
    for source in result.sources:
        click.echo(f"+ {source.id}: {source.name}")
    for mistake in result.wrong:
        click.secho(f"- {mistake}", fg="red")
    added = f"{len(result.sources)} {'would be added' if dry_run else 'added'}"
    click.echo(f"{added}, {result.known} there already, {len(result.wrong)} wrong")

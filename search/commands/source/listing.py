"""`veille source list`: what is watched, as it was understood."""

from pathlib import Path

import click

from crawler.policy.pace import describe_pace, pace_row
from crawler.sources import Source
from search.commands.console import as_json, chosen, print_output, settings, sources_file


@click.command("list")
@sources_file
@as_json
def list_(sources: Path | None, json_: bool) -> None:
    """The sources, with where their new articles are found."""
    watched = chosen(settings(sources=sources), ())
    if json_:
        print_output([{**source.model_dump(mode="json"), **pace_row(source)} for source in watched])
        return
    for source in watched:
        head = f"{source.id:24} {source.language or '--'}  {source.name}"
        click.echo(f"{head}: {_where(source)}, {describe_pace(source)}")
    click.echo(f"{len(watched)} sources")


def _where(source: Source) -> str:
    if source.discovered:
        return "discovered from its home page"
    parts = {
        "section": len(source.sections),
        "feed": len(source.feeds),
        "sitemap": len(source.sitemaps),
    }
    counts = []
    for name, number in parts.items():
        if number:
            plural = "s" if number > 1 else ""
            counts.append(f"{number} {name}{plural}")
    return ", ".join(counts)

"""`veille source add` and `veille source check`: what a site would bring, shown before anything is
kept.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from crawler.config import Config
from crawler.preview import CheckedPage, Preview, PreviewLimits, SourceBusy, preview
from crawler.process.reactor import run
from crawler.sources import Source, add_sources, as_toml, choose, parse_sources, read_sources
from search.commands.console import (
    CommandError,
    as_json,
    log_to,
    say,
    settings,
    sources_file,
    verbosely,
)
from search.i18n.catalogue import english
from search.i18n.formatting import obstacle

ADDED = PreviewLimits(feeds=5, sitemaps=4, sections=12, articles=4, seconds=180)
CHECKED = PreviewLimits(feeds=50, sitemaps=10, sections=50, articles=12, seconds=600)


@click.command("add")
@click.argument("url")
@click.option("--id", "id_", help="The id to give it.")
@click.option("--name", help="The name to give it.")
@click.option("--language", help="Its language, two letters.")
@click.option("--country", help="Its country, two letters.")
@click.option(
    "--collection",
    "collections",
    multiple=True,
    help="A group of yours that it belongs to; repeated: several.",
)
@click.option("--yes", is_flag=True, help="Write without asking.")
@sources_file
@as_json
@verbosely
def add(url: str, sources: Path | None, yes: bool, json_: bool, verbose: bool, **said: Any) -> None:
    """Find the feeds, sitemaps and sections of the site at URL, show what they bring, and write
    them down.
    """
    config = settings(sources=sources)
    log_to(config.data, verbose)
    known = _known(config)
    (found,) = _looked(config, [url], known)
    if found.source is None:
        assert found.problem
        why = obstacle(found.problem.code, found.problem.values, english(), exactly=True)
        raise CommandError(f"{url} can't become a source: {why}")
    source = _with(found.source, said)
    if json_:
        say(
            {
                **found.body(),
                "source": source.model_dump(mode="json"),
                "toml": as_toml(source),
                "written": yes,
            }
        )
    else:
        _show(found)
        click.echo(f"\n{as_toml(source)}")
    if yes or (not json_ and _asked(config.sources)):
        add_sources(config.sources, [source])
        if not json_:
            click.echo(f"Written to {config.sources}: `veille crawl {source.id}` crawls it now.")


@click.command("check")
@click.argument("source", nargs=-1)
@sources_file
@as_json
@verbosely
def check(source: tuple[str, ...], sources: Path | None, json_: bool, verbose: bool) -> int:
    """Fetch each entry point of the sources (all, or those with the ids SOURCE) and preview some
    articles.
    """
    config = settings(sources=sources)
    log_to(config.data, verbose)
    known = read_sources(config.sources)
    asked = choose(known, source)
    found = dict(zip((one.id for one in asked), _looked(config, list(asked), known), strict=True))
    if json_:
        say({name: one.body() for name, one in found.items()})
    for name, one in found.items() if not json_ else ():
        click.secho(name, bold=True)
        _show(one)
    return 0 if all(_is_well(one) for one in found.values()) else 1


def _known(config: Config) -> list[Source]:
    return read_sources(config.sources) if config.sources.exists() else []


def _looked(
    config: Config, subjects: Sequence[str | Source], known: Sequence[Source]
) -> list[Preview]:
    found: list[Preview] = []

    async def look(stop: asyncio.Event) -> int:
        for subject in subjects:
            if not stop.is_set():
                bounds = ADDED if isinstance(subject, str) else CHECKED
                found.append(await preview(config, subject, known, bounds))
        return 130 if stop.is_set() else 0

    try:
        stopped = run(look, config.allow_hosts)
    except SourceBusy as error:
        raise CommandError(english()("preview_busy")) from error
    if stopped:
        raise click.Abort
    return found


def _with(source: Source, said: dict[str, Any]) -> Source:
    """The source with what was said of it on the command line; raises `SourcesError`."""
    values = {
        "id": said["id_"],
        "name": said["name"],
        "language": said["language"],
        "country": said["country"],
    }
    given = {name: value for name, value in values.items() if value}
    if said["collections"]:
        given["collections"] = said["collections"]
    (checked,) = parse_sources(as_toml(source.model_copy(update=given)), "the new source")
    return checked


def _asked(path: Path) -> bool:
    if not sys.stdin.isatty():
        raise CommandError("Nothing is written without your confirmation: add --yes.")
    return click.confirm(f"Write this to {path}?", default=True)


def _is_well(found: Preview) -> bool:
    return (
        found.complete
        and all(one.outcome == "read" for one in found.entries)
        and bool(found.entries)
    )


def _show(found: Preview) -> None:
    for one in found.entries:
        good = one.outcome == "read"
        items = f"{one.items} links" if good else one.outcome
        click.echo(
            click.style("+ " if good else "- ", fg="green" if good else "red")
            + f"{one.kind:8} {one.url}: {items}"
        )
        for title in one.titles:
            click.echo(f"             {title[:100]}")
    for page in found.articles:
        _show_page(page)
    if not found.complete:
        click.secho("There was not time for everything.", fg="yellow")


def _show_page(page: CheckedPage) -> None:
    article = page.article
    if article is None:
        click.echo(f"  no article {page.url}: {page.reason}{page.message and f': {page.message}'}")
        return
    when = (
        f"{article['published']} ({article['published_precision']})"
        if article["published"]
        else "no date"
    )
    click.secho(f"  {article['title']}", bold=True)
    click.echo(
        f"    {page.url}\n    {article['language'] or '--'}, {when}, {article['words']} words"
    )
    click.echo(f"    {', '.join(article['authors']) or 'no authors'}; {article['text'][:160]!r}")

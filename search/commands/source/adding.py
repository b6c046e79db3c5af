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
from crawler.render import NoBrowser, find
from crawler.sources import Source, add_sources, as_toml, choose, parse_sources, read_sources
from search.commands.console import (
    CommandError,
    as_json,
    print_output,
    settings,
    sources_file,
    verbosely,
)
from search.commands.log_output import log_to
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
def add(
    url: str, sources: Path | None, yes: bool, json_: bool, verbose: bool, **options: Any
) -> None:
    """Find the feeds, sitemaps and sections of the site at URL, show what they bring, and write
    them down.
    """
    config = settings(sources=sources)
    log_to(config, verbose)
    (result,) = _previews(config, [url], _listed(config))
    if result.source is None:
        assert result.problem
        why = obstacle(result.problem.code, result.problem.values, english(), exactly=True)
        raise CommandError(f"{url} can't become a source: {why}")
    source = _with_options(result.source, options)
    toml = as_toml(source)
    if json_:
        draft = {"source": source.model_dump(mode="json"), "toml": toml, "written": yes}
        print_output({**result.body(), **draft})
    else:
        _show(result)
        click.echo(f"\n{toml}")
    if yes or (not json_ and _confirm(config.sources)):
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
    log_to(config, verbose)
    listed = read_sources(config.sources)
    subjects = choose(listed, source)
    if any(subject.render for subject in subjects):
        _check_browser(config)
    results = _previews(config, list(subjects), listed)
    ids = [subject.id for subject in subjects]
    if json_:
        print_output(
            {source_id: result.body() for source_id, result in zip(ids, results, strict=True)}
        )
    else:
        for source_id, result in zip(ids, results, strict=True):
            click.secho(source_id, bold=True)
            _show(result)
    return 0 if all(map(_is_complete, results)) else 1


def _listed(config: Config) -> list[Source]:
    return read_sources(config.sources) if config.sources.exists() else []


def _previews(
    config: Config, subjects: Sequence[str | Source], listed: Sequence[Source]
) -> list[Preview]:
    """A preview of each address or source; raises `CommandError` where one is being crawled."""
    results: list[Preview] = []

    async def look(stop: asyncio.Event) -> int:
        for subject in subjects:
            if not stop.is_set():
                limits = ADDED if isinstance(subject, str) else CHECKED
                results.append(await preview(config, subject, listed, limits))
        return 130 if stop.is_set() else 0

    try:
        stopped = run(look, config.allow_hosts)
    except SourceBusy as error:
        raise CommandError(english()("preview_busy")) from error
    if stopped:
        raise click.Abort
    return results


def _check_browser(config: Config) -> None:
    """Raise `CommandError` where the sources' pages can't be rendered."""
    try:
        find(config.chromium)
    except NoBrowser as error:
        raise CommandError(str(error)) from error


def _with_options(source: Source, options: dict[str, Any]) -> Source:
    """The source with the values of the command line; raises `SourcesError`."""
    values = {
        "id": options["id_"],
        "name": options["name"],
        "language": options["language"],
        "country": options["country"],
        "collections": options["collections"],
    }
    given = {name: value for name, value in values.items() if value}
    (checked,) = parse_sources(as_toml(source.model_copy(update=given)), "the new source")
    return checked


def _confirm(path: Path) -> bool:
    if not sys.stdin.isatty():
        raise CommandError("Nothing is written without your confirmation: add --yes.")
    return click.confirm(f"Write this to {path}?", default=True)


def _is_complete(result: Preview) -> bool:
    """Whether there was time for everything, and every entry point could be read and leads to
    pages.
    """
    if not result.complete or not result.entries:
        return False
    return all(entry.outcome == "read" and result.leads_on(entry) for entry in result.entries)


def _show(result: Preview) -> None:
    for entry in result.entries:
        is_fruitful = entry.outcome == "read" and result.leads_on(entry)
        sign = click.style("+ ", fg="green") if is_fruitful else click.style("- ", fg="red")
        outcome = f"{entry.items} links" if entry.outcome == "read" else entry.outcome
        click.echo(f"{sign}{entry.kind:8} {entry.url}: {outcome}")
        for title in entry.titles:
            click.echo(f"             {title[:100]}")
    for page in result.articles:
        _show_page(page)
    _advise(result)
    if not result.complete:
        click.secho("There was not time for everything.", fg="yellow")


def _advise(result: Preview) -> None:
    reasons = {entry.outcome for entry in result.entries}
    reasons.update(page.reason for page in result.articles if page.reason)
    if "shell" in reasons:
        click.secho(english()("advice_render"), fg="yellow")


def _show_page(page: CheckedPage) -> None:
    article = page.article
    if article is None:
        reasons = ": ".join(filter(None, (page.reason, page.message)))
        click.echo(f"  no article {page.url}: {reasons}")
        return
    date = "no date"
    if article["published"]:
        date = f"{article['published']} ({article['published_precision']})"
    authors = ", ".join(article["authors"]) or "no authors"
    click.secho(f"  {article['title']}", bold=True)
    click.echo(f"    {page.url}")
    click.echo(f"    {article['language'] or '--'}, {date}, {article['words']} words")
    click.echo(f"    {authors}; {article['text'][:160]!r}")

"""`veille extract`: what would become of a saved page."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from crawler.article import Article, Page
from crawler.extract import Refused, extract
from crawler.process.clock import utc_now
from search.commands.console import CommandError, as_json, print_output


@click.command("extract")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--url", required=True, help="The address that the page was fetched from.")
@click.option(
    "--fetched", help="When, as an ISO time; now without it. Relative dates count from it."
)
@click.option("--explain", is_flag=True, help="Say which rule or learned line removed what.")
@as_json
def command(file: Path, url: str, fetched: str | None, explain: bool, json_: bool) -> None:
    """Print the article of a saved page."""
    removed: list[tuple[str, str]] = []
    page = Page(url, file.read_bytes(), {}, _moment(fetched))
    try:
        article = extract(page, lambda rule, text: removed.append((rule, text)))
    except Refused as error:
        raise CommandError(f"{file} is no article: {error}.") from error
    if not json_:
        _show(article, removed if explain else [])
        return
    values = article.to_dict()
    if explain:
        values["removed"] = [{"rule": rule, "text": text} for rule, text in removed]
    print_output(values)


def _moment(text: str | None) -> datetime:
    try:
        moment = datetime.fromisoformat(text) if text else utc_now()
    except ValueError as error:
        raise click.BadParameter(
            f"{text!r} is no ISO time, such as 2026-03-14T10:00:00Z", param_hint="--fetched"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _show(article: Article, removed: list[tuple[str, str]]) -> None:
    values: dict[str, Any] = article.to_dict()
    for name, value in values.items():
        if name in ("text", "title") or value in (None, [], ""):
            continue
        words = ", ".join(map(_word, value)) if isinstance(value, list) else value
        click.echo(f"{name}: {words}")
    click.secho(f"\n{article.title}\n", bold=True)
    click.echo(article.text)
    for rule, text in removed:
        click.secho(f"- {rule}: {text[:200]}", fg="yellow")


def _word(item: Any) -> str:
    return str(item["name"]) if isinstance(item, dict) else str(item)

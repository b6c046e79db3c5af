"""`veille search`: the API's answer on the command line."""

from contextlib import closing
from datetime import UTC, datetime
from typing import Any, get_args

import click

from crawler.config import Config
from crawler.process.clock import utc_now
from crawler.sources import SourcesError, read_sources
from crawler.store import Store
from indexer.backend import Backend
from indexer.fields import parameters
from indexer.query import Sort
from indexer.query.conditions import CONDITIONS
from indexer.query.sampling import MAX_SAMPLE, SEEDS
from search.api.search import explained
from search.commands.console import as_json, index_of, named, print_output, settings
from search.i18n.catalogue import english
from search.parse.asker import Asker
from search.query.hinting import hint_bodies
from search.query.names import KnownNames
from search.query.offers import offers
from search.query.request import SearchParams, answer, search_of


def filters(function: Any) -> Any:
    """The options that narrow a query, as `search` and `export` take them."""
    for name in parameters():
        function = click.option(
            f"--{name}", multiple=True, help=f"Only this {name}; repeated: any of them."
        )(function)
    for condition in CONDITIONS.values():
        function = click.option(f"--{condition.name}", multiple=True, help=condition.help)(function)
    function = click.option("--seen-from", help="Met by Veille in this period or later.")(function)
    function = click.option("--seen-to", help="Met by Veille in this period or earlier.")(function)
    function = click.option(
        "--from", "from_", help="Published in this period or later: 2026, 2026-03, 2026-03-14."
    )(function)
    return click.option("--to", help="Published in this period or earlier.")(function)


def sampled(function: Any) -> Any:
    """The options that draw a random sample."""
    function = click.option(
        "--sample", type=click.IntRange(1, MAX_SAMPLE), help="Draw so many matches at random."
    )(function)
    return click.option(
        "--seed", type=click.IntRange(0, SEEDS - 1), default=0, help="Another seed, another sample."
    )(function)


@click.command("search")
@click.argument("query", default="")
@filters
@click.option(
    "--sort",
    type=click.Choice(get_args(Sort)),
    help="By default relevance where words are searched for, else newest.",
)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, help="Articles to show.")
@sampled
@click.option("--explain", is_flag=True, help="Only show how the query is understood.")
@as_json
def command(query: str, sort: Any, limit: int, explain: bool, json_: bool, **options: Any) -> None:
    """Search the articles. Words are ANDed; "exact phrase", OR, -not, title:word and more:
    docs/reference.md.
    """
    if explain:
        understood = explained(query, Asker(utc_now(), UTC), english())
        print_output(understood) if json_ else click.echo(understood["words"])
        return
    config = settings()
    params = SearchParams(q=query, sort=sort, limit=limit, **options)
    now = utc_now()
    with index_of(config) as backend, closing(Store(config.database_url)) as store:
        asked = search_of(params, now, names_of(config, backend, store, now))
        body = answer(backend, asked, sources=_names(config))
        body |= offers(backend, query, asked, body["total"])
    body["hints"] = hint_bodies(query, english())
    print_output(body) if json_ else show(body)


def names_of(config: Config, backend: Backend, store: Store, now: datetime) -> KnownNames:
    """The names of the installation: of its sources and its saved searches."""
    return KnownNames(backend, named(config), store.saved.all, now, store.addresses.current)


def _names(config: Any) -> dict[str, str]:
    try:
        return {source.id: source.name for source in read_sources(config.sources)}
    except SourcesError:
        return {}


def show(body: dict[str, Any]) -> None:
    """Print an answer for people."""
    click.echo(f"{body['total']} articles\n")
    for hint in body.get("hints", ()):
        click.echo(f"{hint['message']} {hint['instead'] or ''}\n")
    for suggestion in body["suggestions"]:
        click.echo(f"Did you mean: {suggestion['query']} ({suggestion['total']} articles)")
    _show_articles(body["articles"])
    if body["softer"]:
        click.echo("With most of the words, not counted above:\n")
        _show_articles(body["softer"]["articles"])
    for field, counts in body["facets"].items():
        if counts:
            values = ", ".join(f"{value['label']} {value['count']}" for value in counts[:8])
            click.echo(f"\n{field}: {values}")


def _show_articles(articles: list[dict[str, Any]]) -> None:
    for article in articles:
        date = str(article.get("published") or "undated")[:10]
        click.secho(article["title"], bold=True)
        source = article.get("source_name") or article.get("source")
        click.echo(f"  {date} · {source} · {article['url']}")

"""`veille terms`: the words that set the matches of a query apart."""

from contextlib import closing
from typing import Any

import click

from crawler.process.clock import utc_now
from crawler.store import Store
from indexer.analysis.folding import words
from search.commands.console import as_json, index_of, print_output, settings
from search.commands.search import filters, names_of
from search.query.request import MatchParams, search_of
from search.query.significant_terms import MAX_TERMS, distinctive


@click.command("terms")
@click.argument("query", default="")
@filters
@click.option("--size", type=click.IntRange(1, MAX_TERMS), default=20, help="Words to show.")
@as_json
def command(query: str, size: int, json_: bool, **options: Any) -> None:
    """Show the words that set the matches of QUERY apart from the other articles of their
    languages.
    """
    config = settings()
    now = utc_now()
    params = MatchParams(q=query, **options)
    with index_of(config) as backend, closing(Store(config.database_url)) as store:
        search = search_of(params, now, names_of(config, backend, store, now))
        body = distinctive(backend, search, size, leave_out=words(query))
    if json_:
        print_output(body)
        return
    click.echo(f"{body['sampled']} articles read\n")
    for term in body["terms"]:
        shares = f"{term['share']:.0%} here, {term['elsewhere']:.1%} elsewhere"
        click.echo(f"{term['term']}  {shares}  (G² {term['score']:.0f})")

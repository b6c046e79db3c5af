"""`veille reindex`: the index filled again from the store."""

import click

from crawler.runtime import utc_now
from crawler.store import Store
from search.commands.console import settings


@click.command("reindex")
def command() -> None:
    """Put every article of the store into the outbox, from where the relay brings them to the index."""
    store = Store(settings().database_url)
    try:
        count = store.pages.requeue(utc_now())
    finally:
        store.close()
    click.echo(
        f"{count} articles wait for the index: `veille relay --once` brings them, a running `veille up` by itself."
    )

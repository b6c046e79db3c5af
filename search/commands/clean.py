"""`veille clean`: what is older than the settings let it be is removed."""

import click

from crawler.jobs.cleaning import clean
from crawler.store import Store
from search.commands.console import as_json, clock, print_output, settings

_KINDS = ("visits", "crawls", "tallies", "lines", "notices", "leases", "captures")


@click.command("clean")
@as_json
def command(json_: bool) -> None:
    """Remove what is older than the settings let it be, as `veille schedule` does once a day."""
    config = settings()
    store = Store(config.database_url)
    try:
        counts = clean(store, config, clock()())
    finally:
        store.close()
    if json_:
        print_output({kind: counts[kind] for kind in _KINDS})
        return
    removed = ", ".join(f"{counts[kind]} {kind}" for kind in _KINDS if counts[kind])
    click.echo(f"Removed: {removed or 'nothing'}.")

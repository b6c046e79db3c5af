"""`veille upgrade`: the store, brought to the schema of this version."""

import click

from crawler.store import Store
from search.commands.console import as_json, print_output, settings


@click.command("upgrade")
@as_json
def command(json_: bool) -> None:
    """Bring the store up to date after an update of Veille, or make its tables; settings and
    sources stay as they are.
    """
    store = Store(settings().database_url, upgrade=True)
    try:
        store.check_schema()
        before, after = store.versions
    finally:
        store.close()
    if json_:
        print_output({"before": before, "after": after})
    elif before == after:
        click.echo(f"The store is up to date (schema {after}).")
    else:
        click.echo(f"The store has schema {after} now; it had {before or 'none'}.")

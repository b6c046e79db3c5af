"""`veille archive`: what the archive holds that the store does not know."""

from collections import Counter

import click

from crawler.archive.adopt import adopt
from crawler.archive.opening import archive_of
from crawler.archive.uploads import send_now
from crawler.store import Store
from search.commands.console import as_json, clock, named, print_output, settings

_COUNTS = ("files", "new", "pages", "doubled", "forgotten", "damaged")


@click.group("archive")
def command() -> None:
    """The pages as they were fetched."""


@command.command("adopt")
@as_json
def adopt_(json_: bool) -> None:
    """Take in the captures that the store does not know: after a store was lost, or an older one
    was restored.
    """
    config = settings()
    store = Store(config.database_url)
    try:
        archive = archive_of(config)
        counts = adopt(store, archive, named(config), clock()())
        send_now(archive, store)
    finally:
        store.close()
    if json_:
        print_output({name: counts[name] for name in _COUNTS})
    else:
        _show(counts)


def _show(counts: Counter[str]) -> None:
    if not counts["files"]:
        click.echo("The store knows all that the archive holds.")
        return
    click.echo(f"{counts['new']} captures of {counts['files']} files were taken in.")
    if counts["pages"]:
        pages = f"{counts['pages']} pages of them were known to nobody"
        click.echo(f"{pages}: `veille reextract` makes articles of them.")
    if counts["doubled"]:
        click.echo(f"{counts['doubled']} were known already, and were removed.")
    if counts["forgotten"]:
        click.echo(f"{counts['forgotten']} are to stay deleted, and were removed.")
    if counts["damaged"]:
        click.echo(f"{counts['damaged']} places can't be read; they stay as they are.")

"""`veille forget` (also `veille delete`): articles out of index, store and archive for good."""

import getpass
import re
import socket
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import click

from crawler.archive.adopt import adopt
from crawler.archive.opening import archive_of
from crawler.archive.takedown import keys_of, purge
from crawler.archive.uploads import send_now
from crawler.backups import write_takedowns
from crawler.config import Config
from crawler.sources import read_sources
from crawler.store import Store, Takedown
from search.commands.console import CommandError, as_json, clock, named, print_output, settings


@click.command("forget")
@click.argument("url", nargs=-1)
@click.option("--source", "sources", multiple=True, help="Everything of the source with this id.")
@click.option("--older-than", "age", help="What was met more than so many days ago, such as 365d.")
@click.option("--list", "listed", is_flag=True, help="Only list what was done so far.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@as_json
def command(  # noqa: PLR0913, PLR0917 - one for each option
    url: tuple[str, ...],
    sources: tuple[str, ...],
    age: str | None,
    listed: bool,
    yes: bool,
    json_: bool,
) -> None:
    """Remove the articles at the addresses URL, of a source, or of old age, from index, store and
    archive; they do not come back with the next crawl.
    """
    config = settings()
    now = clock()
    store = Store(config.database_url)
    try:
        if not listed:
            _forget(config, store, _subjects(config, url, sources, age, now), yes, now)
        _show(store.takedowns.history(), json_)
    finally:
        store.close()


def _forget(
    config: Config,
    store: Store,
    subjects: list[tuple[Any, str | datetime]],
    yes: bool,
    now: Callable[[], datetime],
) -> None:
    articles = pages = 0
    for kind, subject in subjects:
        counts = store.takedowns.count(kind, subject)
        articles += counts[0]
        pages += counts[1]
    if subjects and not yes:
        amount = f"{articles} articles and {pages} pages"
        if not sys.stdin.isatty():
            raise CommandError(f"This would remove {amount} for good: add --yes.")
        click.confirm(f"Remove {amount} for good?", abort=True)
    archive = archive_of(config)
    # What nobody knows of could not be forgotten.
    adopt(store, archive, named(config), now())
    who = f"{getpass.getuser()}@{socket.gethostname()}"
    for kind, subject in subjects:
        store.takedowns.forget(kind, subject, who, now())
    purge(store, archive, now())
    write_takedowns(config.database_url, config.data)
    send_now(archive, store)


def _subjects(
    config: Config,
    urls: tuple[str, ...],
    sources: tuple[str, ...],
    age: str | None,
    now: Callable[[], datetime],
) -> list[tuple[Any, str | datetime]]:
    """What to remove: for each its kind, and a canonical key, a source's id or a moment."""
    listed = read_sources(config.sources) if config.sources.exists() else []
    subjects: list[tuple[Any, str | datetime]] = []
    for url in urls:
        if not re.match(r"https?://[^/]", url):
            raise CommandError(
                f"{url} is no web address: it begins with http:// or https:// and names a host."
            )
        subjects += [("url", key) for key in keys_of(url, listed)]
    subjects += [("source", source_id) for source_id in sources]
    if age:
        days = re.fullmatch(r"(\d{1,5})d", age)
        if not days:
            raise CommandError(f"{age!r} is no age: write a number of days, such as 365d.")
        subjects.append(("age", now() - timedelta(days=int(days[1]))))
    return subjects


def _show(takedowns: list[Takedown], json_: bool) -> None:
    if json_:
        print_output([_row(takedown) for takedown in takedowns])
        return
    for takedown in takedowns:
        state = "done"
        if not takedown.finished_at:
            state = "the archive still holds some of it: run `veille forget` again"
        head = f"{takedown.at:%Y-%m-%d %H:%M} {takedown.who} by {takedown.kind}"
        counts = f"{takedown.articles} articles, {takedown.pages} pages, {takedown.records} records"
        click.echo(f"{head}: {counts}; {state}")
    click.echo("The index follows by `veille relay --once`, or by a running `veille up`.")


def _row(takedown: Takedown) -> dict[str, Any]:
    row = {**asdict(takedown), "at": takedown.at.isoformat()}
    if takedown.finished_at:
        row["finished_at"] = takedown.finished_at.isoformat()
    return row

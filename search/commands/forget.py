"""`veille forget`: taking articles out of index, store and archive for good."""

import getpass
import re
import socket
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import click

from crawler.archive import Archive
from crawler.archive.takedown import keys_of, purge
from crawler.config import Config
from crawler.sources import read_sources
from crawler.store import Store, Takedown
from search.commands.console import CommandError, as_json, clock, say, settings


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
            _forget(config, store, _asked(config, url, sources, age, now), yes, now)
        _tell(store.takedowns.history(), json_)
    finally:
        store.close()


def _forget(
    config: Config,
    store: Store,
    asked: list[tuple[Any, str | datetime]],
    yes: bool,
    now: Callable[[], datetime],
) -> None:
    counts = [store.takedowns.count(kind, what) for kind, what in asked]
    found = (
        f"{sum(one for one, _ in counts)} articles and {sum(other for _, other in counts)} pages"
    )
    if asked and not yes:
        if not sys.stdin.isatty():
            raise CommandError(f"This would remove {found} for good: add --yes.")
        click.confirm(f"Remove {found} for good?", abort=True)
    who = f"{getpass.getuser()}@{socket.gethostname()}"
    for kind, what in asked:
        store.takedowns.forget(kind, what, who, now())
    purge(store, Archive(config.archive_folder), now())


def _asked(
    config: Config,
    urls: tuple[str, ...],
    sources: tuple[str, ...],
    age: str | None,
    now: Callable[[], datetime],
) -> list[tuple[Any, str | datetime]]:
    known = read_sources(config.sources) if config.sources.exists() else []
    asked: list[tuple[Any, str | datetime]] = []
    for url in urls:
        if not re.match(r"https?://[^/]", url):
            raise CommandError(
                f"{url} is no web address: it begins with http:// or https:// and names a host."
            )
        asked += [("url", key) for key in keys_of(url, known)]
    asked += [("source", one) for one in sources]
    if age:
        days = re.fullmatch(r"(\d{1,5})d", age)
        if not days:
            raise CommandError(f"{age!r} is no age: write a number of days, such as 365d.")
        asked.append(("age", now() - timedelta(days=int(days[1]))))
    return asked


def _tell(done: list[Takedown], json_: bool) -> None:
    if json_:
        say(
            [
                {**asdict(one), "at": one.at.isoformat(), "finished_at": _iso(one.finished_at)}
                for one in done
            ]
        )
        return
    for one in done:
        state = (
            "done"
            if one.finished_at
            else "the archive still holds some of it: run `veille forget` again"
        )
        click.echo(
            f"{one.at:%Y-%m-%d %H:%M} {one.who} by {one.kind}: {one.articles} articles, {one.pages} pages, "
            f"{one.records} records; {state}"
        )
    click.echo("The index follows by `veille relay --once`, or by a running `veille up`.")


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

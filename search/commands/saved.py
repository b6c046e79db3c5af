"""`veille saved`: queries that are kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import click

from crawler.process.clock import utc_now
from crawler.store import SavedSearch, Store
from search.alerts.matching import asked
from search.alerts.service import AlertService, SavedSearchDraft
from search.alerts.setup import keeping_of
from search.api.models_alerts import saved_bodies
from search.commands.console import CommandError, as_json, index_of, say, settings
from search.commands.search import filters, show
from search.query.request import MatchParams, answer


@click.group("saved")
def command() -> None:
    """Queries that are kept, each with a feed of its own; alerts tell of what is new in them."""


@command.command("list")
@as_json
def list_(json_: bool) -> None:
    """The saved searches, with their alerts and the addresses of their feeds."""
    with keeping() as kept:
        rows = saved_bodies(kept.store, kept.store.saved.all(), settings().public_url)
    if json_:
        say(rows)
        return
    for row in rows:
        click.secho(f"{row['id']}  {row['name']}", bold=True)
        click.echo(f"  {_told(row['query'])} · {len(row['alerts'])} alerts · {row['feed']}")


@command.command("add")
@click.argument("name")
@click.argument("query", default="")
@filters
@click.option("--note", default="", help="What it is for.")
@as_json
def add(name: str, query: str, note: str, json_: bool, **narrowed: Any) -> None:
    """Keep QUERY under NAME, with the filters given."""
    with keeping() as kept:
        saved = kept.save(
            SavedSearchDraft(name=name, query=MatchParams(q=query, **narrowed), note=note),
            utc_now(),
        )
        [body] = saved_bodies(kept.store, [saved], settings().public_url)
    say(body) if json_ else click.echo(saved.id)


@command.command("remove")
@click.argument("search")
def remove(search: str) -> None:
    """Forget a saved search (its id or its name) with its alerts."""
    with keeping() as kept:
        kept.store.saved.remove(found(kept.store, search).id)


@command.command("run")
@click.argument("search")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, help="Articles to show.")
@as_json
def run(search: str, limit: int, json_: bool) -> None:
    """Search what a saved search (its id or its name) asks for."""
    config = settings()
    with keeping() as kept, index_of(config) as backend:
        wanted = replace(asked(found(kept.store, search), utc_now()), limit=limit)
        body = answer(backend, wanted)
    say(body) if json_ else show(body)


@contextmanager
def keeping() -> Iterator[AlertService]:
    """What keeps saved searches and alerts, its store closed at the end."""
    config = settings()
    store = Store(config.database_url)
    try:
        yield keeping_of(config, store)
    finally:
        store.close()


def found(store: Store, search: str) -> SavedSearch:
    """The saved search with this id or this name; raises `Failure`."""
    named = [one for one in store.saved.all() if search in (one.id, one.name)]
    if len(named) != 1:
        why = (
            f"{len(named)} saved searches are named so"
            if named
            else "There is no such saved search"
        )
        raise CommandError(f"{search!r}: {why}: take an id of `veille saved list`.")
    return named[0]


def _told(query: dict[str, Any]) -> str:
    return (
        " ".join(f"{name}={','.join(v) if isinstance(v, list) else v}" for name, v in query.items())
        or "everything"
    )

"""`veille saved`: queries that are kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import click

from crawler.process.clock import utc_now
from crawler.store import SavedSearch, Store
from search.alerts.matching import search_for
from search.alerts.service import AlertService, SavedSearchDraft
from search.alerts.setup import alert_service_of
from search.api.models_alerts import saved_bodies
from search.commands.console import (
    PATIENCE,
    CommandError,
    as_json,
    index_of,
    print_output,
    settings,
)
from search.commands.search import filters, names_of, show
from search.query.request import MatchParams, answer


@click.group("saved")
def command() -> None:
    """Saved searches, each with a feed of its own; alerts report what is new in them."""


@command.command("list")
@as_json
def list_(json_: bool) -> None:
    """The saved searches, with their alerts and the addresses of their feeds."""
    with alert_service() as service:
        rows = saved_bodies(service.store, service.store.saved.all(), settings().public_url)
    if json_:
        print_output(rows)
        return
    for row in rows:
        click.secho(f"{row['id']}  {row['name']}", bold=True)
        click.echo(f"  {_in_words(row['query'])} · {len(row['alerts'])} alerts · {row['feed']}")


@command.command("add")
@click.argument("name")
@click.argument("query", default="")
@filters
@click.option("--note", default="", help="What it is for.")
@as_json
def add(name: str, query: str, note: str, json_: bool, **selected: Any) -> None:
    """Save QUERY under NAME, with the filters given."""
    config = settings()
    with alert_service() as service, index_of(config) as backend:
        parameters = MatchParams(q=query, **selected)
        draft = SavedSearchDraft(name=name, query=parameters, note=note)
        now = utc_now()
        saved = service.save(draft, now, names_of(config, backend, service.store, now))
        [body] = saved_bodies(service.store, [saved], settings().public_url)
    if json_:
        print_output(body)
    else:
        click.echo(saved.id)


@command.command("remove")
@click.argument("search")
def remove(search: str) -> None:
    """Delete a saved search (its id or its name) with its alerts."""
    with alert_service() as service:
        service.store.saved.remove(find_saved(service.store, search).id)


@command.command("run")
@click.argument("search")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, help="Articles to show.")
@as_json
def run(search: str, limit: int, json_: bool) -> None:
    """Search what a saved search (its id or its name) asks for."""
    config = settings()
    with alert_service() as service, index_of(config) as backend:
        saved = find_saved(service.store, search)
        now = utc_now()
        names = names_of(config, backend, service.store, now)
        body = answer(backend, replace(search_for(saved, now, names), limit=limit))
    if json_:
        print_output(body)
    else:
        show(body)


@contextmanager
def alert_service() -> Iterator[AlertService]:
    """The service of saved searches and alerts; its store is closed at the end."""
    config = settings()
    store = Store(config.database_url, patience=PATIENCE)
    try:
        yield alert_service_of(config, store)
    finally:
        store.close()


def find_saved(store: Store, search: str) -> SavedSearch:
    """The saved search with this id or this name; raises `CommandError`."""
    matches = [saved for saved in store.saved.all() if search in (saved.id, saved.name)]
    if len(matches) == 1:
        return matches[0]
    why = "There is no such saved search"
    if matches:
        why = f"{len(matches)} saved searches are named so"
    raise CommandError(f"{search!r}: {why}: take an id of `veille saved list`.")


def _in_words(query: dict[str, Any]) -> str:
    parameters = []
    for name, value in query.items():
        text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
        parameters.append(f"{name}={text}")
    return " ".join(parameters) or "everything"

"""Articles that wait in a store, and a relay that brings them to an index through whatever goes
wrong.
"""

import itertools
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import orjson
from sqlalchemy import select, update

from crawler.store import Store
from crawler.store.articles.recording import queue
from crawler.store.tables import articles
from indexer.backend import Backend, IndexUnavailable
from indexer.query import Search
from indexer.relay import Relay
from tests.support.clock import moment

NOW = moment(25, 0)


def fill(store: Store, count: int) -> list[str]:
    """So many articles that wait for the index; their ids."""
    ids = [f"{number:032}" for number in range(count)]
    shared = {
        "source": "one",
        "digest": "",
        "page": "",
        "revision": 1,
        "first_seen": NOW,
        "updated_at": NOW,
    }
    with store.pages._writes.begin() as connection:
        connection.execute(
            articles.insert(), [{**shared, "id": one, "document": _document(one)} for one in ids]
        )
        queue(connection, ids, NOW)
    return ids


def _document(identifier: str) -> str:
    text = f"What is told of {identifier}. " * 40
    title = f"Title {identifier}"
    document = {
        "id": identifier,
        "url": f"https://one.example/{identifier}",
        "source": "one",
        "language": "en",
        "title": title,
        "text": text,
        "revision": 1,
    }
    return orjson.dumps(document).decode()


def spoil(store: Store, identifier: str, **values: object) -> None:
    """Give an article's document these values."""
    with store.pages._writes.begin() as connection:
        held = connection.execute(
            select(articles.c.document).where(articles.c.id == identifier)
        ).scalar_one()
        document = orjson.dumps({**orjson.loads(held), **values}).decode()
        connection.execute(
            update(articles).where(articles.c.id == identifier).values(document=document)
        )


def hurried() -> Callable[[], datetime]:
    """A clock that goes on by ten seconds each time it is looked at: what was put off is soon due."""
    steps = itertools.count(1)
    return lambda: NOW + timedelta(seconds=10 * next(steps))


def deliver_all(
    relay: Relay,
    tries: int = 2_000,
    rest: float = 0.0,
    between: Callable[[int], None] = lambda turn: None,
) -> int:
    """Deliver until nothing waits, asking again where the index is away; how often it was."""
    away = 0
    for turn in range(tries):
        between(turn)
        try:
            counts = relay.deliver()
        except IndexUnavailable:
            away += 1
            time.sleep(rest)
            continue
        if not counts and not relay.outbox.waiting():
            return away
        if not counts.get("done"):
            time.sleep(rest)
    raise AssertionError(f"{relay.outbox.waiting()} articles still wait")


def lost(backend: Backend, ids: list[str]) -> tuple[list[str], int]:
    """The ids that the index lacks, and how many documents it has more than there are ids."""
    backend.refresh()
    seen = [str(document["id"]) for document in backend.scan(Search())]
    return sorted(set(ids) - set(seen)), len(seen) - len(set(seen) & set(ids))

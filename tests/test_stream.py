"""The stream: each wording once, in the order in which it became searchable, whatever happens to the
index and to the relay.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from crawler.store import PageVisit, Store
from indexer.backend import Backend, Operation, Outcome
from indexer.backends import open_backend
from indexer.relay import Relay
from search.app import create_app
from tests.support.clock import NOW
from tests.support.keeping import keep
from tests.support.shelf import client


class Killed(Exception):
    """The relay is gone behind its write, before it could note it."""


@dataclass
class Fragile:
    """An index whose writer may die once something is written."""

    backend: Backend
    chance: random.Random

    def write(self, operations: Sequence[Operation]) -> list[Outcome]:
        outcomes = self.backend.write(operations)
        if self.chance.random() < 0.5:
            raise Killed
        return outcomes


@dataclass
class Monitor:
    """A store with its index, and a reader of its stream."""

    store: Store
    backend: Backend
    api: TestClient
    after: str = ""

    def put(self, number: int, text: str = "Storm.") -> None:
        keep(self.store, number, text)

    def deliver(self) -> None:
        Relay(self.store.outbox, self.backend, now=lambda: NOW).deliver()
        self.backend.refresh()

    def read(self, **params: Any) -> list[tuple[int, int]]:
        """The next articles: their numbers and revisions."""
        known = {"after": self.after} if self.after else {}
        answer = self.api.get("/api/v1/stream", params={**params, **known})
        assert answer.status_code == 200, answer.text
        self.after = answer.json()["after"]
        return [(int(found["id"]), found["revision"]) for found in answer.json()["articles"]]


@pytest.fixture
def monitor(tmp_path: Path) -> Iterator[Monitor]:
    store = Store(f"sqlite:///{tmp_path / 'veille.sqlite'}")
    backend = open_backend("embedded", tmp_path, writer=True)
    backend.setup()
    yield Monitor(store, backend, client(create_app(backend, store, now=lambda: NOW)))
    backend.close()
    store.close()


def test_what_becomes_searchable_comes_once_and_in_order(monitor: Monitor) -> None:
    assert monitor.read() == []
    for number in (3, 1):
        monitor.put(number)
        monitor.deliver()
    monitor.put(2)
    assert monitor.read() == [(3, 1), (1, 1)]
    assert monitor.read() == []
    monitor.deliver()
    assert monitor.read() == [(2, 1)]


def test_a_page_ends_where_the_next_begins(monitor: Monitor) -> None:
    for number in range(5):
        monitor.put(number)
    monitor.deliver()
    first = monitor.api.get("/api/v1/stream", params={"limit": 2}).json()
    assert (len(first["articles"]), first["more"]) == (2, True)
    assert [monitor.read(limit=2) for _ in range(4)] == [
        [(0, 1), (1, 1)],
        [(2, 1), (3, 1)],
        [(4, 1)],
        [],
    ]


def test_each_wording_comes_with_its_own_text(monitor: Monitor) -> None:
    for text in ("Storm at noon.", "Storm in the evening, two boats are missing."):
        monitor.put(1, text)
        monitor.deliver()
    found = monitor.api.get("/api/v1/stream").json()["articles"]
    assert [(one["revision"], one["text"]) for one in found] == [
        (1, "Storm at noon."),
        (2, "Storm in the evening, two boats are missing."),
    ]
    assert found[0]["words"] == 3
    assert {one["added"] for one in found} == {NOW.isoformat()}


def test_a_search_sees_each_wording_as_it_was(monitor: Monitor) -> None:
    for text in ("Calm.", "Storm.", "Calm again."):
        monitor.put(1, text)
        monitor.deliver()
    assert monitor.read(q="storm") == [(1, 2)]
    assert monitor.read(q="storm") == []
    monitor.after = ""
    assert monitor.read(q="calm", limit=1) == [(1, 1)]
    assert monitor.read(q="calm", limit=1) == [(1, 3)]
    monitor.after = ""
    assert monitor.read(language="fr") == []


def test_an_index_that_is_made_anew_repeats_nothing_and_hides_nothing(monitor: Monitor) -> None:
    monitor.put(1)
    monitor.deliver()
    assert monitor.read() == [(1, 1)]
    monitor.put(2)
    monitor.deliver()
    monitor.store.pages.requeue(NOW)
    monitor.backend.renew()
    assert monitor.read() == [(2, 1)]
    monitor.put(3)
    monitor.deliver()
    assert monitor.read() == [(3, 1)]


@pytest.mark.parametrize("seed", range(3))
def test_a_relay_that_is_killed_again_and_again_doubles_nothing(
    monitor: Monitor, seed: int
) -> None:
    chance = random.Random(seed)
    relay = Relay(monitor.store.outbox, Fragile(monitor.backend, chance), now=lambda: NOW)  # type: ignore[arg-type]
    read: list[tuple[int, int]] = []
    for step in range(40):
        monitor.put(chance.randrange(20), f"Wording {step}.")
        with suppress(Killed):
            relay.deliver()
        read += monitor.read(limit=3)
    monitor.deliver()
    while batch := monitor.read(limit=3):
        read += batch
    rows = monitor.store.firsts.after(0, 1_000)
    assert read == [(int(row.article), row.revision) for row in rows]
    assert len(read) == len(set(read))
    newest = {number: max(r for n, r in read if n == number) for number, _ in read}
    kept = monitor.store.pages.each()
    assert newest == {int(name): document["revision"] for name, document in kept}


def test_what_is_shown_no_more_does_not_come(monitor: Monitor) -> None:
    for number in (1, 2):
        monitor.put(number)
    monitor.deliver()
    an_hour_later = NOW + timedelta(hours=1)
    withdrawn = PageVisit("example.org/1", "skipped", an_hour_later, None, reason="noindex")
    monitor.store.pages.record_visit(withdrawn)
    assert monitor.read() == [(2, 1)]


@pytest.mark.parametrize(
    "after", ["nonsense", "WzFd", "WyJzdHJlYW0iLCAxMjNd", "WyJzdHJlYW0iLCAiYSJd"]
)
def test_a_cursor_of_something_else_is_refused(monitor: Monitor, after: str) -> None:
    assert monitor.api.get("/api/v1/stream", params={"after": after}).status_code == 400


def test_without_a_store_there_is_no_stream(monitor: Monitor) -> None:
    alone = client(create_app(monitor.backend, now=lambda: NOW))
    assert alone.get("/api/v1/stream").status_code == 503

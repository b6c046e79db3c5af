"""From the outbox to a real index: at least once, and nothing lost while the index is away."""

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import indexer.relay
from crawler.store import Store
from indexer.backend import Backend, IndexUnavailable, Operation, Outcome
from indexer.backends import open_backend
from indexer.relay import Relay, RelayLock
from tests.support.clock import NOW
from tests.support.keeping import keep

LATER = NOW + timedelta(seconds=1)
PATIENCE = 30.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'veille.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Backend]:
    opened = open_backend("embedded", tmp_path, writer=True)
    opened.setup()
    yield opened
    opened.close()


def _relay(store: Store, backend: Any) -> Relay:
    return Relay(store.outbox, backend, lambda: LATER)


class Wayward:
    """A real index in front of which something goes wrong."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.fault: Exception | None = None
        self.rejects: set[str] = set()
        self.puts_off: set[str] = set()
        self.set_up = 0

    def setup(self) -> None:
        self.set_up += 1
        if isinstance(self.fault, IndexUnavailable):
            raise self.fault
        self.backend.setup()

    def write(self, operations: Sequence[Operation]) -> list[Outcome]:
        if isinstance(self.fault, IndexUnavailable):
            raise self.fault
        good = [one for one in operations if one.id not in self.rejects | self.puts_off]
        done = {outcome.id: outcome for outcome in (self.backend.write(good) if good else [])}
        if self.fault:
            raise self.fault
        done |= {one: Outcome(one, "rejected", "too long") for one in self.rejects}
        done |= {one: Outcome(one, "retry") for one in self.puts_off}
        return [done[operation.id] for operation in operations]


def _eventually(true: Any) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)


def test_what_waits_is_delivered_once_and_leaves(store: Store, index: Backend) -> None:
    ids = [keep(store, number) for number in range(3)]
    relay = _relay(store, index)
    assert relay.deliver() == {"done": 3}
    assert relay.deliver() == {}
    index.refresh()
    found = index.get(ids)
    assert sorted(found) == sorted(ids)
    assert {document["indexed_at"] for document in found.values()} == {LATER.isoformat()}
    assert store.outbox.waiting() == 0


def test_a_changed_article_takes_the_place_of_the_old_one(store: Store, index: Backend) -> None:
    relay, one = _relay(store, index), keep(store, 1)
    relay.deliver()
    keep(store, 1, "Corrected.")
    relay.deliver()
    index.refresh()
    assert index.count() == 1
    assert index.get([one])[one]["text"] == "Corrected."
    assert index.get([one])[one]["revision"] == 2


def test_an_article_that_is_gone_from_the_store_leaves_the_index(
    store: Store, index: Backend
) -> None:
    relay, one = _relay(store, index), keep(store, 1)
    relay.deliver()
    with store.pages._writes.begin() as connection:
        from crawler.store.articles.recording import queue
        from crawler.store.tables import articles

        connection.execute(articles.delete())
        queue(connection, [one], NOW, delete=True)
    assert relay.deliver() == {"done": 1}
    index.refresh()
    assert index.count() == 0


def test_a_crash_between_writing_and_acknowledging_doubles_nothing(
    store: Store, index: Backend
) -> None:
    wayward = Wayward(index)
    relay = _relay(store, wayward)
    keep(store, 1)
    wayward.fault = ConnectionError("killed")
    with pytest.raises(ConnectionError):
        relay.deliver()
    assert store.outbox.waiting() == 1
    wayward.fault = None
    assert relay.deliver() == {"done": 1}
    index.refresh()
    assert (index.count(), store.outbox.waiting()) == (1, 0)


def test_one_bad_document_holds_up_no_other(store: Store, index: Backend) -> None:
    bad, slow, good = (keep(store, number) for number in range(3))
    wayward = Wayward(index)
    wayward.rejects, wayward.puts_off = {bad}, {slow}
    relay = _relay(store, wayward)
    assert relay.deliver() == {"rejected": 1, "retry": 1, "done": 1}
    assert [row["article"] for row in store.outbox.dead()] == [bad]
    assert store.outbox.waiting() == 1
    assert relay.deliver() == {}
    wayward.puts_off = set()
    relay.now = lambda: LATER + timedelta(hours=1)
    assert relay.deliver() == {"done": 1}
    index.refresh()
    assert sorted(index.get([bad, slow, good])) == sorted([slow, good])


def test_an_index_that_is_away_is_waited_for(
    store: Store, index: Backend, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(indexer.relay, "REST_SECONDS", 0.01)
    wayward, stop, told = Wayward(index), threading.Event(), list[int]()
    wayward.fault = IndexUnavailable("The index at nowhere does not answer.")
    for number in range(3):
        keep(store, number)
    relay = _relay(store, wayward)
    thread = threading.Thread(
        target=relay.run, args=(stop, lambda counts: told.append(counts["done"]))
    )
    thread.start()
    try:
        _eventually(lambda: wayward.set_up >= 3)
        assert store.outbox.waiting() == 3
        wayward.fault = None
        _eventually(lambda: store.outbox.waiting() == 0)
        keep(store, 9)
        _eventually(lambda: store.outbox.waiting() == 0)
    finally:
        stop.set()
        thread.join(timeout=PATIENCE)
    assert not thread.is_alive()
    assert told == [3, 1]
    said = [row.message for row in caplog.records if row.name == "indexer.relay"]
    assert [one[:22] for one in said] == ["The index at nowhere d", "The index answers agai"], (
        "an outage is told once"
    )
    index.refresh()
    assert index.count() == 4


def test_articles_that_come_without_a_pause_share_commits(store: Store, index: Backend) -> None:
    stop, told, number = threading.Event(), list[int](), 0
    relay = _relay(store, index)
    thread = threading.Thread(
        target=relay.run, args=(stop, lambda counts: told.append(counts["done"]))
    )
    thread.start()
    try:
        end = time.monotonic() + 3 * indexer.relay.REST_SECONDS
        while time.monotonic() < end:
            keep(store, number)
            number += 1
        _eventually(lambda: store.outbox.waiting() == 0)
    finally:
        stop.set()
        thread.join(timeout=PATIENCE)
    assert sum(told) == number
    assert len(told) <= 6
    index.refresh()
    assert index.count() == number


def test_an_index_that_another_process_writes_to_is_away(
    store: Store, index: Backend, tmp_path: Path
) -> None:
    keep(store, 1)
    second = open_backend("embedded", tmp_path, writer=True)
    with pytest.raises(IndexUnavailable):
        _relay(store, second).deliver()
    assert store.outbox.waiting() == 1
    index.close()
    assert _relay(store, second).deliver() == {"done": 1}
    second.close()


def test_a_data_folder_has_one_relay(tmp_path: Path) -> None:
    first, second = RelayLock(tmp_path / "data"), RelayLock(tmp_path / "data")
    assert first.take()
    assert not second.take()
    first.release()
    assert second.take()
    second.release()

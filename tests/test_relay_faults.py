"""Whatever goes wrong between the outbox and Elasticsearch, no article is lost and none is doubled."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from elasticsearch import Elasticsearch

from crawler.store import Store
from indexer.backend import Backend
from indexer.backends import open_backend
from indexer.backends.elastic import versions
from indexer.backends.elastic.admin import IndexAdmin
from indexer.document import mapping
from indexer.relay import Relay
from tests.support.delivering import deliver_all, fill, hurried, lost, spoil
from tests.support.faults import DROP_AFTER, Between, between
from tests.support.replay import PYTHON_PATH

pytestmark = pytest.mark.elasticsearch

NewIndex = Callable[[], str]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'veille.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def url(new_index: NewIndex) -> str:
    return new_index()


@pytest.fixture
def faulty(url: str) -> Iterator[tuple[Backend, Between]]:
    parts = urlsplit(url)
    with between(f"{parts.scheme}://{parts.netloc}") as server:
        backend = open_backend(server.url + parts.path, Path("unused"), environment={})
        backend.setup()
        yield backend, server
        backend.close()


def test_a_storm_of_429(store: Store, faulty: tuple[Backend, Between]) -> None:
    backend, server = faulty
    ids, asked = fill(store, 2_000), iter(range(10**6))
    server.fault = lambda path, body: 429 if "/_bulk" in path and next(asked) % 5 else None
    away = deliver_all(Relay(store.outbox, backend, hurried()))
    assert away >= 4
    assert lost(backend, ids) == ([], 0)


def test_a_connection_that_is_reset_after_the_write(
    store: Store, faulty: tuple[Backend, Between]
) -> None:
    backend, server = faulty
    ids, asked = fill(store, 2_000), iter(range(10**6))
    dropped = []

    def fault(path: str, body: bytes) -> int | None:
        if "/_bulk" not in path or not next(asked) % 4:
            return None
        dropped.append(path)
        return DROP_AFTER

    server.fault = fault
    deliver_all(Relay(store.outbox, backend, hurried()))
    assert len(dropped) >= 2
    assert lost(backend, ids) == ([], 0)


def test_a_full_disk_is_waited_for(store: Store, faulty: tuple[Backend, Between], url: str) -> None:
    """At the flood stage Elasticsearch blocks an index by this setting."""
    backend, _ = faulty
    ids, block = fill(store, 1_500), "index.blocks.read_only_allow_delete"
    index = f"{urlsplit(url).path.strip('/')}-000001"
    with Elasticsearch(url.rpartition("/")[0]) as client:

        def flood(turn: int) -> None:
            if turn in (1, 12):
                client.indices.put_settings(
                    index=index, settings={block: True if turn == 1 else None}
                )

        deliver_all(Relay(store.outbox, backend, hurried()), between=flood)
    assert store.outbox.dead() == []
    assert lost(backend, ids) == ([], 0)


@pytest.mark.slow
def test_one_poisoned_document_among_a_thousand_and_its_replay(
    store: Store, url: str, tmp_path: Path
) -> None:
    alias = urlsplit(url).path.strip("/")
    with Elasticsearch(url.rpartition("/")[0]) as client:
        narrow = mapping()
        del narrow["properties"]["image"]
        client.indices.create(
            index=f"{alias}-000001",
            aliases={alias: {}},
            mappings=narrow,
            settings=versions.settings(),
        )
    backend = open_backend(url, tmp_path, environment={})
    ids = fill(store, 1_000)
    spoil(store, ids[637], image="https://example.org/poison.jpg")
    deliver_all(Relay(store.outbox, backend, hurried()))
    assert lost(backend, ids) == ([ids[637]], 0)
    (letter,) = store.outbox.dead()
    assert letter["article"] == ids[637]
    assert "image" in letter["reason"]

    life = IndexAdmin(url, {})  # what was wrong is mended
    life.migration().migrate(anew=True)
    life.close()
    said = _veille(tmp_path, url, "doctor", "--replay", "--json")
    assert '"replayed":1' in said.stdout
    done = _veille(tmp_path, url, "relay", "--once", "--json")
    assert '"indexed":1,"rejected":0' in done.stdout, done.stderr
    assert lost(backend, ids) == ([], 0)
    assert store.outbox.dead() == []
    backend.close()


def _veille(folder: Path, url: str, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VEILLE_")}
    environment = {
        **kept,
        "VEILLE_DATA": str(folder),
        "VEILLE_INDEX": url,
        "PYTHONPATH": PYTHON_PATH,
    }
    command = [sys.executable, "-m", "veille", *words]
    return subprocess.run(
        command, cwd=folder, env=environment, check=False, capture_output=True, text=True
    )

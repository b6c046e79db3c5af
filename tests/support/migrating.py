"""A migration rehearsed: an index of an older version, articles that come and go, searches, and
kills meanwhile.
"""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from indexer.analysis import analyzers
from indexer.backend import Backend, Delete, Operation, Put
from indexer.backends import open_backend
from indexer.backends.elastic import versions
from indexer.document import mapping
from indexer.query import Search, Word
from tests.support.replay import PYTHON_PATH

BATCH = 5
PAUSE_SECONDS = 0.02
Document = dict[str, Any]


@dataclass
class Rehearsal:
    """What happened: searches asked and failed, what should be in the index now (id → text), kills,
    seconds.
    """

    expected: dict[str, str]
    searches: int = 0
    failures: list[str] = field(default_factory=list)
    kills: int = 0
    seconds: float = 0.0
    missing: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)


def make_old(client: Elasticsearch, alias: str) -> None:
    """An index as an older version would have made it: one field less, and terms cut otherwise."""
    mappings = mapping()
    mappings["_meta"]["fingerprint"] = "older"
    del mappings["properties"]["tags"]
    settings = versions.settings() | {"analysis": analyzers.elastic_analysis()}
    settings["analysis"]["analyzer"]["terms"]["filter"] = []
    client.indices.create(
        index=f"{alias}-000001",
        settings=settings,
        mappings=mappings,
        aliases={alias: {"is_write_index": True}},
    )


def rehearse(
    url: str, held: Sequence[Document], arriving: Sequence[Document], folder: Path, kills: int
) -> Rehearsal:
    """Fill an index of an older version at `url`, migrate it by command, and kill the command at so
    many moments.
    """
    base, _, alias = url.rpartition("/")
    with Elasticsearch(base, request_timeout=60) as client:
        make_old(client, alias)
        backend = open_backend(url, folder, environment={})
        for start in range(0, len(held), 1_000):
            _write(backend, [Put(document) for document in held[start : start + 1_000]])
        backend.refresh()
        result = Rehearsal({str(document["id"]): str(document["text"]) for document in held})
        begun = time.monotonic()
        with _busy(backend, held, arriving, result):
            _migrate(url, folder, kills, random.Random(1), result)
            result.seconds = time.monotonic() - begun
        backend.refresh()
        _compare(backend, result)
        result.versions = list(versions.existing(client, alias).values())
        backend.close()
    return result


@contextmanager
def _busy(
    backend: Backend, held: Sequence[Document], arriving: Sequence[Document], result: Rehearsal
) -> Iterator[None]:
    """Searches until the end of the block; arrivals, changes and departures until all have been
    written.
    """
    stop = threading.Event()
    threads = [
        threading.Thread(target=_arrive, args=(backend, held, arriving, result)),
        threading.Thread(target=_search, args=(backend, stop, result)),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
        threads[0].join()
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _arrive(
    backend: Backend, held: Sequence[Document], arriving: Sequence[Document], result: Rehearsal
) -> None:
    """Every batch of new articles brings an edit of an old one, and every second batch takes one away."""
    for number, start in enumerate(range(0, len(arriving), BATCH)):
        operations: list[Operation] = [
            Put(document) for document in arriving[start : start + BATCH]
        ]
        edited = {**held[(number * 7) % len(held)], "text": f"Corrected, {number} times."}
        operations.append(Put(edited))
        if number % 2:
            operations.append(Delete(str(held[(number * 13 + 5) % len(held)]["id"])))
        _write(backend, operations)
        for operation in operations:
            if isinstance(operation, Put):
                result.expected[operation.id] = str(operation.document["text"])
            else:
                result.expected.pop(operation.id, None)
        time.sleep(PAUSE_SECONDS)


def _write(backend: Backend, operations: Sequence[Operation]) -> None:
    """As the relay does: what is not taken now is tried again."""
    while operations:
        outcomes = backend.write(operations)
        assert not [outcome for outcome in outcomes if outcome.status == "rejected"]
        operations = [
            one for one, what in zip(operations, outcomes, strict=True) if what.status == "retry"
        ]
        if operations:
            time.sleep(0.1)


def _search(backend: Backend, stop: threading.Event, result: Rehearsal) -> None:
    """Searches by relevance, and walks by date, one page after another."""
    words = (Search(Word("le"), limit=20, facets=("source",)), Search(Word("the"), limit=20))
    while not stop.is_set():
        cursor = None
        try:
            for search in words:
                backend.search(search)
                result.searches += 1
            for _ in range(3):
                found = backend.search(Search(sort="newest", limit=20, cursor=cursor))
                result.searches += 1
                if (cursor := found.cursor) is None:
                    break
        except Exception as error:  # whatever it is, a reader would have seen it
            result.failures.append(repr(error))


def _migrate(url: str, folder: Path, kills: int, draw: random.Random, result: Rehearsal) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VEILLE_")}
    environment = {
        **kept,
        "VEILLE_INDEX": url,
        "VEILLE_DATA": str(folder / "data"),
        "PYTHONPATH": PYTHON_PATH,
    }
    command = [sys.executable, "-m", "veille", "elastic", "migrate", "--walks", "1"]
    while True:
        with subprocess.Popen(
            command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
        ) as process:
            if result.kills < kills:
                try:
                    process.wait(_moment(draw, len(result.expected) / 1_000))
                except subprocess.TimeoutExpired:
                    process.kill()
                    result.kills += 1
                    continue
            _, said = process.communicate()
        assert process.returncode == 0, said
        if result.kills >= kills:
            return
        # Over before its moment had come: another version is to be made.
        command = [*command[:7], "--anew"]


def _moment(draw: random.Random, seconds: float) -> float:
    """Seconds after the start of the command: it needs about one and a half to begin."""
    return 1.5 + draw.random() * seconds


def _compare(backend: Backend, result: Rehearsal) -> None:
    seen: dict[str, str] = {}
    for document in backend.scan(Search()):
        name = str(document["id"])
        if name in seen:
            result.doubled.append(name)
        seen[name] = str(document["text"])
    result.missing = sorted(result.expected.keys() - seen.keys())
    result.surplus = sorted(seen.keys() - result.expected.keys())
    known: Mapping[str, str] = result.expected
    result.outdated = [name for name, text in seen.items() if known.get(name, text) != text]

"""Backups of the index in Elasticsearch: taken, listed and brought back by command."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.backend import Delete, Put
from indexer.backends import open_backend
from tests.contract.articles import ARTICLES
from tests.support import elasticsearch
from tests.support.unprivileged import Missing

pytestmark = [pytest.mark.elasticsearch, pytest.mark.slow]


@pytest.fixture(scope="module")
def server() -> Iterator[elasticsearch.Server]:
    """A server of its own: where its backups may stand is a setting of the server."""
    try:
        with elasticsearch.running() as started:
            yield started
    except Missing as missing:
        if os.environ.get("CI"):
            pytest.fail(f"Elasticsearch is needed: {missing}")
        pytest.skip(str(missing))


def test_what_was_backed_up_comes_back(server: elasticsearch.Server, tmp_path: Path) -> None:
    url = f"{server.url}/backed-up"
    backend = open_backend(url, tmp_path, environment={})
    backend.setup()
    backend.write([Put(article) for article in ARTICLES])
    backend.refresh()
    whole = backend.count()

    first = _snapshot(tmp_path, url, "--location", str(server.folder / "data/backups/veille"))
    assert first.returncode == 0, first.stderr
    name = json.loads(first.stdout)[0]["name"]
    assert name in _snapshot(tmp_path, url, "--list").stdout

    backend.write([Delete(str(article["id"])) for article in ARTICLES[:3]])
    backend.refresh()
    assert backend.count() == whole - 3
    restored = _snapshot(tmp_path, url, "--restore", name)
    assert restored.returncode == 0, restored.stderr
    assert backend.count() == whole
    assert backend.write([Put(ARTICLES[0])])[0].status == "done"
    backend.close()


def test_a_backup_that_is_not_there_is_named(server: elasticsearch.Server, tmp_path: Path) -> None:
    url = f"{server.url}/backed-up-once"
    backend = open_backend(url, tmp_path, environment={})
    backend.setup()
    backend.close()
    taken = _snapshot(tmp_path, url, "--location", str(server.folder / "data/backups/veille"))
    assert taken.returncode == 0, taken.stderr
    said = _snapshot(tmp_path, url, "--restore", "veille-of-long-ago")
    assert said.returncode == 1
    assert "veille-of-long-ago" in said.stderr
    assert "Traceback" not in said.stderr


def _snapshot(folder: Path, url: str, *words: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VEILLE_")}
    environment = {**kept, "VEILLE_DATA": str(folder), "VEILLE_INDEX": url}
    command = [sys.executable, "-m", "veille", "elastic", "snapshot", *words, "--json"]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)

"""What is wrong with the machine or with what is sent gets a clear answer: no traceback, no status
500, no long wait.
"""

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from crawler.config import load_config
from crawler.store import Store
from search.commands.console import PATIENCE
from search.commands.serve import bind, server_of
from tests.support.serving import answering
from tests.support.shelf import indexed, shelf

ROOT = Path(__file__).resolve().parent.parent
NOBODY = 65_534
SOURCES = '[[source]]\nid = "a"\nname = "A"\nhome = "http://127.0.0.1:9/"\n'


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A server as `veille serve` runs it; its URL."""
    config = load_config(data=folder, sources=folder / "sources.toml")
    config.sources.write_text("", encoding="utf-8")
    with (
        closing(Store(config.database_url, upgrade=True, patience=PATIENCE)) as store,
        indexed(shelf()[:3], folder) as backend,
        bind("127.0.0.1", 0) as bound,
        answering(server_of(config, backend, store, bound=bound), bound) as address,
    ):
        yield f"http://{address}"


def test_bodies_without_end_hold_no_place(tmp_path: Path) -> None:
    head = "POST /api/v1/saved HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n"
    lengths = ("Content-Length: 1000\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n")
    with serving(tmp_path) as address, ExitStack() as opened:
        host = address.removeprefix("http://")
        name, _, port = host.partition(":")
        endless = []
        for number in range(70):
            one = opened.enter_context(socket.create_connection((name, int(port))))
            one.sendall((head.format(host) + lengths[number % 2]).encode())
            endless.append(one)
        assert httpx.get(f"{address}/api/v1/search", timeout=30).status_code == 200
        assert httpx.get(f"{address}/saved", timeout=30).status_code == 200
        statuses = set()
        for one in endless:
            one.settimeout(30)
            statuses.add(one.recv(1_000).split()[1])
        assert statuses == {b"408", b"503"}
        draft = {"name": "Port", "query": {"q": "port"}}
        assert httpx.post(f"{address}/api/v1/saved", json=draft).status_code == 201


NESTED = ("[" * 20_000, '{"a":' * 10_000, quote("[" * 10_000), "x" * 50_000, '"' * 3_000)


@pytest.mark.parametrize("cookie", NESTED)
def test_a_cookie_of_any_depth_is_answered(tmp_path: Path, cookie: str) -> None:
    with serving(tmp_path) as address:
        for name in ("veille_notice", "veille_form", "veille_ui", "veille_token", "other"):
            answer = httpx.get(f"{address}/saved", headers={"cookie": f"{name}={cookie}"})
            assert answer.status_code == 200


def test_a_deep_body_is_answered(tmp_path: Path) -> None:
    with serving(tmp_path) as address:
        for body in ("[" * 200_000, '{"name":' * 100_000, '{"query":{"q":"' + "(" * 3_000 + '"}}'):
            for path in ("/api/v1/saved", "/api/v1/alerts/dry-run", "/api/v1/sources/preview"):
                answer = httpx.post(
                    f"{address}{path}", content=body, headers={"content-type": "application/json"}
                )
                assert answer.status_code == 400, path
                assert answer.json()["error"]["code"]


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Another process that writes and does not come to an end."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.mark.slow
def test_a_store_that_is_held_is_told(tmp_path: Path) -> None:
    draft = {"name": "Port", "query": {"q": "port"}}
    with serving(tmp_path) as address, held(tmp_path / "veille.sqlite"):
        assert httpx.get(f"{address}/saved").status_code == 200
        answer = httpx.post(f"{address}/api/v1/saved", json=draft, timeout=60)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
        assert "another process" in answer.json()["error"]["message"]
        ended = veille(tmp_path, "saved", "add", "Port", "port", data=tmp_path)
        assert ended.returncode == 1
        assert "another process" in ended.stderr
        assert "Traceback" not in ended.stderr


def veille(
    folder: Path, *words: str, data: Path, user: int | None = None
) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VEILLE_")}
    return subprocess.run(
        [sys.executable, str(ROOT / "veille.py"), *words],
        cwd=folder,
        env=kept | {"VEILLE_DATA": str(data), "HOME": "/tmp", "VEILLE_WORKERS": "1"},
        user=user,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


COMMANDS = (
    ("crawl",),
    ("up", "--port", "0"),
    ("serve", "--port", "0"),
    ("doctor",),
    ("search", "port"),
    ("saved", "add", "Port", "port"),
    ("saved", "list"),
    ("token", "add", "colleague"),
    ("export",),
    ("relay",),
    ("schedule",),
    ("reindex",),
    ("source", "pause", "a"),
)


@pytest.mark.slow
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_folder_that_cannot_be_written_is_told(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(SOURCES, encoding="utf-8")
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    ended = veille(tmp_path, *words, data=tmp_path / "file" / "data")
    assert "Traceback" not in ended.stderr
    assert ended.returncode == 1
    assert len(ended.stderr.strip().splitlines()) == 1

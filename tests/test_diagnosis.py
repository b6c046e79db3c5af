"""What a source ails from is told as what it is: `veille crawl`, then `veille doctor`."""

import json
import os
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.store import Store

ROOT = Path(__file__).resolve().parent.parent


class _NoTls(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.recv(1024)
        self.request.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")


@pytest.fixture(scope="module")
def without_tls() -> Iterator[int]:
    """The port of a server that knows no TLS."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _NoTls) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, without_tls: int) -> dict[str, str]:
    """What the doctor says of each source after a crawl."""
    folder = tmp_path_factory.mktemp("diagnosis")
    addresses = {
        "nameless": "http://www.lighthouse.invalid/feed",
        "refused": "http://127.0.0.1:9/feed",
        "plain": f"https://127.0.0.1:{without_tls}/feed",
    }
    sources = [
        f'[[source]]\nid = "{name}"\nname = "{name}"\nhome = "{url}"\nfeeds = ["{url}"]\n'
        for name, url in addresses.items()
    ]
    (folder / "sources.toml").write_text("".join(sources), encoding="utf-8")
    _veille(folder, without_tls, "crawl")
    store = Store(f"sqlite:///{folder / 'data' / 'veille.sqlite'}")
    # A crawl judges its source when it ends.
    assert set(store.judgements.kept(list(addresses))) == set(addresses)
    store.close()
    doctor: dict[str, Any] = json.loads(_veille(folder, without_tls, "doctor", "--json"))
    return {
        source["id"]: " ".join(finding["sentence"] for finding in source["findings"])
        for source in doctor["sources"]
    }


def _veille(folder: Path, port: int, *arguments: str) -> str:
    hosts = f"127.0.0.1:9,127.0.0.1:{port}"
    done = subprocess.run(
        [sys.executable, str(ROOT / "veille.py"), *arguments],
        cwd=folder,
        env={**os.environ, "VEILLE_ALLOW_HOSTS": hosts},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("nameless", "the site's name is not known"),
        ("refused", "the connection was refused"),
        ("plain", "no secure connection could be made"),
    ],
)
def test_a_host_that_can_not_be_reached_is_told_by_what_failed(
    told: dict[str, str], source: str, why: str
) -> None:
    assert why in told[source]
    assert "robots" not in told[source]

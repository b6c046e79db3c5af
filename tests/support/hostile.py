"""A site on loopback whose every answer a test writes down to the byte, and one crawl of its feed."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

import orjson
from sqlalchemy import create_engine, text

ROOT = Path(__file__).resolve().parent.parent.parent
WORDS = "The council met on Tuesday evening and voted for the new bridge over the river near the old mill. "


@dataclass(frozen=True)
class Answer:
    """What a path answers; `raw` takes the connection over and writes whatever it likes."""

    body: bytes = b""
    status: int = 200
    headers: Sequence[tuple[str, str]] = ()
    raw: Callable[[socket.socket], None] | None = None


@dataclass
class Site:
    """A running site: its port, and what it was asked, each with the head of the request, and when."""

    port: int
    asked: list[tuple[str, str]] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class _Server(ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64


@contextmanager
def serving(answers: Mapping[str, Answer]) -> Iterator[Site]:
    """Serve the answers by path until the end of the block; other paths are not found."""

    class Answering(StreamRequestHandler):
        def handle(self) -> None:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = self.rfile.readline(65_536)
                if not line:
                    return
                head += line
            path = head.split(b" ", 2)[1].decode("latin-1")
            site.asked.append((path, head.decode("latin-1")))
            site.moments.append(time.monotonic())
            answer = answers.get(path, Answer(status=404))
            with suppress(OSError):
                if answer.raw:
                    answer.raw(self.connection)
                else:
                    self.wfile.write(_written(answer))

    with _Server(("127.0.0.1", 0), Answering) as server:
        site = Site(server.server_address[1])
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield site
        server.shutdown()


def _written(answer: Answer) -> bytes:
    lines = [
        f"HTTP/1.1 {answer.status} X",
        f"Content-Length: {len(answer.body)}",
        "Connection: close",
    ]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + answer.body


def page_of(title: str) -> bytes:
    """An article's page with this headline."""
    said = {"@type": "NewsArticle", "headline": title, "datePublished": "2026-11-24T10:00:00Z"}
    data = f"<script type='application/ld+json'>{json.dumps({'@context': 'https://schema.org', **said})}</script>"
    text = "".join(f"<p>{number}. {title}: {WORDS * 3}</p>" for number in range(4))
    head = f"<title>{title}</title><meta property='og:type' content='article'>{data}"
    return f"<html lang=en><head>{head}</head><body><article><h1>{title}</h1>{text}</article></body></html>".encode()


def feed_of(site: Site, paths: Sequence[str]) -> Answer:
    """A feed that lists these paths, or whole addresses."""
    links = [path if "://" in path else site.base + path for path in paths]
    items = "".join(f"<item><link>{link.replace('&', '&amp;')}</link></item>" for link in links)
    return Answer(f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>".encode())


def settings_of(site: Site, folder: Path, also: Sequence[Site] = ()) -> dict[str, str]:
    """The environment of a command that watches the site, with its state in the folder."""
    sources = f'[[source]]\nid = "x"\nname = "X"\nhome = "{site.base}/"\nfeeds = ["{site.base}/feed.xml"]\n'
    (folder / "sources.toml").write_text(sources, encoding="utf-8")
    kept = {
        name: value for name, value in os.environ.items() if not name.upper().startswith("VEILLE_")
    }
    return {name: value for name, value in kept.items() if not name.lower().endswith("_proxy")} | {
        "VEILLE_ALLOW_HOSTS": ",".join(f"127.0.0.1:{one.port}" for one in (site, *also)),
        "VEILLE_DATA": str(folder / "data"),
        "VEILLE_SOURCES": str(folder / "sources.toml"),
        "VEILLE_DOWNLOAD_DELAY": "0",
        "VEILLE_WORKERS": "1",
    }


def crawled(
    site: Site, folder: Path, *options: str, also: Sequence[Site] = (), **settings: str
) -> str:
    """Crawl the site's feed in a process of its own; returns what it logged."""
    command = [sys.executable, "-m", "scrapy", "crawl", "feed", "-a", "source=x", *options]
    environment = settings_of(site, folder, also) | settings
    ended = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=240
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stderr


def run(
    settings: Mapping[str, str],
    *command: str,
    program: Sequence[str] = ("veille.py",),
    code: int = 0,
) -> str:
    """Run a command of Veille to its end, with this exit code; returns what it printed and logged."""
    ended = subprocess.run(
        [sys.executable, *program, *command],
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert ended.returncode == code, ended.stderr
    return ended.stdout + ended.stderr


def documents(folder: Path) -> list[dict[str, Any]]:
    """The articles that the store of a data folder holds."""
    return [orjson.loads(row.document) for row in _rows(folder, "select document from articles")]


def outcomes(folder: Path) -> dict[str, tuple[str, str | None]]:
    """State and reason of each page that the store knows, by its address."""
    return {
        row.url: (row.state, row.reason)
        for row in _rows(folder, "select url, state, reason from pages")
    }


def _rows(folder: Path, query: str) -> Sequence[Any]:
    engine = create_engine(f"sqlite:///{folder / 'data' / 'veille.sqlite'}")
    try:
        with engine.connect() as connection:
            return connection.execute(text(query)).all()
    finally:
        engine.dispose()

"""A newspaper that only its scripts render: every page is the same shell, its list and its articles are
JSON. And a Chromium whose own attempts to connect are written down.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.hostile import WORDS, Answer

SHELL = b"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The Quay</title>
<script defer src="/app.js"></script><link rel="stylesheet" href="/app.css"></head>
<body><noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div></body></html>"""
APP = """
const root = document.getElementById('root');
const menu = '<header><a href="/">The Quay</a><nav><a href="/news">News</a></nav></header>';
async function show() {
  if (['/', '/news'].includes(location.pathname)) {
    const list = await (await fetch('/api/list')).json();
    root.innerHTML = menu + '<main>' + list.map(
      item => `<article><h2><a href="${item.url}">${item.title}</a></h2></article>`).join('') + '</main>';
    return;
  }
  const item = await (await fetch('/api' + location.pathname)).json();
  document.title = item.title;
  root.innerHTML = `${menu}<main><article><h1>${item.title}</h1><time datetime="${item.date}"></time>`
    + item.text.map(line => `<p>${line}</p>`).join('') + '</article></main>';
}
show();
"""
CONNECTING = {"TCP_CONNECT", "TCP_CONNECT_ATTEMPT", "UDP_CONNECT", "SOCKET_CONNECT"}
"""Events of Chromium's network log that show an attempt to connect."""
PROBE = "[2001:4860:4860::8888]:443"
"""Chromium connects a UDP socket to this address, and sends nothing, to see whether there is a route by
IPv6 (net/dns/host_resolver_manager.cc).
"""
_HTML = [("Content-Type", "text/html"), ("ETag", '"1"')]
_JSON = [("Content-Type", "application/json")]


def path_of(number: int) -> str:
    """The path of a numbered article."""
    return f"/2026/11/20/crane-{number}-lifts-its-first-load"


def title_of(number: int) -> str:
    """Its headline, which stands in no answer but that of the API."""
    return f"Crane {number} lifts its first load after the repair"


def scripted(numbers: Sequence[int], app: str = APP) -> dict[str, Answer]:
    """The answers of a site with these articles, by path."""
    answers = {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /private\n"),
        "/": Answer(SHELL, headers=_HTML),
        "/news": Answer(SHELL, headers=_HTML),
        "/app.js": Answer(app.encode(), headers=[("Content-Type", "text/javascript")]),
    }
    answers["/api/list"] = _json([{"url": path_of(n), "title": title_of(n)} for n in numbers])
    for number in numbers:
        text = [f"{line}. {title_of(number)}: {WORDS * 3}" for line in range(4)]
        item = {"title": title_of(number), "date": "2026-11-20T10:00:00Z", "text": text}
        answers[path_of(number)] = Answer(SHELL, headers=_HTML)
        answers[f"/api{path_of(number)}"] = _json(item)
    return answers


def _json(values: object) -> Answer:
    return Answer(json.dumps(values).encode(), headers=_JSON)


@dataclass(frozen=True)
class RecordedBrowser:
    """A program that runs Chromium and writes its network log, by Chromium itself, into `folder`."""

    program: Path
    folder: Path

    def attempts(self) -> list[str]:
        """The addresses that all browsers tried to connect to, and "sent" where they sent bytes."""
        rows = [row for file in self.folder.glob("*.json") for row in _events(file)]
        assert "REQUEST_ALIVE" in {name for name, _ in rows}, "no network log was read"
        tried = [address for name, address in rows if name in CONNECTING and address]
        return tried + ["sent" for name, _ in rows if name.endswith("BYTES_SENT")]


@contextmanager
def recorded_browser() -> Iterator[RecordedBrowser]:
    """Skips where there is no Chromium. The folder is open to any user: under root the browser runs
    as nobody.
    """
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium here")
    with tempfile.TemporaryDirectory(prefix="veille-recorded-") as name:
        folder = Path(name)
        folder.chmod(0o777)
        program = folder / "chromium"
        log = f"{folder}/$$.json"
        program.write_text(f'#!/bin/sh\nexec {chromium} --log-net-log={log} "$@"\n')
        program.chmod(0o755)
        yield RecordedBrowser(program, folder)


def _events(file: Path) -> Iterator[tuple[str, str]]:
    """Name and address (empty where there is none) of the events of a network log, which ends anywhere where its browser was killed."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    constants = json.loads(lines[0].removeprefix('{"constants":').removesuffix(","))
    names: Mapping[int, str] = {number: name for name, number in constants["logEventTypes"].items()}
    for line in lines[1:]:
        try:
            event = json.loads(line.removeprefix('"events": [').rstrip(","))
        except json.JSONDecodeError:
            continue
        if isinstance(event, dict) and "type" in event:
            yield names[event["type"]], event.get("params", {}).get("address", "")

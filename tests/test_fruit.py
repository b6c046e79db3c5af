"""A source that brings nothing, crawled and asked about as a user does it."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow
STORIES = [f"/sea/the-boats-to-island-{number}-run-again-90817{number}" for number in range(6)]
WALL = "<h1>Vi värnar om din integritet</h1><p>Godkänn kakor från oss och våra partner.</p>"
NOTICE = [
    "Our paper has a new dress: brighter, quicker and closer to you, made with readers in mind.",
    "Tell us by post or at the counter how you like it, and what you miss in these new columns.",
]
LINES = [
    "The ferry company said on Monday that its boats run twice a day again from the first week of May.",
    "The harbour master expects the queues at the landing stage to be gone within a fortnight.",
    "Fares stay as they are until the county council looks at its contract with the company.",
]


def document(title: str, body: str, language: str = "en") -> str:
    head = f'<meta charset="utf-8"><title>{title}</title>'
    return f'<html lang="{language}"><head>{head}</head><body><main>{body}</main></body></html>'


class _Site(BaseHTTPRequestHandler):
    """A feed of stories that stand behind a wall while `closed`, or give way to one notice while
    `moved`; and a section that scripts fill.
    """

    closed = False
    moved = False

    def do_GET(self) -> None:
        answer = self._answer()
        self.send_response(200 if answer else 404)
        self.send_header("Content-Type", "text/xml" if self.path == "/rss" else "text/html")
        self.end_headers()
        self.wfile.write(answer.encode())

    def _answer(self) -> str:
        base = f"http://{self.headers['Host']}"
        if self.path == "/rss":
            items = "".join(
                f"<item><title>The boats to island {number} run again</title><link>{base}{path}</link></item>"
                for number, path in enumerate(STORIES)
            )
            return f"<rss version='2.0'><channel><title>Sea</title>{items}</channel></rss>"
        if self.path == "/empty/":
            return document("Sea", '<h1>Sea</h1><a href="/empty/">Sea</a><div id="app"></div>')
        if self.path not in STORIES:
            return ""
        if type(self).closed:
            return document("Fyren", WALL, "sv")
        if type(self).moved:
            lines = "".join(f"<p>{line}</p>" for line in NOTICE)
            declared = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "New"}</script>'
            return document("New", f"{declared}<article><h1>New</h1>{lines}</article>")
        number = STORIES.index(self.path)
        lines = "".join(f"<p>{line} Boat {number}.</p>" for line in LINES)
        title = f"The boats to island {number} run again"
        return document(title, f"<article><h1>{title}</h1>{lines}</article>")

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    _Site.closed = _Site.moved = False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


class Desk:
    """A folder with a source, in which commands run."""

    def __init__(self, folder: Path, host: str, entry: str = "") -> None:
        self.folder = folder
        self.host = host
        source = f'[[source]]\nid = "sea"\nname = "Sea"\nhome = "http://{host}/"\n{entry}\n'
        if entry:
            (folder / "sources.toml").write_text(source, encoding="utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, str(ROOT / "veille.py"), *arguments],
            cwd=self.folder,
            env={**os.environ, "VEILLE_ALLOW_HOSTS": self.host},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done

    def titles(self) -> list[str]:
        rows = self.run("export", "--format", "jsonl").stdout.splitlines()
        return sorted(json.loads(row)["title"] for row in rows)

    def make_due(self) -> None:
        """As if so much time had passed that every page is due for its next look."""
        with closing(sqlite3.connect(self.folder / "data" / "veille.sqlite")) as store, store:
            store.execute("UPDATE pages SET next_visit = '2020-01-01' WHERE next_visit IS NOT NULL")

    def findings(self) -> list[dict[str, Any]]:
        (source,) = json.loads(self.run("doctor", "--json").stdout)["sources"]
        found: list[dict[str, Any]] = source["findings"]
        return found


def test_walls_in_the_place_of_every_article_are_told_and_none_is_kept(
    tmp_path: Path, site: str
) -> None:
    desk = Desk(tmp_path, site, f'feeds = ["http://{site}/rss"]')
    _Site.closed = True
    desk.run("crawl")
    (finding,) = desk.findings()
    assert (finding["problem"], finding["level"]) == ("fruitless", "bad")
    assert "another page than the one that was announced" in finding["sentence"]
    assert desk.titles() == []


def test_one_text_at_many_addresses_is_no_article_until_they_hold_their_own(
    tmp_path: Path, site: str
) -> None:
    desk = Desk(tmp_path, site, f'feeds = ["http://{site}/rss"]')
    _Site.moved = True
    desk.run("crawl")
    assert desk.titles() == []
    (finding,) = desk.findings()
    assert finding["problem"] == "fruitless"
    assert "a text that stands at other addresses" in finding["sentence"]
    _Site.moved = False
    desk.make_due()
    desk.run("crawl")
    assert desk.titles() == [f"The boats to island {number} run again" for number in range(6)]


def test_a_section_that_lists_nothing_is_told_by_every_command(tmp_path: Path, site: str) -> None:
    desk = Desk(tmp_path, site, f'sections = [{{ url = "http://{site}/empty/" }}]')
    checked = desk.run("source", "check")
    assert (checked.returncode, "0 links" in checked.stdout) == (1, True)
    desk.run("crawl")
    assert desk.findings() == []
    desk.run("crawl")
    (finding,) = desk.findings()
    assert (finding["problem"], finding["level"]) == ("empty", "bad")


def test_an_address_that_leads_to_no_page_becomes_no_source(tmp_path: Path, site: str) -> None:
    desk = Desk(tmp_path, site)
    added = desk.run("source", "add", f"http://{site}/empty/", "--yes")
    assert added.returncode == 1
    assert "lists any page" in added.stderr
    assert not (tmp_path / "sources.toml").exists()
    assert desk.run("source", "add", f"http://{site}/rss", "--yes").returncode == 0

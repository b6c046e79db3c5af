"""`veille import` with lists of addresses: they are fetched at once, politely, and nothing beside
them.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler import demo
from crawler.demo import Newsroom
from crawler.imports import read_addresses
from tests.support.clock import machine_now
from tests.support.crawling import LONGEST, ROOT, CrawlFolder

ADDRESS = "https://www.example.org/news/1"
LISTS = {
    "lines": (f"# our list\n\n{ADDRESS}\n  {ADDRESS}?a=1  \n", [ADDRESS, f"{ADDRESS}?a=1"]),
    "a comment behind": (f"{ADDRESS} # of Tuesday", [ADDRESS]),
    "a fragment": (f"{ADDRESS}#top", [ADDRESS]),
    "a mark of order": (f"\ufeff{ADDRESS}\r\n", [ADDRESS]),
    "a table": (f'day,URL,title\n1,{ADDRESS},"One, two"\n2,,none\n', [ADDRESS, None]),
    "a table with semicolons": (f'Titel;url\n"Eins; zwei";{ADDRESS}\n', [ADDRESS]),
    "a table with tabs": (f"url\ttitle\n{ADDRESS}\tOne\n", [ADDRESS]),
    "one column": (f"url\n{ADDRESS}\n", [ADDRESS]),
    "no address": ("example\nftp://www.example.org/a\njavascript:alert(1)\n", [None] * 3),
    "no page": (f"{ADDRESS}.jpg\n{ADDRESS}.pdf", [None, None]),
    "too long": (f"{ADDRESS}{'a' * 30_000}", [None]),
    "nothing": ("\n# only a comment\n", []),
    "a broken table": (f'url,title\n"{ADDRESS}\n', [ADDRESS]),
}


@pytest.mark.parametrize("form", LISTS)
def test_addresses_are_read_from_lines_and_tables(form: str) -> None:
    text, addresses = LISTS[form]
    found = list(read_addresses(text.splitlines(keepends=True)))
    assert [address.url for address in found] == addresses
    assert all(address.url or address.problem for address in found)


@dataclass
class Imports:
    """A newsroom, and the imports of lists of its addresses."""

    room: Newsroom
    folder: CrawlFolder

    def take(self, *arguments: str, text: str = "") -> tuple[int, dict[str, Any], str]:
        """Import: exit code, the JSON and what was said beside it."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "veille.py"), "import", "--json", *arguments],
            cwd=ROOT,
            env=self.folder.environment,
            input=text,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        return done.returncode, json.loads(done.stdout), done.stderr


@pytest.fixture(scope="module")
def imports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imports]:
    with demo.serve(machine_now() - timedelta(minutes=5)) as room:
        yield Imports(room, CrawlFolder(tmp_path_factory.mktemp("imports"), room))


def test_listed_pages_are_fetched_once_and_no_entry_point_is(
    imports: Imports, tmp_path: Path
) -> None:
    chosen = imports.room.article_urls("echo")[:3] + imports.room.article_urls("calder")[:2]
    base = imports.room.base_urls["echo"]
    lines = [
        *chosen,
        chosen[0],
        f"{base}/nowhere",
        "https://unknown.example/news/1",
        "news",
        f"{base}/",
    ]
    path = tmp_path / "list.txt"
    path.write_text("\n".join(lines), encoding="utf-8")

    code, first, said = imports.take(str(path))
    assert (code, first["new"], first["indexed"], first["addresses"]) == (0, 5, 5, 10)
    assert (first["skipped"], first["reasons"]["http 404"]) == (2, 1)
    assert (
        f"{path}:8: 'https://unknown.example/news/1' is left out: it belongs to no source" in said
    )
    assert first["wrong_lines"] == 2
    paths = {url.removeprefix(base) for url in chosen if url.startswith(base)}
    assert set(imports.folder.asked("echo")) == {"/robots.txt", "/nowhere", "/", *paths}

    imports.room.requests.clear()
    code, second, _ = imports.take("-", text="\n".join(chosen))
    assert (code, second["new"], second["known"]) == (0, 0, 5)
    assert list(imports.room.requests) == []


@pytest.mark.parametrize("text", ["", "[[source]]\nid = 'a'\n"])
def test_what_is_no_list_is_told_as_such(imports: Imports, text: str) -> None:
    code, body, said = imports.take("-", text=text)
    assert code == 1
    assert body["wrong_lines"] == 0
    assert "standard input holds no web address" in said

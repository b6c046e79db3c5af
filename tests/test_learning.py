"""What a monitor learns from many pages of one source, and no single page shows."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crawler.extract import fold_line, remove_lines
from tests.support.replay import Replay, counts, environment, exported, veille

PAGES = 12
FURNITURE = "Le Petit Courrier de la Plaine paraît chaque matin depuis la rue des Tanneurs et se lit au café."
TOWNS = ["Zahlé", "Baalbek", "Tripoli", "Saïda", "Tyr", "Byblos", "Jounieh", "Batroun", "Anjar"]


class Site(BaseHTTPRequestHandler):
    """A section page and its articles, each with a line that no rule knows and that stands on every
    one.
    """

    pages = PAGES

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name == "robots.txt":
            return self._say("User-agent: *\nAllow: /\n", "text/plain")
        if name == "nouvelles":
            return self._say(
                "<ul>"
                + "".join(
                    f"<li><a href='/{n}'>À {TOWNS[n % len(TOWNS)]}</a>" for n in self._numbers()
                )
                + "</ul>"
            )
        number = int(name.split("-")[0])
        prose = "".join(
            f"<p>À {TOWNS[number % len(TOWNS)]}, le conseil a voté {number * 7 + part} mesures pour l'eau, et les "
            f"habitants de la rue {number * 31 + part * 5} ont dit leur accord après un long débat public.</p>"
            for part in range(4)
        )
        title = f"Le conseil de {TOWNS[number % len(TOWNS)]}"
        head = (
            f"<title>{title}</title><meta property='article:published_time' content='2026-11-01'>"
        )
        return self._say(f"{head}<article><h1>{title}</h1>{prose}<p>{FURNITURE}</p></article>")

    def _numbers(self) -> range:
        return range(1, Site.pages + 1)

    def _say(self, body: str, kind: str = "text/html") -> None:
        page = (
            body
            if kind == "text/plain"
            else f"<!DOCTYPE html><html lang=fr><body>{body}</body></html>"
        )
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    Site.pages = PAGES
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_line_that_comes_back_leaves_the_text_and_earlier_articles(
    site: str, tmp_path: Path
) -> None:
    sources = tmp_path / "sources.toml"
    section = f'sections = [{{ url = "http://{site}/nouvelles", section = "Nouvelles" }}]'
    sources.write_text(
        f'[[source]]\nid = "courrier"\nname = "C"\nhome = "http://{site}/"\n{section}\n',
        encoding="utf-8",
    )
    env = environment(Replay("", sources, sources, sources), tmp_path / "data", delay=0.0)
    env |= {"http_proxy": "", "VEILLE_ALLOW_HOSTS": site, "VEILLE_WORKERS": "1"}
    assert counts(env)["new"] == PAGES
    with_it = [row for row in exported(env).values() if FURNITURE in row["text"]]
    assert len(with_it) >= 3

    Site.pages = 2 * PAGES
    assert counts(env)["new"] == PAGES
    assert [row for row in exported(env).values() if FURNITURE in row["text"]] == with_it

    dry = json.loads(veille(env, "reextract", "--dry-run", "--json").stdout)
    assert (dry["learned"], dry["changed"], dry["fields"]) == (len(with_it), 0, {})
    assert len([row for row in exported(env).values() if FURNITURE in row["text"]]) == len(with_it)

    veille(env, "reextract")
    veille(env, "relay", "--once")
    rows = exported(env).values()
    assert len(rows) == 2 * PAGES
    assert not [row for row in rows if FURNITURE in row["text"]]
    assert {row["revision"] for row in rows} == {1}
    assert all("le conseil a voté" in row["text"] for row in rows)


def test_a_text_that_is_published_again_and_again_is_kept() -> None:
    text = "La météo du jour sera calme sur toute la côte.\nUn mot de la rédaction."
    every_line = frozenset(map(fold_line, text.split("\n")))
    assert remove_lines(text, every_line) == text
    assert (
        remove_lines(text, frozenset({fold_line("Un mot de la rédaction.")}))
        == text.split("\n", maxsplit=1)[0]
    )

"""What a monitor learns from many pages of one source, and no single page shows."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crawler.extract import LEAST_ARTICLES, LINES_VERSION, fold_line, lines_of, remove_lines
from crawler.store import Store
from crawler.store.articles.boilerplate import is_copy
from tests.support.keeping import keep
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


@pytest.mark.slow
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


LETTER = "Notre lettre du matin"


def _article(store: Store, number: int) -> None:
    letter = chr(97 + number)
    text = f"Premier paragraphe de l'article {letter * 3}\nSuite {letter * 4}\n{LETTER}"
    keep(store, number, text, lines=lines_of(text))


def _learned(store: Store) -> frozenset[str]:
    return store.lines.common("one", LINES_VERSION, LEAST_ARTICLES)


def test_lines_fold_alike_whatever_their_case_quotes_and_numbers() -> None:
    assert fold_line("« À lire » : 12 commentaires") == fold_line(
        "\u201cà lire\u201d - 34 COMMENTAIRES"
    )
    assert fold_line("//") == ""


def test_a_line_is_learned_from_several_articles_never_from_one(store: Store) -> None:
    text = "\n".join([LETTER] * 9)
    keep(store, 0, text, lines=lines_of(text))
    assert _learned(store) == frozenset()
    _article(store, 1)
    assert _learned(store) == frozenset()
    _article(store, 2)
    assert _learned(store) == {fold_line(LETTER)}


def test_counts_are_kept_from_one_crawl_to_the_next(store: Store, other: Store) -> None:
    _article(store, 1)
    _article(store, 2)
    assert _learned(store) == frozenset()
    _article(other, 3)
    assert _learned(store) == {fold_line(LETTER)}


def test_editions_of_one_article_teach_nothing(store: Store) -> None:
    edition = "Le point à midi\nUn premier fait\nUn deuxième fait\nUn troisième fait"
    for number in range(5):
        keep(store, number, edition, lines=lines_of(edition))
    assert _learned(store) == frozenset()
    # What the editions share with other articles is learned from these.
    for number in range(5, 8):
        _article(store, number)
    assert _learned(store) == {fold_line(LETTER)}


def test_an_edition_with_new_lines_takes_back_what_it_counted(store: Store) -> None:
    edition = "Le point à midi\nUn premier fait\nUn deuxième fait\nUn troisième fait"
    keep(store, 1, edition, lines=lines_of(edition))
    later = f"{edition}\nUne précision"
    keep(store, 2, later, lines=lines_of(later))
    assert store.lines.common("one", LINES_VERSION, 1) == lines_of(edition)
    assert store.lines.common("one", LINES_VERSION, 2) == frozenset()


@pytest.mark.parametrize(
    ("counts", "copy"),
    [
        ([], False),
        ([1, 1], False),
        ([0, 0, 0], False),
        ([1, 1, 0], True),
        ([1, 1, 0, 0], False),
        ([2, 2, 2, 0, 0], True),
        ([9, 9, 9, 9, 0, 0, 1], False),
    ],
)
def test_an_article_is_a_copy_where_most_of_its_rare_lines_came_before(
    counts: list[int], copy: bool
) -> None:
    assert is_copy(counts) is copy

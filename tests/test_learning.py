"""What a monitor learns from many pages of one source, and no single page shows."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crawler.extract import (
    LEAST_ARTICLES,
    LINES_VERSION,
    fold_line,
    learned_lines,
    lines_of,
    remove_lines,
)
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
    last_with_furniture = 10 * PAGES

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
        furniture = f"<p>{FURNITURE}</p>" if number <= Site.last_with_furniture else ""
        return self._say(f"{head}<article><h1>{title}</h1>{prose}{furniture}</article>")

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
    Site.last_with_furniture = 10 * PAGES
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()


def _monitored(site: str, tmp_path: Path) -> dict[str, str]:
    """The environment of commands that watch this site."""
    sources = tmp_path / "sources.toml"
    section = f'sections = [{{ url = "http://{site}/nouvelles", section = "Nouvelles" }}]'
    sources.write_text(
        f'[[source]]\nid = "courrier"\nname = "C"\nhome = "http://{site}/"\n{section}\n',
        encoding="utf-8",
    )
    env = environment(Replay("", sources, sources, sources), tmp_path / "data", delay=0.0)
    env |= {"http_proxy": "", "VEILLE_ALLOW_HOSTS": site, "VEILLE_WORKERS": "1"}
    return env


@pytest.mark.slow
def test_a_line_that_was_taken_wrongly_comes_back(site: str, tmp_path: Path) -> None:
    Site.last_with_furniture = 2 * PAGES
    env = _monitored(site, tmp_path)
    assert counts(env)["new"] == PAGES
    Site.pages = 2 * PAGES
    assert counts(env)["new"] == PAGES
    without_it = [row for row in exported(env).values() if FURNITURE not in row["text"]]
    assert len(without_it) >= PAGES

    # Half of the articles say it not: it was of the first ones' topic.
    Site.pages = 4 * PAGES
    assert counts(env)["new"] == 2 * PAGES
    veille(env, "reextract")
    veille(env, "relay", "--once")
    rows = exported(env).values()
    assert len([row for row in rows if FURNITURE in row["text"]]) == 2 * PAGES
    assert {row["revision"] for row in rows} == {1}


@pytest.mark.slow
def test_a_line_that_comes_back_leaves_the_text_and_earlier_articles(
    site: str, tmp_path: Path
) -> None:
    env = _monitored(site, tmp_path)
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


WEATHER = [
    "Le vent soufflera toute la matinée sur la côte, avant de faiblir sous un ciel voilé.",
    "La mer sera agitée au large, et les petites embarcations resteront au port.",
    "Les températures restent au-dessus des moyennes de la saison jusqu'à dimanche.",
]
HOUSE = "Un mot de la rédaction"
SLOGAN = "Le Petit Courrier paraît chaque matin et se lit au café."


def test_a_text_that_is_published_again_and_again_is_kept() -> None:
    text = "\n".join([*WEATHER, HOUSE])
    assert remove_lines(text, lines_of(text)) == text
    assert remove_lines(text, frozenset({fold_line(HOUSE)})) == "\n".join(WEATHER)


def test_no_learned_sentence_takes_a_quarter_of_a_text() -> None:
    text = "\n".join(WEATHER)
    assert remove_lines(text, frozenset({fold_line(WEATHER[2])})) == text


def learned_from(*texts: str) -> frozenset[str]:
    """What a source has taught that published these texts and no others."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(lines_of(text))
    return learned_lines(len(texts), counts)


def _texts(number: int, at: int, line: str) -> list[str]:
    """So many texts on other matters, each with this line at a place among its four sentences."""
    texts = []
    for article in range(number):
        sentences = [
            f"Le conseil {chr(97 + article)} a voté la mesure {part} pour l'eau après un débat public."
            for part in "abcd"
        ]
        sentences.insert(at, line.format(toll=41_000 + 37 * article))
        texts.append("\n".join(sentences))
    return texts


TOLL = "Le siège a fait au moins {toll} morts, selon le ministère de la Santé de la province."


@pytest.mark.parametrize(
    ("line", "at", "number", "goes"),
    [
        (HOUSE, 4, 3, True),
        (HOUSE, 0, 3, True),
        (HOUSE, 2, 5, False),
        (HOUSE, 2, 9, True),
        (SLOGAN, 4, 5, False),
        (SLOGAN, 4, 9, True),
        (SLOGAN, 2, 9, False),
        (TOLL, 1, 9, False),
        (TOLL, 4, 9, False),
        ("Mi-temps : {toll}", 4, 9, False),
    ],
)
def test_furniture_is_a_label_or_at_the_edge_of_most_pages(
    line: str, at: int, number: int, goes: bool
) -> None:
    texts = _texts(number, at, line)
    own = remove_lines(texts[0], learned_from(*texts))
    assert (len(own.split("\n")) == 4) is goes


def test_a_sentence_below_half_of_the_articles_is_of_their_topic() -> None:
    texts = _texts(16, 4, SLOGAN)
    others = [text.removesuffix(f"\n{SLOGAN}") for text in texts[8:]]
    assert SLOGAN in remove_lines(texts[0], learned_from(*texts[:8], *others))


LETTER = "Notre lettre du matin"


def _article(store: Store, number: int) -> None:
    letter = chr(97 + number)
    text = f"Premier paragraphe de l'article {letter * 3}\nSuite {letter * 4}\n{LETTER}"
    keep(store, number, text, lines=lines_of(text), version=LINES_VERSION)


def _learned(store: Store) -> frozenset[str]:
    counts = store.lines.common("one", LINES_VERSION, LEAST_ARTICLES)
    return learned_lines(counts.articles, counts.lines)


def test_lines_fold_alike_whatever_their_case_and_quotes() -> None:
    assert fold_line("« À lire » : le port") == fold_line("\u201cà lire\u201d - LE PORT")
    assert fold_line("12 commentaires") != fold_line("34 commentaires")
    assert fold_line("//") == ""


def test_a_line_is_learned_from_several_articles_never_from_one(store: Store) -> None:
    text = "\n".join([LETTER] * 9)
    keep(store, 0, text, lines=lines_of(text), version=LINES_VERSION)
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
        keep(store, number, edition, lines=lines_of(edition), version=LINES_VERSION)
    assert _learned(store) == frozenset()
    # What the editions share with other articles is learned from these.
    for number in range(5, 8):
        _article(store, number)
    assert _learned(store) == {fold_line(LETTER)}


def test_an_edition_with_new_lines_takes_back_what_it_counted(store: Store) -> None:
    edition = "Le point à midi\nUn premier fait\nUn deuxième fait\nUn troisième fait"
    keep(store, 1, edition, lines=lines_of(edition), version=LINES_VERSION)
    later = f"{edition}\nUne précision"
    keep(store, 2, later, lines=lines_of(later), version=LINES_VERSION)
    counts = store.lines.common("one", LINES_VERSION, 1)
    assert counts == (1, dict.fromkeys(lines_of(edition), 1))


@pytest.mark.parametrize(
    ("counts", "copy"),
    [
        ([], False),
        ([1, 1], False),
        ([0, 0, 0], False),
        ([1, 1, 0], True),
        ([1, 1, 0, 0], True),
        ([1, 1, 0, 0, 0], False),
        ([2, 2, 2, 0, 0], True),
        ([9, 9, 9, 9, 0, 0, 1], False),
    ],
)
def test_an_article_is_a_copy_where_half_of_its_rare_lines_came_before(
    counts: list[int], copy: bool
) -> None:
    assert is_copy(counts) is copy

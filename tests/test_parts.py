"""Articles on several pages: one article, with the text of all of them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.article import Page
from crawler.extract import read
from crawler.extract.markup.pagination import ALONE
from crawler.store import Store
from crawler.urls import canonical_key
from search.commands.reextract import command as reextract
from tests.support.clock import NOW, stopped
from tests.support.hostile import (
    Answer,
    crawled,
    documents,
    feed_of,
    outcomes,
    serving,
    settings_of,
)

BASE = "/enquete/le-vieux-port-33214"
TITLE = "Grand reportage au vieux port"
OPENINGS = (
    "Première partie, la criée",
    "Deuxième partie, le chantier",
    "Troisième partie, la digue",
)
WORDS = "le récit commence avant l'aube, sur le quai mouillé où les pêcheurs attendent le patron"


def body(number: int) -> list[str]:
    """The paragraphs of a part."""
    return [f"{OPENINGS[number - 1]} : {WORDS}, scène {number}{letter}." for letter in "abcd"]


def markup(number: int, links: str, title: str = TITLE, head: str = "") -> bytes:
    """A page that holds the part with this number."""
    paragraphs = "".join(f"<p>{line}</p>" for line in body(number))
    return f"""<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{title} - Le Phare</title>
      <meta property="og:type" content="article">{head}</head><body><main><article><h1>{title}</h1>{paragraphs}
      <div class="pagination">{links}</div></article></main></body></html>""".encode()


STYLES = {
    "a number behind a comma": (f"{BASE}.html", BASE + ",{}.html", "Page {}"),
    "a folder": (f"{BASE}/", BASE + "/{}/", "{}"),
    "a parameter": (BASE, BASE + "?page={}", "Lire la suite"),
    "a word in Arabic": (BASE, BASE + "/page/{}", "الصفحة التالية"),
    "a number behind a hyphen": (f"{BASE}.html", BASE + "-{}.html", "{}/3"),
    "numbers from one on": (f"{BASE},1.html", BASE + ",{}.html", "{}"),
}


def answers(style: str) -> tuple[str, dict[str, Answer]]:
    """The first address, and what each page of the article answers."""
    first, further, words = STYLES[style]
    paths = {1: first, 2: further.format(2), 3: further.format(3)}
    made: dict[str, Answer] = {}
    for number, path in paths.items():
        others = [n for n in paths if n != number and abs(n - number) == 1]
        links = "".join(
            f'<a href="{paths[n]}">{words.format(n) if n > number else n}</a>' for n in others
        )
        back = f'<link rel="prev" href="{paths[number - 1]}">' if number > 1 else ""
        made[path] = Answer(
            markup(number, links, head=back), headers=[("Content-Type", "text/html")]
        )
    return first, made


@pytest.mark.parametrize("style", STYLES)
def test_a_page_says_where_its_article_goes_on(style: str) -> None:
    _, made = answers(style)
    paths = list(made)
    pages = [Page(f"https://www.phare.example{path}", made[path].body, {}, NOW) for path in paths]
    alone = read(pages[0])
    assert alone.pagination.following == pages[1].url
    assert alone.article
    whole = read(Page(pages[0].url, pages[0].body, {}, NOW, parts=tuple(pages[1:])))
    assert whole.parts == 2
    assert whole.article
    assert whole.article.text.split("\n") == [*body(1), *body(2), *body(3)]
    assert whole.article.words == len(whole.article.text.split())


NO_PARTS = {
    "a next article": '<a rel="next" href="/enquete/le-nouveau-port-33215">Le nouveau port</a>',
    "a story of the same name": f'<a rel="next" href="{BASE}-2">Grand reportage au vieux port, second volet</a>',
    "comments": f'<a href="{BASE}/comment-page-2">2</a><a href="{BASE}?cpage=2">2</a>',
    "pictures": f'<a href="{BASE}?photo=2">2</a>',
    "a listing": '<a rel="next" href="/enquete/page/2">2</a><a href="/enquete?page=2">2</a>',
    "another host": f'<a rel="next" href="https://autre.example{BASE}/2">2</a>',
    "the number of an article": '<a rel="next" href="/enquete/le-vieux-port-33215">2</a>',
    "a year": f'<a href="{BASE}/2026">2026</a>',
}


@pytest.mark.parametrize("links", NO_PARTS.values(), ids=NO_PARTS)
def test_other_links_lead_to_other_pages(links: str) -> None:
    reading = read(Page(f"https://www.phare.example{BASE}", markup(1, links), {}, NOW))
    assert reading.article
    assert reading.pagination == ALONE


@pytest.mark.parametrize(
    "part",
    [
        markup(2, "", title="Le budget de la ville est voté"),
        markup(1, ""),
        b"<html><title>Page introuvable</title><body><h1>Page introuvable</h1></body></html>",
        b"",
    ],
    ids=["another headline", "the same text", "an error", "nothing"],
)
def test_what_does_not_belong_is_left_out(part: bytes) -> None:
    url = f"https://www.phare.example{BASE}"
    first = Page(url, markup(1, ""), {}, NOW, parts=(Page(f"{url}/2", part, {}, NOW),))
    reading = read(first)
    assert reading.parts == 0
    assert reading.article
    assert reading.article.text.split("\n") == body(1)


def test_the_page_that_shows_it_whole_is_preferred() -> None:
    url = f"https://www.phare.example{BASE}"
    links = f'<a href="{BASE}/2">2</a><a href="{BASE}?page=all">Lire en une seule page</a>'
    first = read(Page(url, markup(1, links), {}, NOW))
    assert first.pagination.whole == f"{url}?page=all"
    rest = "".join(f"<p>{line}</p>" for line in (*body(2), *body(3)))
    whole = markup(1, "").replace(b'<div class="pagination">', f"{rest}<div>".encode())
    part = Page(first.pagination.whole, whole, {}, NOW)
    joined = read(Page(url, markup(1, links), {}, NOW, parts=(part,)))
    assert joined.article
    assert joined.article.text.split("\n") == [*body(1), *body(2), *body(3)]


def test_it_is_crawled_kept_and_forgotten_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, made = answers("a number behind a comma")
    second = list(made)[1]
    with serving(made) as site:
        # A further page that is listed leads to the first one.
        made["/feed.xml"] = feed_of(site, [second, first])
        crawled(site, tmp_path, VEILLE_ARCHIVE="true")
        for name, value in settings_of(site, tmp_path).items():
            monkeypatch.setenv(name, value)
        (article,) = documents(tmp_path)
        assert article["url"] == site.base + first
        assert article["text"].split("\n") == [*body(1), *body(2), *body(3)]
        parts = {site.base + path: ("skipped", "part") for path in list(made)[1:3]}
        assert outcomes(tmp_path) == {site.base + first: ("article", None), **parts}
        asked = [path for path, _ in site.asked if path != "/robots.txt"]
        crawled(site, tmp_path, VEILLE_ARCHIVE="true")
        later = [path for path, _ in site.asked if path != "/robots.txt"][len(asked) :]
        assert later == ["/feed.xml"]
    told = CliRunner().invoke(reextract, ["--json"], obj=stopped(NOW), catch_exceptions=False)
    assert told.exit_code == 0, told.output
    again = json.loads(told.stdout)
    assert (again["pages"], again["changed"], again["refused"], again["lost"]) == (1, 0, {}, 0)
    store = Store(f"sqlite:///{tmp_path / 'data' / 'veille.sqlite'}")
    key = canonical_key(article["url"])
    takedown = store.takedowns.forget("url", key, "test", NOW)
    assert (takedown.articles, takedown.pages, takedown.records) == (1, 3, 3)
    assert outcomes(tmp_path) == {}
    store.close()


def test_only_the_first_page_is_known_at_first(tmp_path: Path) -> None:
    first, made = answers("a folder")
    second = list(made)[1]
    with serving(made) as site:
        made["/feed.xml"] = feed_of(site, [second])
        crawled(site, tmp_path)
        (article,) = documents(tmp_path)
    assert article["url"] == site.base + first
    assert article["text"].split("\n") == [*body(1), *body(2), *body(3)]


def test_a_part_that_is_forbidden_or_missing_costs_only_itself(tmp_path: Path) -> None:
    first, made = answers("a folder")
    third = list(made)[2]
    made["/robots.txt"] = Answer(f"User-agent: *\nDisallow: {third}\n".encode())
    with serving(made) as site:
        made["/feed.xml"] = feed_of(site, [first])
        crawled(site, tmp_path)
        (article,) = documents(tmp_path)
        assert third not in [path for path, _ in site.asked]
    assert article["text"].split("\n") == [*body(1), *body(2)]

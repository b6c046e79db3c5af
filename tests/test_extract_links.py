"""Links of a section page and the directives of any page."""

import dataclasses
import json
from pathlib import Path

import pytest
from lxml.html import fromstring

from crawler.article import Page
from crawler.entrypoints import section as section_entry
from crawler.extract import directives, links
from crawler.extract.markup.metatags import metas
from tests.test_extract import CAPTURED

URL = "https://www.phare.example/politique/"
SECTION = """<html><head><base href="https://www.phare.example/fr/">{head}</head><body>
  <header><a href="/"><img alt="Le Phare" src="l.png"></a></header>
  <nav><a href="/economie">Économie</a></nav>
  <main><article><h2><a href="a-1.html#top">Le budget voté</a></h2><a href="a-1.html"><img src="1.jpg"></a></article>
  <article><a rel="nofollow sponsored" href="//autre.example/pub">Notre partenaire</a></article>
  <a href="mailto:a@b.example">Écrire</a><a href="javascript:void(0)">Plus</a><a href="#bas">Bas</a><a href="http://[">?</a></main>
  <footer><a href="/mentions">Mentions légales</a></footer></body></html>"""


def section(head: str = "") -> Page:
    return Page(URL, SECTION.format(head=head).encode(), {}, CAPTURED)


def test_links_are_absolute_distinct_and_in_order() -> None:
    assert [link.url for link in links(section())] == [
        "https://www.phare.example/",
        "https://www.phare.example/economie",
        "https://www.phare.example/fr/a-1.html",
        "https://autre.example/pub",
        "https://www.phare.example/mentions",
    ]


def test_links_tell_their_words_and_where_they_stand() -> None:
    told = {link.url.rsplit("/", 1)[-1]: (link.text, link.region) for link in links(section())}
    assert told == {
        "": ("Le Phare", "header"),
        "economie": ("Économie", "nav"),
        "a-1.html": ("Le budget voté", "main"),
        "pub": ("Notre partenaire", "main"),
        "mentions": ("Mentions légales", "footer"),
    }


@pytest.mark.parametrize("name", ["class=menu", "id=nav", "class='wide navbar'"])
def test_a_navigation_without_an_element_of_its_own_is_known_by_its_name(name: str) -> None:
    html = f"<html><body><div {name}><a href=/economie>Economie</a></div><a href=/a>Le budget</a></body></html>"
    assert [
        link.region
        for link in links(Page("https://www.phare.example/", html.encode(), {}, CAPTURED))
    ] == [
        "nav",
        "main",
    ]


def test_nofollow_is_the_anchors_own_or_the_pages() -> None:
    assert [link.nofollow for link in links(section())] == [False, False, False, True, False]
    assert all(link.nofollow for link in links(section('<meta name="robots" content="nofollow">')))


def test_a_page_that_is_no_html_has_no_links() -> None:
    assert links(Page(URL, b"%PDF-1.7", {}, CAPTURED)) == []


def test_directive_cases(shared: Path) -> None:
    table = json.loads(
        (shared / "hostile" / "generated" / "directive_cases.json").read_text(encoding="utf-8")
    )
    for case in table["cases"]:
        headers: dict[str, str] = {}
        for name, value in case["headers"]:
            headers[name] = f"{headers[name]}\n{value}" if name in headers else value
        found = directives(
            metas(fromstring(f"<html><head>{case['head']}</head><body></body></html>")),
            headers,
            now=CAPTURED,
            url="https://e.example/a",
            agent=table["agent"],
            robots_txt=case["files"].get("/robots.txt", ""),
            tdmrep=case["files"].get("/.well-known/tdmrep.json", ""),
        )
        assert case["expect"].items() <= dataclasses.asdict(found).items(), case["desc"]


@pytest.mark.parametrize(
    ("sent", "index"),
    [
        ("unavailable_after: 25 Jun 2010 15:00:00 GMT", False),
        ("veille: noindex", False),
        ("none", False),
        ("max-snippet: 20, index", True),
        ("unavailable_after: someday", True),
    ],
)
def test_x_robots_tag(sent: str, index: bool) -> None:
    assert directives({}, {"X-Robots-Tag": sent}, now=CAPTURED).index is index


@pytest.mark.parametrize(
    "words",
    [
        ("Continue reading the whole story", "Continue reading the whole story"),
        ("Lire les 12 commentaires de l’article", "Lire les 7 commentaires de l’article"),
        ("اقرأ المزيد من التفاصيل هنا", "اقرأ المزيد من التفاصيل هنا"),
    ],
)
def test_words_that_lead_to_several_addresses_say_nothing_of_any(words: tuple[str, str]) -> None:
    body = "".join(
        f"<h2><a href=/n/{number}>{title}</a></h2><a href=/n/{number}>{more}</a>"
        for number, title, more in ((1, "Dam leaks", words[0]), (2, "Mill sold", words[1]))
    )
    body += f"<a href=/n/3>{words[0]}</a>"
    html = f"<html><meta charset=utf-8><body><main>{body}</main></body></html>"
    page = Page("https://www.phare.example/news/", html.encode(), {}, CAPTURED)
    titles = {item.url[-1]: item.title for item in section_entry.read(page).items}
    assert titles == {"1": "Dam leaks", "2": "Mill sold", "3": None}

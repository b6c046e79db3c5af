"""The section's name at the head of an article: a kicker leaves the text, a sentence or a dateline
stays.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from crawler import demo
from crawler.article import Page
from crawler.demo import Newsroom
from crawler.extract import extract

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

STORIES = {
    "en": (
        "Ferries return to the northern harbour",
        "The first boat of the winter left on Monday after a closure of nine weeks.",
        "The company that runs the line said on Monday that all six boats are back in service, two weeks "
        "earlier than planned.",
    ),
    "fr": (
        "Les bacs reviennent dans le port du nord",
        "Le premier bateau de l'hiver est parti lundi après neuf semaines de fermeture.",
        "La compagnie qui exploite la ligne a annoncé lundi que les six bateaux ont repris leur service, "
        "deux semaines plus tôt que prévu.",
    ),
    "de": (
        "Die Fähren fahren wieder in den Nordhafen",
        "Das erste Schiff des Winters lief am Montag nach neun Wochen Pause aus.",
        "Die Reederei teilte am Montag mit, dass alle sechs Schiffe wieder fahren, zwei Wochen früher als "
        "ursprünglich geplant war.",
    ),
    "ar": (
        "العبّارات تعود إلى الميناء الشمالي",
        "غادرت أول سفينة في الشتاء يوم الاثنين بعد إغلاق دام تسعة أسابيع كاملة.",
        "أعلنت الشركة التي تدير الخط يوم الاثنين أن السفن الست عادت إلى الخدمة قبل أسبوعين من الموعد "
        "المحدد سابقا بحسب البيان.",
    ),
}


def lines(language: str, markup: str, head: str = "", section: str | None = None) -> list[str]:
    """The text of a page with this markup, where TITLE, LEAD and TEXT stand for a story's."""
    title, lead, text = STORIES[language]
    for name, words in (("TITLE", title), ("LEAD", lead), ("TEXT", text)):
        markup = markup.replace(name, words)
    body = (
        f'<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:title" content="{title}">{head}</head><body>{markup}</body></html>'
    )
    url = "https://news.example.org/a/ferries-return-to-the-harbour-81"
    return extract(Page(url, body.encode(), {}, NOW, section)).text.split("\n")


def declared(section: str) -> str:
    return f'<meta property="article:section" content="{section}">'


MARKUPS = {
    "above the headline": (
        '<article><header><p class="kicker">LABEL</p><h1>TITLE</h1><p class="standfirst">LEAD</p></header>'
        "<div><p>TEXT</p></div></article>"
    ),
    "below the headline": "<article><h1>TITLE</h1><p>LABEL</p><p>LEAD</p><p>TEXT</p></article>",
    "below the standfirst": (
        '<article><h1>TITLE</h1><p class="chapo">LEAD</p><p>LABEL</p><p>TEXT</p></article>'
    ),
    "a heading above the headline": (
        '<article><h4>LABEL</h4><h1>TITLE</h1><p class="lead">LEAD</p><p>TEXT</p></article>'
    ),
}
LABELS = {"en": "World", "fr": "Proche-Orient", "de": "Wirtschaft", "ar": "أخبار العالم"}


@pytest.mark.parametrize("place", MARKUPS)
@pytest.mark.parametrize("language", STORIES)
def test_the_section_alone_on_a_line_is_no_part_of_the_text(language: str, place: str) -> None:
    label = LABELS[language]
    _, lead, text = STORIES[language]
    extracted = lines(language, MARKUPS[place].replace("LABEL", label), declared(label))
    assert extracted[:2] == [lead, text]


@pytest.mark.parametrize("label", ["WORLD", "World:", "World | Europe", "Europe › World"])
def test_it_may_be_in_capitals_and_have_several_parts(label: str) -> None:
    trail = '<nav class="breadcrumb"><a href="/">Home</a><a href="/w">World</a><a href="/w/e">Europe</a></nav>'
    extracted = lines("en", trail + MARKUPS["above the headline"].replace("LABEL", label))
    assert extracted[0] == STORIES["en"][1]
    assert label not in extracted


def test_the_section_that_the_entry_point_is_of_counts_too() -> None:
    markup = MARKUPS["below the headline"].replace("LABEL", "World")
    assert "World" not in lines("en", markup, section="World")


@pytest.mark.parametrize(
    "line",
    [
        "World leaders met here in May.",
        "Europe",
        "World –",
    ],
    ids=["a sentence that begins with it", "a word that is no section of the page", "a dateline"],
)
def test_other_lines_at_the_head_stay(line: str) -> None:
    markup = MARKUPS["below the headline"].replace("LABEL", line)
    assert line in lines("en", markup, declared("World"))


def test_a_heading_of_a_part_of_the_text_stays() -> None:
    markup = (
        "<article><h1>TITLE</h1><p>LEAD</p><h2>World</h2><p>TEXT</p><h2>Sport</h2>"
        "<p>The club lost its last match before the winter on Sunday, by three goals to one.</p></article>"
    )
    extracted = lines("en", markup, declared("World"))
    assert [line for line in extracted if line in ("World", "Sport")] == ["World", "Sport"]


@pytest.fixture(scope="module")
def running() -> Iterator[Newsroom]:
    with demo.serve(NOW) as served:
        yield served


@pytest.mark.parametrize("site", ["calder", "phare", "nawras", "echo"])
def test_no_article_of_the_demo_has_its_section_in_its_text(running: Newsroom, site: str) -> None:
    sections = set(running.editions[site].site.sections.values())
    with httpx.Client(trust_env=False) as client:
        for url in running.article_urls(site):
            article = extract(Page(url, client.get(url).content, {}, NOW))
            assert sections.isdisjoint(article.text.split("\n"))

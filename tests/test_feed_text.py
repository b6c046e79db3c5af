"""The text that a feed carries stands in for that of a page which shows none."""

import json
from html import escape

import pytest

from crawler.article import Article, Hints, Page
from crawler.entrypoints import read_entry
from crawler.extract import read
from tests.support.clock import NOW

URL = "https://www.phare.example/ville/le-port-14455"
TITLE = "Le port de Brécy rouvre ses quais"
LINES = (
    "Le conseil a rouvert le vieux port lundi matin, après onze semaines de travaux sur les quais et sur la jetée.",
    "Une centaine d'habitants attendaient sur la jetée, malgré la pluie, avec la fanfare de l'école.",
    "La criée reprendra jeudi si les chambres froides sont rebranchées à temps, dit le maire, qui remercie les pêcheurs.",
    "Les bateaux du large sont attendus samedi, et la capitainerie promet une place à chacun d'entre eux.",
)  # fmt: skip
HTML = "".join(f"<p>{line}</p>" for line in LINES)
SHELL = (
    '<html lang="en"><head><title>Le Phare</title><meta name="description" content="Every day."></head>'
    "<body><div id=root></div><noscript>You need to enable JavaScript.</noscript></body></html>"
)
WALLS = {
    "a shell": SHELL,
    "nothing": "",
    "a check for robots": "<title>Just a moment...</title><body><p>Checking your browser.</p></body>",
    "a demand for consent": "<title>Zustimmung erforderlich</title><body><p>Wir verarbeiten Daten.</p></body>",
    "an unknown wall": f"<title>Tervetuloa</title><body><p>{'Hyväksy evästeet, niin pääset lukemaan. ' * 6}</p></body>",
}


def rss(element: str) -> str:
    return f"""<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
      <title>x</title><item><title>{TITLE}</title><link>{URL}</link>{element}</item></channel></rss>"""


FEEDS = {
    "content:encoded": rss(f"<content:encoded><![CDATA[{HTML}]]></content:encoded>"),
    "description": rss(f"<description>{escape(HTML)}</description>"),
    "Atom": f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><title>{TITLE}</title>
      <link href="{URL}"/><id>1</id><content type="html">{escape(HTML)}</content></entry></feed>""",
    "JSON Feed": json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "items": [{"url": URL, "title": TITLE, "content_html": HTML}],
        }
    ),
}


def hints(feed: str) -> Hints:
    page = Page("https://www.phare.example/feed", feed.encode(), {}, NOW)
    return read_entry("feed", page).items[0].hints


def fed(content: str, markup: str = SHELL) -> Article | None:
    """The article of a page whose feed has this content."""
    known = hints(rss(f"<content:encoded><![CDATA[{content}]]></content:encoded>"))
    return read(Page(URL, markup.encode(), {}, NOW, hints=known)).article


@pytest.mark.parametrize("kind", FEEDS)
def test_every_kind_of_feed_may_carry_a_text(kind: str) -> None:
    article = read(Page(URL, SHELL.encode(), {}, NOW, hints=hints(FEEDS[kind]))).article
    assert article
    assert article.text.split("\n") == list(LINES)


@pytest.mark.parametrize("wall", WALLS)
def test_it_stands_in_for_a_page_without_one(wall: str) -> None:
    article = fed(HTML, WALLS[wall])
    assert article
    assert (article.title, article.text_origin, article.lead) == (TITLE, "feed", None)
    assert article.language == "fr"
    assert article.text.split("\n") == list(LINES)


def printed(*lines: str, after: str = "") -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in lines)
    return f"""<html lang="fr"><head><title>{TITLE} - Le Phare</title><meta property="og:type" content="article">
      </head><body><main><article><h1>{TITLE}</h1>{paragraphs}{after}</article></main></body></html>"""


def test_it_stands_in_for_the_first_part_of_a_text() -> None:
    article = fed(HTML, printed(LINES[0], after="<div>Article réservé aux abonnés</div>"))
    assert article
    assert article.text.split("\n") == list(LINES)
    assert article.paywalled


def test_the_page_has_the_word_where_it_shows_the_text() -> None:
    article = fed(HTML, printed(*LINES[:2], "Le maire a aussi annoncé une fête pour le printemps."))
    assert article
    assert article.text_origin == "page"
    assert "fête pour le printemps" in article.text
    assert LINES[3] not in article.text


@pytest.mark.parametrize("end", ["", f"<p>The post <a href='/1'>{TITLE}</a> appeared first on <a href='/'>Le Phare</a>.</p>", "<p>Lire aussi : <a href='/x'>Un autre sujet</a></p>", "<script>track()</script>"])  # fmt: skip
def test_its_text_is_cleaned_like_a_page(end: str) -> None:
    article = fed(f"<figure><img src=x><figcaption>Photo Le Phare</figcaption></figure>{HTML}{end}")
    assert article
    assert article.text.split("\n") == list(LINES)


@pytest.mark.parametrize(
    "content",
    [LINES[0], f"{HTML}<p>Il a ajouté que […]</p>", f"{HTML}Et… <a href='/x'>Lire la suite</a>"],
    ids=["short", "cut", "cut before a link"],
)
def test_a_summary_is_no_text(content: str) -> None:
    assert fed(content) is None


def test_a_page_that_is_missing_stays_missing() -> None:
    assert (
        fed(HTML, "<title>Page introuvable</title><body><h1>Page introuvable</h1></body>") is None
    )


def test_a_feed_keeps_so_much_text_and_no_more() -> None:
    long = f"<p>{'Le port a rouvert ce matin. ' * 2_000}</p>"
    items = "".join(
        f"<item><link>{URL}{number}</link><description>{escape(long)}</description></item>"
        for number in range(60)
    )
    page = Page(
        "https://www.phare.example/feed",
        f"<rss><channel>{items}</channel></rss>".encode(),
        {},
        NOW,
    )
    texts = [item.hints.text for item in read_entry("feed", page).items]
    assert texts[0]
    assert texts[-1] is None

"""What each site of the demo newsroom is there to show: robots rules, feeds, sitemaps, variants,
markup and dates.
"""

import gzip
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import feedparser
import httpx
import pytest
from lxml import etree, html
from protego import Protego
from usp.tree import sitemap_from_str

from crawler import demo
from crawler.demo import Newsroom
from crawler.demo.printed_dates import arabic_date, french_age
from tests.support.clock import moment

NOW = moment(22, 9, 30)


@pytest.fixture(scope="module")
def running() -> Iterator[Newsroom]:
    with demo.serve(NOW) as served:
        yield served


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as opened:
        yield opened


def _document(answer: httpx.Response) -> Any:
    return html.fromstring(answer.content)


def test_robots_forbid_the_private_corner_and_nothing_that_is_an_article(
    running: Newsroom, client: httpx.Client
) -> None:
    for site, base in running.base_urls.items():
        rules = Protego.parse(client.get(f"{base}/robots.txt").text)
        assert all(rules.can_fetch(url, "Veille") for url in running.article_urls(site))
    calder = running.base_urls["calder"]
    rules = Protego.parse(client.get(f"{calder}/robots.txt").text)
    assert not rules.can_fetch(f"{calder}/private/drafts", "Veille")
    assert client.get(f"{calder}/private/drafts").status_code == 200


def test_feeds_are_read_without_complaint(running: Newsroom, client: httpx.Client) -> None:
    calder = running.base_urls["calder"]
    articles = set(running.article_urls("calder"))
    for path in ("/feed.xml", "/atom.xml"):
        feed = feedparser.parse(client.get(calder + path).content)
        assert not feed.bozo, feed.get("bozo_exception")
        links = {entry.link.split("?")[0] for entry in feed.entries}
        assert articles <= links
        assert all(entry.get("published_parsed") and entry.title for entry in feed.entries)


def test_the_sitemap_index_leads_to_a_gzipped_news_sitemap(
    running: Newsroom, client: httpx.Client
) -> None:
    base = running.base_urls["nawras"]
    assert list(Protego.parse(client.get(f"{base}/robots.txt").text).sitemaps) == [
        f"{base}/sitemap_index.xml"
    ]
    index = etree.fromstring(client.get(f"{base}/sitemap_index.xml").content)
    listed = [loc.text or "" for loc in index.iter("{*}loc")]
    pages = []
    for url in listed:
        body = client.get(url).content
        text = gzip.decompress(body) if url.endswith(".gz") else body
        pages += list(sitemap_from_str(text.decode()).all_pages())
    assert set(running.article_urls("nawras")) <= {page.url for page in pages}
    news = [page.news_story for page in pages if page.news_story]
    assert len(news) >= 8
    assert {story.publication_language for story in news} == {"ar"}


def test_an_article_in_two_sections_has_one_canonical_address(
    running: Newsroom, client: httpx.Client
) -> None:
    calder = running.editions["calder"]
    piece = next(piece for piece in calder.pieces if piece.also)
    path = calder.site.path(piece)
    variants = [
        path,
        f"{path}?utm_source=x",
        f"/amp{path}",
        path.replace(piece.section, piece.also[0], 1),
    ]
    for variant in variants:
        document = _document(client.get(calder.base + variant))
        assert document.xpath("//link[@rel='canonical']/@href") == [calder.base + path]
    for section in piece.sections:
        assert path in client.get(f"{calder.base}/{section}").text


def test_sponsored_and_paywalled_pages_say_so(running: Newsroom, client: httpx.Client) -> None:
    calder = running.editions["calder"]
    sponsored = next(piece for piece in calder.pieces if piece.noindex)
    page = _document(client.get(calder.base + calder.site.path(sponsored)))
    assert "noindex" in page.xpath("//meta[@name='robots']/@content")[0]
    paid = next(piece for piece in calder.pieces if piece.paywalled)
    answer = client.get(calder.base + calder.site.path(paid))
    assert '"isAccessibleForFree": false' in answer.text
    assert paid.blocks[0].text in _document(answer).text_content()
    assert paid.blocks[-1].text not in _document(answer).text_content()


def test_the_french_site_repeats_the_title_and_glues_icon_names_to_words(
    running: Newsroom, client: httpx.Client
) -> None:
    echo = running.editions["echo"]
    piece = next(piece for piece in echo.pieces if piece.slug == "deminage-palmyre")
    page = _document(client.get(echo.base + echo.site.path(piece)))
    text = re.sub(r"\s+", " ", page.body.text_content())
    assert text.count(piece.title) == 3
    assert "folder_openSyrie access_time depuis 7 années" in text
    assert "starAJOUTER AUX FAVORIS" in text
    assert "Source: Sputnik et rédaction" in text
    assert not page.xpath("//script[@type='application/ld+json'] | //meta[@property]")


@pytest.mark.parametrize(
    ("age", "printed"),
    [
        (timedelta(minutes=1), "depuis 1 minute"),
        (timedelta(hours=3), "depuis 3 heures"),
        (timedelta(days=1, hours=23), "depuis 1 jour"),
        (timedelta(days=62), "depuis 2 mois"),
        (timedelta(days=366), "depuis 1 année"),
        (timedelta(days=2700), "depuis 7 années"),
    ],
)
def test_relative_dates_are_whole_units(age: timedelta, printed: str) -> None:
    assert french_age(NOW - age, NOW) == printed


def test_arabic_dates_have_levantine_months_and_eastern_digits() -> None:
    assert arabic_date(NOW) == "٢٢ تشرين الثاني ٢٠٢٦ - ٠٩:٣٠"

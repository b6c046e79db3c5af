"""What a crawl takes for an article: not home pages, listings, or pages about the site."""

import gzip
import json
from pathlib import Path

import pytest

from crawler.article import Page
from crawler.extract import ExtractResult, read
from tests.support.clock import moment

NOW = moment(22, 0)
PROSE = (
    "<p>"
    + "The council met on Tuesday and agreed on a plan for the harbour, which will cost two million. "
    * 5
    + "</p>"
)
CUT = "The council met on Tuesday and agreed on a plan for the harbour, which will cost two million, and the mayor…"


def reading(url: str, html: str) -> ExtractResult:
    return read(Page(url, html.encode(), {"Content-Type": "text/html; charset=utf-8"}, NOW))


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html lang=en><head><title>Harbour plan</title>{head}</head><body>{body}</body></html>"


@pytest.mark.parametrize(
    ("url", "head"),
    [
        ("https://news.example.org/2026/11/20/harbour", ""),
        ("https://news.example.org/council-agrees-on-harbour-plan", ""),
        ("https://news.example.org/world/58406128", ""),
        (
            "https://news.example.org/a",
            '<meta property="article:published_time" content="2026-11-20T10:00:00Z">',
        ),
        (
            "https://news.example.org/a",
            '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "H"}</script>',
        ),
    ],
)
def test_an_article_is_known_by_its_address_date_or_declaration(url: str, head: str) -> None:
    assert reading(url, page(f"<h1>Harbour plan</h1>{PROSE}", head)).article is not None


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("https://news.example.org/", f"<h1>Harbour News</h1>{PROSE}"),
        ("https://news.example.org/about", f"<h1>About us</h1>{PROSE}"),
        (
            "https://news.example.org/legal/privacy-and-cookies-of-this-site",
            f"<h1>Privacy</h1>{PROSE}",
        ),
        (
            "https://news.example.org/sport",
            "<h1>Sport</h1>" + f"<article><h2><a href=/a>A</a></h2>{PROSE}</article>" * 9,
        ),
        ("https://news.example.org/about", "<h1>About this site</h1><p>Contact us.</p>"),
        (
            "https://news.example.org/harbour",
            "<h1>Harbour</h1>"
            + "".join(
                f"<p>{n} hours ago</p><p>{CUT} <a href=/{n}>Read more</a></p>" for n in (3, 6)
            ),
        ),
    ],
)
def test_other_pages_are_refused(url: str, body: str) -> None:
    answer = reading(url, page(body))
    assert answer.article is None
    assert answer.refused is not None


@pytest.mark.shared
def test_no_real_home_or_section_page_is_an_article(shared: Path) -> None:
    rows = [json.loads(line) for line in (shared / "feeds" / "index.jsonl").open(encoding="utf-8")]
    pages = [row for row in rows if row["file"].startswith("pages/") and row.get("url")]
    taken = [
        row["url"]
        for row in pages
        if read(
            Page(
                row["url"], gzip.decompress((shared / "feeds" / row["file"]).read_bytes()), {}, NOW
            )
        ).article
    ]
    assert len(pages) >= 20
    assert taken == []

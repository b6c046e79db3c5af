"""Calendars, parameters and paths without end cost a bounded number of requests, and hold up no
article.
"""

from pathlib import Path

import pytest

from crawler.fetch.traps import MOST_FRUITLESS, Traps, endless, shape
from crawler.urls import canonical_key
from tests.support.hostile import Answer, crawled, documents, feed_of, outcomes, page_of, serving

EMPTY = Answer(
    b"<html><head><title>May</title></head><body><ul><li><a href='/x'>1</a></ul></body></html>"
)


@pytest.mark.parametrize(
    ("url", "is_endless"),
    [
        ("https://e.example/fr/liban/politique/2026/11/25/article-12.html", False),
        ("https://e.example/2026/11/11/11/11", False),
        ("https://e.example/a/b/a/b/a/b/a/b", True),
        ("https://e.example/" + "/".join(f"d{n}" for n in range(21)), True),
        ("https://e.example/" + "/".join(f"d{n}" for n in range(20)), False),
    ],
)
def test_paths_that_nobody_made(url: str, is_endless: bool) -> None:
    assert (endless(url) is not None) is is_endless


def test_days_and_values_have_one_shape_and_names_none() -> None:
    assert shape("https://e.example/cal/2031/05/12") == shape("https://e.example/cal/2032/1/1")
    assert (
        shape("https://e.example/c?y=1&m=2")
        == shape("https://e.example/c?m=3&y=4")
        != shape("https://e.example/c?y=1")
    )
    assert shape("https://e.example/about-us") is None


def test_one_article_opens_a_shape() -> None:
    traps = Traps()
    for day in range(MOST_FRUITLESS):
        assert traps.reason(f"https://e.example/{day}") is None
        traps.fruitless(f"https://e.example/{day}")
    assert traps.reason("https://e.example/1000") == "100 pages like it held no article"
    assert traps.reason("https://e.example/news/1000") is None
    traps.fruitful("https://e.example/7")
    assert traps.reason("https://e.example/1001") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://e.example/a;jsessionid=0123456789ABCDEF?x=1", "https://e.example/a?x=1"),
        ("https://e.example/a?PHPSESSID=b1c2d3&x=1", "https://e.example/a?x=1"),
    ],
)
def test_a_session_is_no_part_of_a_pages_identity(one: str, other: str) -> None:
    assert canonical_key(one) == canonical_key(other)


@pytest.mark.slow
def test_a_crawl_gets_out_of_a_calendar(tmp_path: Path) -> None:
    days = [f"/calendar?year={2030 + n // 365}&day={n % 365}" for n in range(150)]
    deep = "/a/b" * 5
    answers = dict.fromkeys(days, EMPTY) | {
        "/robots.txt": Answer(status=404),
        "/news": Answer(page_of("News beside a calendar")),
        deep: Answer(page_of("Too deep")),
    }
    with serving(answers) as site:
        answers["/feed.xml"] = feed_of(site, [*days, deep, "/news"])
        crawled(site, tmp_path, VEILLE_DOWNLOAD_DELAY="0.1")
        asked = [path for path, _ in site.asked]
    assert [one["title"] for one in documents(tmp_path)] == ["News beside a calendar"]
    tried = sum(path.startswith("/calendar") for path in asked)
    assert (
        MOST_FRUITLESS <= tried < len(days)
    )  # what was under way when the hundredth was read still comes
    assert deep not in asked
    reasons = [reason for _, reason in outcomes(tmp_path).values()]
    assert reasons.count("trap") == len(days) - tried + 1

"""What a page and its site ask for is done: no copy where none may be kept, reservations told,
links left alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.article import Article, Credit, Hints, Page
from crawler.extract import Directives, read
from crawler.fetch.robots import MOST_SIGNALS, rules_of
from crawler.policy.rights import strip_reserved
from tests.support.clock import moment
from tests.support.hostile import Answer, crawled, documents, feed_of, page_of, serving

NOW = moment(25, 0)
CREDIT: Credit = {"name": "AFP", "evidence": "selon l'AFP"}
ARTICLE = Article(
    url="https://e.example/a", title="T", text="One two.", lead="L", words=2, agencies=[CREDIT]
)


def test_without_wishes_all_is_kept() -> None:
    assert strip_reserved(ARTICLE, Directives(), respect_tdm=True) == ARTICLE


def test_noarchive_keeps_title_lead_and_length() -> None:
    article = strip_reserved(ARTICLE, Directives(store_full_text=False), respect_tdm=False)
    assert (article.title, article.lead, article.text, article.words) == ("T", "L", "", 2)
    assert article.agencies[0]["evidence"]


def test_nosnippet_keeps_no_words_of_the_page_but_the_title() -> None:
    article = strip_reserved(
        ARTICLE, Directives(store_full_text=False, show_lead=False), respect_tdm=False
    )
    assert (article.title, article.lead, article.text) == ("T", None, "")
    assert article.agencies == [{"name": "AFP", "evidence": ""}]


@pytest.mark.parametrize(("respect", "text"), [(False, "One two."), (True, "")])
def test_a_reservation_is_told_and_respected_where_set(respect: bool, text: str) -> None:
    article = strip_reserved(ARTICLE, Directives(tdm_allowed=False), respect_tdm=respect)
    assert (article.tdm_reserved, article.text) == (True, text)


def test_signals_of_robots_txt_are_bounded_and_reach_the_page() -> None:
    text = "User-agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /\n"
    rules = rules_of(200, text.encode(), NOW)
    assert rules.signals == "Content-Signal: search=yes, ai-train=no"
    page = Page(
        "https://e.example/a", page_of("Reserved"), {}, NOW, hints=Hints(signals=rules.signals)
    )
    assert read(page).directives.tdm_allowed is False
    many = rules_of(200, b"Content-Signal: a=b\n" * 10_000, NOW)
    assert many.signals.count("\n") == MOST_SIGNALS - 1


@contextmanager
def _site(tmp_path: Path) -> Iterator[dict[str, dict[str, object]]]:
    reserved = b'[{"location": "/reserved*", "tdm-reservation": 1}]'
    answers = {
        "/robots.txt": Answer(body=b"User-agent: *\nDisallow: /x\n"),
        "/.well-known/tdmrep.json": Answer(body=reserved),
        "/plain": Answer(body=page_of("Plain words")),
        "/reserved": Answer(body=page_of("Reserved words")),
        "/uncopied": Answer(
            body=page_of("Uncopied words"), headers=[("X-Robots-Tag", "noarchive")]
        ),
        "/unlisted": Answer(
            body=page_of("Unlisted"),
            headers=[("X-Robots-Tag", "otherbot: all"), ("X-Robots-Tag", "noindex")],
        ),
    }
    with serving(answers) as site:
        answers["/feed.xml"] = feed_of(site, ["/plain", "/reserved", "/uncopied", "/unlisted"])
        crawled(site, tmp_path, VEILLE_RESPECT_TDM="true")
        yield {str(one["title"]): one for one in documents(tmp_path)}


def test_a_crawl_does_as_it_is_asked(tmp_path: Path) -> None:
    with _site(tmp_path) as found:
        assert set(found) == {"Plain words", "Reserved words", "Uncopied words"}
        assert found["Plain words"]["text"]
        assert found["Plain words"]["tdm_reserved"] is False
        assert (found["Reserved words"]["text"], found["Reserved words"]["tdm_reserved"]) == (
            "",
            True,
        )
        assert found["Uncopied words"]["text"] == ""
        assert found["Uncopied words"]["words"]

"""The demo newsroom: four sites on loopback that answer the way small news sites do."""

import re
import socket
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from lxml import etree, html

from crawler import demo
from crawler.demo import Newsroom
from crawler.demo.article_files import DemoArticle, load
from tests.support.clock import moment

NOW = moment(22, 9, 30)


@pytest.fixture(scope="module")
def running() -> Iterator[Newsroom]:
    with demo.serve(NOW) as served:
        yield served


@pytest.fixture
def fresh() -> Iterator[Newsroom]:
    with demo.serve(NOW) as served:
        yield served


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as opened:
        yield opened


def _pieces() -> list[DemoArticle]:
    return [piece for site in demo.SITES for piece in load(site.id, NOW)]


def _pages(running: Newsroom) -> list[str]:
    return [
        edition.base + path for edition in running.editions.values() for path in edition.answers
    ]


def _links(url: str, body: bytes) -> set[str]:
    """Every address that the page makes a browser or a crawler follow."""
    document: Any = html.fromstring(body)
    found = document.xpath("//@href | //@src | //meta[@property='og:url']/@content")
    return {urljoin(url, link) for link in found if urlsplit(link).scheme in ("", "http", "https")}


def test_there_are_at_least_forty_articles_in_three_languages() -> None:
    assert len([piece for piece in _pieces() if not piece.noindex]) >= 40
    assert {site.language for site in demo.SITES} == {"fr", "en", "ar"}


@pytest.mark.parametrize("piece", _pieces(), ids=lambda piece: piece.slug)
def test_an_article_has_a_body_and_lies_in_the_past(piece: DemoArticle) -> None:
    assert 60 <= sum(len(block.text.split()) for block in piece.blocks) <= 350
    assert piece.published <= piece.modified < NOW


def test_every_page_answers_and_parses(running: Newsroom, client: httpx.Client) -> None:
    for url in _pages(running):
        answer = client.get(url)
        assert answer.status_code == 200, url
        if answer.headers["content-type"].startswith("text/html"):
            errors = etree.HTMLParser(recover=True, encoding="utf-8")
            document = etree.fromstring(answer.content, errors)
            unknown = [error for error in errors.error_log if "Tag" not in error.message]
            assert not unknown, (url, unknown)
            assert document.findtext(".//title"), url
            assert document.findtext(".//h1"), url


def test_links_resolve_and_stay_on_loopback(running: Newsroom, client: httpx.Client) -> None:
    followed: set[str] = set()
    for url in _pages(running):
        answer = client.get(url)
        if answer.headers["content-type"].startswith("text/html"):
            followed |= _links(url, answer.content)
    assert {urlsplit(link).netloc for link in followed} <= set(running.hosts)
    assert {link for link in followed if client.get(link.split("#")[0]).status_code != 200} == set()


def test_every_article_is_reached_from_its_home_page(
    running: Newsroom, client: httpx.Client
) -> None:
    for site, base in running.base_urls.items():
        seen, ahead = {base + "/"}, [base + "/"]
        while ahead:
            url = ahead.pop()
            answer = client.get(url)
            if answer.headers["content-type"].startswith("text/html"):
                found = {
                    link for link in _links(url, answer.content) if link.startswith(base)
                } - seen
                seen |= found
                ahead += found
        assert set(running.article_urls(site)) <= seen, site


def _contents(served: Newsroom) -> dict[tuple[str, str], bytes]:
    """Every body without the address it was served at."""
    return {
        (site, path): answer.body.replace(edition.base.encode(), b"")
        for site, edition in served.editions.items()
        for path, answer in edition.answers.items()
        if not path.endswith(".gz")
    }


def test_the_same_now_gives_the_same_pages(running: Newsroom) -> None:
    with demo.serve(NOW) as again, demo.serve(NOW + timedelta(days=400)) as later:
        assert _contents(again) == _contents(running)
        assert _contents(later) != _contents(running)


def test_an_unchanged_page_is_answered_with_304(running: Newsroom, client: httpx.Client) -> None:
    url = running.article_urls("nawras")[0]
    first = client.get(url)
    by_tag = client.get(url, headers={"If-None-Match": first.headers["etag"]})
    by_date = client.get(url, headers={"If-Modified-Since": first.headers["last-modified"]})
    earlier = client.get(url, headers={"If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"})
    assert (by_tag.status_code, by_tag.content) == (304, b"")
    assert (by_date.status_code, by_date.content) == (304, b"")
    assert earlier.content == first.content


def test_an_edit_shows_and_a_withdrawn_page_is_gone(fresh: Newsroom, client: httpx.Client) -> None:
    edited, withdrawn = fresh.article_urls("calder")[:2]
    before = client.get(edited)
    fresh.edit(edited, "Eleven grain ships", "Twelve grain ships", NOW)
    after = client.get(edited, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert "Twelve grain ships" in after.text
    fresh.withdraw(withdrawn)
    assert client.get(withdrawn).status_code == 410
    with pytest.raises(ValueError, match="does not say"):
        fresh.edit(edited, "Thirteen", "Fourteen", NOW)


def test_an_unknown_page_is_404_and_requests_are_recorded(
    fresh: Newsroom, client: httpx.Client
) -> None:
    assert (
        client.get(fresh.base_urls["echo"] + "/nowhere", headers={"User-Agent": "test"}).status_code
        == 404
    )
    assert fresh.requests[-1] == demo.Request("echo", "/nowhere", 404, "test")


def test_the_sources_file_watches_every_site_in_a_way_of_its_own(running: Newsroom) -> None:
    declared = {
        source["id"]: source for source in tomllib.loads(demo.sources(running.base_urls))["source"]
    }
    assert set(declared) == set(running.base_urls)
    ways = {
        name: {"feeds", "sitemaps", "sections"} & set(source) for name, source in declared.items()
    }
    assert ways == {
        "echo": {"sections"},
        "calder": {"feeds"},
        "nawras": {"sitemaps"},
        "phare": set(),
    }
    addresses = re.findall(r'"(http[^"]+)"', demo.sources(running.base_urls))
    assert {urlsplit(address).netloc for address in addresses} == set(running.hosts)


def test_fixed_ports_are_taken_in_order() -> None:
    first = _first_of_free_ports(len(demo.SITES))
    with demo.serve(NOW, first_port=first) as fixed:
        assert [urlsplit(base).port for base in fixed.base_urls.values()] == [
            first + n for n in range(4)
        ]


def _first_of_free_ports(count: int) -> int:
    """The first of `count` ports in a row that nothing listens on.

    They lie below the ports that a system hands out by itself: other tests take those at the same
    moment, so that a row among them may be free here and taken a line later.
    """
    for first in range(20_000, 32_000, count):
        try:
            with ExitStack() as bound:
                for port in range(first, first + count):
                    bound.enter_context(socket.create_server(("127.0.0.1", port)))
        except OSError:
            continue
        return first
    raise AssertionError("no row of free ports from 20000 to 32000")

"""Any query as an Atom feed that feed readers can read."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import feedparser
import pytest
from lxml import etree
from starlette.testclient import TestClient

from search.api.atom import feed
from search.app import create_app
from tests.support.clock import NOW, moment
from tests.support.shelf import client, indexed, shelf

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with (
        indexed(shelf(), tmp_path_factory.mktemp("index")) as backend,
        client(create_app(backend, now=lambda: NOW)) as c,
    ):
        yield c


def test_a_feed_can_be_by_publication(api: TestClient) -> None:
    response = api.get("/feed.atom?language=fr&sort=newest")
    assert response.headers["content-type"].startswith("application/atom+xml")
    read = feedparser.parse(response.content)
    assert not read.bozo
    assert [entry.title for entry in read.entries][:2] == [
        "L’armée reprend deux villages au nord d’Alep",
        "Le Parlement libanais vote le budget après onze heures de débats",
    ]
    first = read.entries[0]
    assert first.link == "https://le-veilleur.example/fr-1"
    assert (
        datetime(*first.published_parsed[:6], tzinfo=UTC).isoformat() == "2026-11-20T06:30:00+00:00"
    )
    assert first.author == "Rana Haddad"
    assert len(read.entries) == api.get("/api/v1/search?language=fr").json()["total"]


def test_a_feed_is_by_arrival_and_leads_to_the_page_of_its_search(tmp_path: Path) -> None:
    """What a site dates late, or not at all, must not stay below what came before it."""
    documents = [
        {**shelf()[0], "id": "dated", "first_seen": moment(20).isoformat()},
        {**shelf()[0], "id": "undated", "first_seen": moment(21).isoformat(), "published": None},
    ]
    with (
        indexed(documents, tmp_path) as backend,
        client(create_app(backend, now=lambda: NOW)) as opened,
    ):
        read = feedparser.parse(opened.get("/feed.atom?q=armée&language=fr&limit=5").content)
    assert [entry.id for entry in read.entries] == ["urn:veille:undated", "urn:veille:dated"]
    page = urlsplit(read.feed.link)
    assert page.path == "/"
    assert parse_qs(page.query) == {"q": ["armée"], "language": ["fr"], "sort": ["seen"]}


def test_every_entry_has_what_atom_asks_for(api: TestClient) -> None:
    root = etree.fromstring(api.get("/feed.atom?limit=100").content)
    for name in ("id", "title", "updated", "link"):
        assert root.find(f"{ATOM}{name}") is not None
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids)) == len(shelf())
    for entry in root.iter(f"{ATOM}entry"):
        for name in ("title", "updated", "author"):
            assert entry.find(f"{ATOM}{name}") is not None


def test_the_feed_s_title_tells_the_query_and_no_match_is_still_a_feed(api: TestClient) -> None:
    read = feedparser.parse(api.get("/feed.atom?q=zzzz&ui=fr").content)
    assert read.feed.title == "Veille: articles qui contiennent « zzzz »"
    assert read.entries == []


def test_a_reader_that_has_it_already_gets_nothing(api: TestClient) -> None:
    first = api.get("/feed.atom")
    assert (
        api.get("/feed.atom", headers={"if-none-match": first.headers["etag"]}).status_code == 304
    )


def test_hostile_articles_make_no_broken_feed() -> None:
    hostile = {
        "id": "1\x00",
        "title": "a\x00b\ud800<b>&\x1b",
        "url": "javascript:alert(1)",
        "text": "\x0b",
        "authors": ["\x01"],
    }
    root = etree.fromstring(feed([hostile], "t\x02", "http://127.0.0.1/", "http://127.0.0.1/"))
    [entry] = root.iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "ab<b>&"
    assert entry.find(f"{ATOM}link") is None

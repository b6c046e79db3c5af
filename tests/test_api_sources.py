"""The API that changes what is watched, over a real store, a real sources file and previews in real
processes.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from crawler import demo
from crawler.config import Config
from crawler.demo import Newsroom
from crawler.sources import read_sources
from crawler.store import Store
from indexer.backends import open_backend
from search.app import create_app
from search.sources.previews import ProcessPreviews
from tests.support.clock import machine_now, moment
from tests.support.shelf import client

NOW = moment(25)
FILE = """# what we watch
[[source]]
id = "one"
name = "One"
home = "https://one.example/"  # the first
"""


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    with demo.serve(machine_now() - timedelta(minutes=5)) as served:
        yield served


@pytest.fixture
def here(tmp_path: Path) -> Iterator[TestClient]:
    (tmp_path / "sources.toml").write_text(FILE, encoding="utf-8")
    store = Store(f"sqlite:///{tmp_path / 'veille.sqlite'}")
    backend = open_backend("embedded", tmp_path / "index")
    yield client(
        create_app(backend, store, now=lambda: NOW, sources_file=tmp_path / "sources.toml")
    )
    store.close()


def test_a_source_is_added_below_what_was_written_by_hand(here: TestClient, tmp_path: Path) -> None:
    draft = {
        "id": "two",
        "name": "Deux",
        "home": "https://two.example/",
        "feeds": ["https://two.example/f.xml"],
    }
    added = here.post("/api/v1/sources", json={**draft, "every": "90m"})
    assert added.status_code == 201, added.text
    assert added.json()["source"]["every"] == "90m"
    text = (tmp_path / "sources.toml").read_text(encoding="utf-8")
    assert text == FILE + "\n" + added.json()["toml"]
    assert [source.id for source in read_sources(tmp_path / "sources.toml")] == ["one", "two"]
    assert here.post("/api/v1/sources/two/crawl").status_code == 202


@pytest.mark.parametrize(
    ("draft", "code", "words"),
    [
        ({"id": "one", "name": "X", "home": "https://x.example/"}, "invalid_source", "is taken"),
        ({"id": "x", "name": "X", "home": "x.example"}, "invalid_parameter", "home"),
        (
            {"id": "x", "name": "X", "home": "https://x.example/", "colour": "red"},
            "unknown_parameter",
            "colour",
        ),
    ],
)
def test_a_wrong_source_is_refused_and_nothing_written(
    here: TestClient, tmp_path: Path, draft: dict[str, str], code: str, words: str
) -> None:
    refused = here.post("/api/v1/sources", json=draft)
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == code
    assert words in refused.json()["error"]["message"]
    assert (tmp_path / "sources.toml").read_text(encoding="utf-8") == FILE


def test_a_source_is_paused_resumed_and_crawled(here: TestClient) -> None:
    store: Store = here.app.state.context.store  # type: ignore[attr-defined]
    until = (NOW + timedelta(days=2)).isoformat()
    assert here.post("/api/v1/sources/one/pause", json={"until": until}).json()["paused"]
    assert here.post("/api/v1/sources/one/crawl").json() == {"source": "one", "queued": True}
    assert here.post("/api/v1/sources/one/crawl").json() == {"source": "one", "queued": False}
    assert store.pauses.running(NOW) == {"one": NOW + timedelta(days=2)}
    assert store.queue.queued(NOW) == []
    assert here.post("/api/v1/sources/one/resume").json() == {
        "source": "one",
        "paused": False,
        "until": None,
    }
    assert store.queue.queued(NOW) == ["one"]


def test_what_can_not_be_is_refused(here: TestClient) -> None:
    assert here.post("/api/v1/sources/nobody/pause").status_code == 404
    assert here.post("/api/v1/sources/nobody/crawl").json()["error"]["code"] == "not_found"
    past = (NOW - timedelta(days=1)).isoformat()
    for until in (past, "2030-01-01T00:00:00", "soon"):
        assert here.post("/api/v1/sources/one/pause", json={"until": until}).status_code == 400, (
            until
        )
    for asked in ({}, {"url": "https://a.example/", "id": "one"}, {"url": "ftp://a.example/"}):
        assert here.post("/api/v1/sources/preview", json=asked).status_code == 400, asked
    assert (
        here.post("/api/v1/sources/preview", json={"id": "one"}).json()["error"]["code"]
        == "not_here"
    )


def test_an_address_says_all_of_its_methods(here: TestClient) -> None:
    assert here.delete("/api/v1/sources").headers["allow"] == "GET, POST"


def test_only_a_token_that_may_write_changes_anything(here: TestClient) -> None:
    afar = TestClient(
        here.app, base_url="http://veille.example.org", client=("203.0.113.9", 40_000)
    )
    assert afar.post("/api/v1/sources/one/pause").status_code == 401
    assert (
        afar.post("/api/v1/sources/preview", json={"url": "https://a.example/"}).status_code == 401
    )


def test_a_preview_shows_entry_points_and_articles_and_keeps_nothing(
    room: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VEILLE_ALLOW_HOSTS", ",".join(room.hosts))
    monkeypatch.setenv("VEILLE_DOWNLOAD_DELAY", "0.02")
    config = Config(data=tmp_path, sources=tmp_path / "sources.toml")
    previews = ProcessPreviews(config)
    room.requests.clear()
    feed = f"{room.base_urls['calder']}/feed.xml"
    body = previews.look({"url": feed})
    assert body["problem"] is None
    assert body["source"]["feeds"] == [feed]
    assert body["entry_points"][0]["outcome"] == "read"
    assert body["entry_points"][0]["titles"]
    articles = [one["article"] for one in body["articles"] if one["article"]]
    assert articles
    assert all(
        article["source"] == body["source"]["id"] and article["text"] for article in articles
    )
    assert room.requests[0].path == "/robots.txt"
    store = Store(config.database_url)
    assert store.pages.documents() == 0
    assert store.lines.sources() == []
    store.close()


def test_a_preview_says_why_an_address_is_no_source(
    room: Newsroom, here: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VEILLE_ALLOW_HOSTS", ",".join(room.hosts))
    monkeypatch.setenv("VEILLE_DOWNLOAD_DELAY", "0.02")
    previews = ProcessPreviews(Config(data=tmp_path, sources=tmp_path / "sources.toml"))
    here.app.state.context = replace(here.app.state.context, previews=previews)  # type: ignore[attr-defined]
    for url, words in (
        (f"{room.base_urls['calder']}/nothing", "The address answers 404."),
        ("http://127.0.0.1:9/", "The address can't be fetched: address: "),
    ):
        body = here.post("/api/v1/sources/preview", json={"url": url}).json()
        assert body["source"] is None
        assert body["problem"].startswith(words)

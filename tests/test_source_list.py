"""The list of sources, as a page and by the API: filtered, sorted, read a page at a time, live, and
changed many at once.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import html
from starlette.testclient import TestClient

from crawler.store import EntryPoint, Store, Visit
from indexer.backend import Backend
from indexer.backends import open_backend
from search.app import create_app
from tests.support.clock import moment, stopped
from tests.support.shelf import client
from veille import veille

NOW = moment(25)
SOURCES = (
    ("gazette", "La Gazette du Port", "fr", "FR", ("coast", "north")),
    ("herald", "Harbour Herald", "en", "GB", ("coast",)),
    ("nordlys", "Norðurljós", "is", "IS", ("north",)),
    ("sahil", "أخبار الساحل", "ar", "LB", ()),
    ("pause-me", "Quiet Quay", "en", "GB", ()),
)
FAILED = ("nordlys",)
READ = ("gazette", "herald")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'veille.sqlite'}")
    for name in (*FAILED, *READ):
        outcome = "http 404" if name in FAILED else "read"
        crawl = opened.ledger.start(name, NOW - timedelta(hours=1))
        entry = EntryPoint(f"https://{name}.example/feed", "feed")
        opened.ledger.record_visit(
            Visit(crawl, name, entry, NOW - timedelta(hours=1), outcome, items=4)
        )
        opened.ledger.finish(crawl, NOW - timedelta(minutes=59), "finished", {})
    opened.pauses.pause("pause-me", NOW - timedelta(days=1), None)
    opened.queue.enqueue("herald", NOW)
    opened.queue.enqueue("sahil", NOW)
    opened.leases.claim(["source:herald"], "a:1:x", NOW, timedelta(minutes=5))
    opened.leases.claim(["source:gazette"], "a:1:x", NOW - timedelta(days=1), timedelta(hours=1))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    backend = open_backend("embedded", tmp_path_factory.mktemp("index"), writer=True)
    backend.setup()
    yield backend
    backend.close()


@pytest.fixture
def here(tmp_path: Path, store: Store, index: Backend) -> TestClient:
    lines = []
    for name, title, language, country, collections in SOURCES:
        groups = ", ".join(f'"{group}"' for group in collections)
        lines.append(
            f'[[source]]\nid = "{name}"\nname = "{title}"\nhome = "https://{name}.example/"\n'
            f'feeds = ["https://{name}.example/feed"]\nlanguage = "{language}"\n'
            f'country = "{country}"\ncollections = [{groups}]\n'
        )
    (tmp_path / "sources.toml").write_text("\n".join(lines), encoding="utf-8")
    file = tmp_path / "sources.toml"
    return client(create_app(index, store, now=lambda: NOW, sources_file=file))


def _ids(here: TestClient, query: str) -> list[str]:
    answer = here.get(f"/api/v1/sources?{query}")
    assert answer.status_code == 200, answer.text
    return [source["id"] for source in answer.json()["sources"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"nordlys", "sahil", "pause-me", "gazette", "herald"}),
        ("q=GAZETTE", {"gazette"}),
        ("q=nordurljos", {"nordlys"}),
        ("q=norðurljos", {"nordlys"}),
        ("q=الساحل", {"sahil"}),
        ("q=harbour+herald.example", {"herald"}),
        ("q=harbour+port", set()),
        ("state=bad", {"nordlys"}),
        ("state=bad&state=paused", {"nordlys", "pause-me"}),
        ("state=running", {"herald"}),
        ("state=queued", {"sahil"}),
        ("collection=North", {"gazette", "nordlys"}),
        ("language=en&language=is", {"herald", "pause-me", "nordlys"}),
        ("country=gb&state=paused", {"pause-me"}),
        ("collection=&language=", {"nordlys", "sahil", "pause-me", "gazette", "herald"}),
    ],
)
def test_sources_are_found_by_what_they_are(
    here: TestClient, query: str, expected: set[str]
) -> None:
    assert set(_ids(here, query)) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("state", ["nordlys", "sahil", "pause-me", "gazette", "herald"]),
        ("name", ["herald", "gazette", "nordlys", "pause-me", "sahil"]),
        ("visited", ["gazette", "herald", "nordlys", "sahil", "pause-me"]),
    ],
)
def test_a_walk_by_cursor_gives_each_source_once(
    here: TestClient, sort: str, expected: list[str]
) -> None:
    walked = []
    cursor = ""
    while True:
        body = here.get(f"/api/v1/sources?sort={sort}&limit=2{cursor}").json()
        assert body["total"] == len(SOURCES)
        walked += [source["id"] for source in body["sources"]]
        if body["cursor"] is None:
            break
        cursor = f"&cursor={body['cursor']}"
    assert walked == expected == _ids(here, f"sort={sort}")
    other = "name" if sort != "name" else "due"
    assert here.get(f"/api/v1/sources?sort={other}{cursor}").status_code == 400


def test_states_are_counted_and_live(here: TestClient, store: Store) -> None:
    body = here.get("/api/v1/sources?state=paused").json()
    assert body["total"] == 1
    assert body["states"] == {
        **dict.fromkeys(("bad", "new", "paused", "running", "queued"), 1),
        "warning": 0,
        "well": 2,
    }
    store.pauses.pause("nordlys", NOW, None)
    store.pauses.resume("pause-me", NOW)
    entry = EntryPoint("https://sahil.example/feed", "feed")
    store.ledger.record_visit(Visit(1, "sahil", entry, NOW, "read", items=4))
    listed = {source["id"]: source for source in here.get("/api/v1/sources").json()["sources"]}
    assert (listed["nordlys"]["state"], listed["nordlys"]["findings"]) == ("paused", [])
    assert listed["pause-me"]["state"] is None
    assert (listed["sahil"]["state"], listed["sahil"]["activity"]) == (None, "queued")
    told = html.document_fromstring(here.get("/sources?q=sahil").text)
    assert told.xpath("//td/span[contains(@class, 'state')]/text()") == ["queued"]
    assert "not visited yet" not in told.xpath("string(//table)")


@pytest.mark.parametrize(
    "wrong", ["state=sad", "sort=best", "limit=0", "limit=100000", "cursor=x", "colour=red"]
)
def test_a_wrong_parameter_is_told(here: TestClient, wrong: str) -> None:
    answer = here.get(f"/api/v1/sources?{wrong}")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("asked", "number", "paused"),
    [
        ({"ids": ["herald", "sahil", "herald"]}, 2, {"herald", "sahil", "pause-me"}),
        ({"matching": {"collection": ["north"]}}, 2, {"gazette", "nordlys", "pause-me"}),
        ({"matching": {}}, 5, {name for name, *_ in SOURCES}),
        ({"matching": {"state": ["paused"]}}, 1, {"pause-me"}),
        ({"ids": []}, 0, {"pause-me"}),
    ],
)
def test_many_sources_are_paused_at_once(
    here: TestClient, store: Store, asked: dict[str, object], number: int, paused: set[str]
) -> None:
    answer = here.post("/api/v1/sources/bulk", json={"action": "pause", **asked})
    assert answer.json() == {"action": "pause", "sources": number}
    assert set(store.pauses.running(NOW)) == paused
    resumed = here.post("/api/v1/sources/bulk", json={"action": "resume", "matching": {}})
    assert resumed.json()["sources"] == len(SOURCES)
    assert store.pauses.running(NOW) == {}


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"action": "pause"}, 400),
        ({"action": "pause", "ids": ["herald"], "matching": {}}, 400),
        ({"action": "forget", "ids": ["herald"]}, 400),
        ({"action": "pause", "ids": ["herald", "nobody"]}, 404),
    ],
)
def test_what_can_not_be_done_changes_nothing(
    here: TestClient, store: Store, asked: dict[str, object], status: int
) -> None:
    assert here.post("/api/v1/sources/bulk", json=asked).status_code == status
    assert set(store.pauses.running(NOW)) == {"pause-me"}


def test_the_page_pauses_and_crawls_what_is_chosen_or_matches(
    here: TestClient, store: Store
) -> None:
    page = html.document_fromstring(here.get("/sources?language=en&sort=name").text)
    [form] = page.xpath("//form[@id='bulk']")
    fields = dict(form.form_values())
    boxes = page.xpath("//input[@type='checkbox' and @form='bulk']/@value")
    assert boxes == ["herald", "pause-me"]
    sent = here.post("/sources/bulk", data={**fields, "action": "pause", "id": ["herald"]})
    assert sent.status_code == 303
    assert sent.headers["location"] == "/sources?language=en&sort=name"
    told = html.document_fromstring(here.get(sent.headers["location"]).text)
    assert told.xpath("//p[@role='status']/text()") == ["Paused sources: 1"]
    assert told.xpath("count(//span[@class='state paused'])") == 2
    here.post("/sources/bulk", data={**fields, "action": "resume", "scope": "all"})
    assert store.pauses.running(NOW) == {}
    stale = {**fields, "csrf": "x" * 64, "action": "pause", "scope": "all"}
    assert here.post("/sources/bulk", data=stale).status_code == 403
    assert store.pauses.running(NOW) == {}


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_page_lists_what_is_asked_for(here: TestClient, language: str) -> None:
    page = html.document_fromstring(here.get(f"/sources?ui={language}&state=bad&q=nord").text)
    assert page.xpath("//tbody//th/a/@href") == ["/sources/nordlys"]
    assert page.xpath("//nav[contains(@class, 'states')]/a[@aria-current]/@href")
    assert page.xpath("//input[@name='q' and @type='search']/@value") == ["nord"]
    none = html.document_fromstring(here.get(f"/sources?ui={language}&q=nowhere").text)
    assert not none.xpath("//form[@id='bulk']")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", ["gazette", "herald", "nordlys", "sahil", "pause-me"]),
        ("--find HARBOUR", ["herald"]),
        ("--collection north --language fr", ["gazette"]),
        ("--country gb --country lb", ["herald", "sahil", "pause-me"]),
        ("--state bad --state paused", ["nordlys", "pause-me"]),
        ("--state running", ["herald"]),
        ("--state queued --country FR", []),
    ],
)
def test_the_command_lists_what_is_asked_for(
    here: TestClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: str,
    expected: list[str],
) -> None:
    monkeypatch.setenv("VEILLE_DATA", str(tmp_path))
    monkeypatch.setenv("VEILLE_SOURCES", str(tmp_path / "sources.toml"))
    words = ["source", "list", *options.split()]
    listed = CliRunner().invoke(veille, [*words, "--json"], obj=stopped(NOW))
    assert [row["id"] for row in json.loads(listed.stdout)] == expected
    told = CliRunner().invoke(veille, words, obj=stopped(NOW)).stdout.splitlines()
    assert told[-1] == f"{len(expected)} sources"
    assert [line.split()[0] for line in told[:-1]] == expected

"""What is kept of an article can be asked, in the query and as a parameter: when it was met, whether
its page is gone, what its publisher calls it.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from crawler.store import Store
from indexer.backends import open_backend
from indexer.relay import Relay
from search.app import create_app
from tests.support.clock import NOW, moment
from tests.support.keeping import keep
from tests.support.shelf import client, indexed

AN_HOUR_LATER = NOW + timedelta(hours=1)


def _kept(name: str, **fields: object) -> dict[str, object]:
    return {
        "id": name,
        "url": f"https://harbour-post.example/{name}",
        "source": "harbour-post",
        "language": "en",
        "title": f"The quay, {name}",
        "text": "Stones for the quay.",
        "published": moment(10).isoformat(),
        "published_precision": "day",
        "first_seen": moment(10).isoformat(),
        "words": 100,
        "revision": 1,
        **fields,
    }


SHELF = [
    _kept("gone", gone=moment(21).isoformat(), words=900),
    _kept("paid", paywalled=True, authors=["Rana Haddad"]),
    _kept("edited", revision=2, tags=["Straße", "Häfen"]),
    _kept("late", first_seen=moment(22, 7).isoformat(), published=None, published_precision=None),
]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with (
        indexed(SHELF, tmp_path_factory.mktemp("index")) as backend,
        client(create_app(backend, now=lambda: NOW)) as opened,
    ):
        yield opened


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("gone", "yes", "gone"),
        ("gone", "oui", "gone"),
        ("gone", "نعم", "gone"),
        ("gone", "No", "paid edited late"),
        ("gone", "2026-11", "gone"),
        ("gone", "2026-11-20", ""),
        ("gone", "3d", "gone"),
        ("gone", "..2026-11-21", "gone"),
        ("paywalled", "non", "gone edited late"),
        ("edited", "yes", "edited"),
        ("edited", "no", "gone paid late"),
        ("seen", "1d", "late"),
        ("seen", "2026-11-22", "late"),
        ("seen", "2026-11-10..2026-11-11", "gone paid edited"),
        ("seen", "٢٠٢٦-١١-٢٢", "late"),
        ("words", "100", "paid edited late"),
        ("words", "101..", "gone"),
        ("words", "..900", "gone paid edited late"),
        ("words", "٩٠٠", "gone"),
        ("has", "date", "gone paid edited"),
        ("has", "author", "paid"),
        ("has", "keyword,author", "paid edited"),
        ("keyword", "STRASSE", "edited"),
        ("keyword", "hafen", "edited"),
    ],
)
def test_a_kept_field_is_asked(api: TestClient, name: str, value: str, expected: str) -> None:
    as_parameter = api.get("/api/v1/search", params={"q": "quay", name: value}).json()
    assert sorted(article["id"] for article in as_parameter["articles"]) == sorted(expected.split())
    in_query = api.get("/api/v1/search", params={"q": f"quay {name}:{value}"}).json()
    assert in_query["total"] == as_parameter["total"]
    without = api.get("/api/v1/search", params={"q": f"quay -{name}:{value}"}).json()
    assert without["total"] == len(SHELF) - in_query["total"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("gone:perhaps", "unknown_choice"),
        ("paywalled:2026", "unknown_choice"),
        ("edited:twice", "unknown_choice"),
        ("has:wings", "unknown_choice"),
        ("seen:lately", "bad_moment"),
        ("added:yes", "bad_moment"),
        ("words:many", "bad_number"),
        ("words:9..2", "bad_number"),
        ("words:..", "bad_number"),
    ],
)
def test_a_value_that_means_nothing_is_an_error(api: TestClient, query: str, code: str) -> None:
    answer = api.get("/api/v1/search", params={"q": query})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    name, _, value = query.partition(":")
    answer = api.get("/api/v1/search", params={name: value})
    assert (answer.status_code, answer.json()["error"]["parameter"]) == (400, name)


def test_a_period_of_arrival_has_two_ends(api: TestClient) -> None:
    params = {"seen_from": "2026-11-22T06:00", "seen_to": "2026-11-22"}
    found = api.get("/api/v1/search", params=params).json()
    assert [article["id"] for article in found["articles"]] == ["late"]
    turned = api.get("/api/v1/search", params={"seen_from": "2026-11-22", "seen_to": "2026-11-01"})
    assert turned.json()["error"]["parameter"] == "seen_to"


def test_what_was_met_last_comes_first(api: TestClient) -> None:
    found = api.get("/api/v1/search", params={"q": "quay", "sort": "seen"}).json()
    assert found["articles"][0]["id"] == "late"
    newest = api.get("/api/v1/search", params={"q": "quay", "sort": "newest"}).json()
    assert newest["articles"][-1]["id"] == "late"


def test_keywords_are_counted(api: TestClient) -> None:
    facets = api.get("/api/v1/search", params={"facets": "keyword"}).json()["facets"]
    assert {row["value"]: row["count"] for row in facets["keyword"]} == {"Häfen": 1, "Straße": 1}


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_a_page_tells_what_is_asked_and_carries_it_on(api: TestClient, language: str) -> None:
    query = "seen:7d added:7d gone:7d -gone:yes -paywalled:yes -edited:yes"
    query = f"{query} words:1.. words:..9 words:1..9 has:date has:author"
    page = api.get("/", params={"q": query, "gone": "no", "seen_from": "2026", "ui": language})
    assert page.status_code == 200
    assert "told_" not in page.text
    assert 'name="gone" value="no"' in page.text
    assert 'name="seen_from" value="2026"' in page.text


@pytest.mark.parametrize("later", ["edited", "reindexed"])
def test_when_an_article_became_searchable_first_stays(tmp_path: Path, later: str) -> None:
    store = Store(f"sqlite:///{tmp_path / 'veille.sqlite'}")
    backend = open_backend("embedded", tmp_path, writer=True)
    backend.setup()
    identifier = keep(store, 1)
    Relay(store.outbox, backend, now=lambda: NOW).deliver()
    if later == "edited":
        keep(store, 1, "Another text.")
    else:
        store.pages.requeue(NOW)
        backend.renew()
    Relay(store.outbox, backend, now=lambda: AN_HOUR_LATER).deliver()
    backend.refresh()
    document = backend.get([identifier])[identifier]
    assert document["indexed_at"] == AN_HOUR_LATER.isoformat()
    assert document["added"] == NOW.isoformat()
    backend.close()
    store.close()

"""Names in queries and parameters: sources by id or name, lists between commas, saved searches
within one another; what can match nothing is an error.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from crawler.article import Article
from crawler.policy.decide import decide
from crawler.sources import Source
from crawler.store import PageVisit, Store
from indexer.relay import Relay
from search.alerts.service import AlertService
from search.app import create_app
from search.sources.source_list import SourceList
from tests.support.clock import NOW
from tests.support.keeping import keep
from tests.support.shelf import client, indexed

SOURCES = tuple(
    Source(id=name, name=title, home=f"https://{name}.example/")
    for name, title in (
        ("quay-times", "The Quay Times"),
        ("la-digue", "L’Écho de la Digue"),
        ("al-marsa", "المرسى"),
        ("quay-times-fr", "Quay Times, édition française"),
    )
)


def article(name: str, source: str, **more: Any) -> dict[str, Any]:
    values = {
        "title": f"Lighthouse {name}",
        "text": "The lighthouse shines.",
        "url": f"https://{source}.example/{name}",
        "published": "2026-11-20T10:00:00+00:00",
        "published_precision": "second",
    }
    return {"id": name, "source": source, "language": "en", **values, **more}


ARTICLES = [
    article("quay", "quay-times", section="World"),
    article("digue", "la-digue", section="Ports, phares", language="fr"),
    article("marsa", "al-marsa", section="Sport", language="ar"),
    article("edition", "quay-times-fr", section="World", language="fr"),
    article("former", "old-buoy", source_name="The Old Buoy", section="Ports"),
]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("names")
    store = Store(f"sqlite:///{folder / 'veille.sqlite'}")
    service = AlertService(store, {}, frozenset({"en", "fr"}), SourceList(SOURCES))
    with indexed(ARTICLES, folder) as backend:
        app = create_app(backend, store, now=lambda: NOW, sources=SOURCES, alerts=service)
        with client(app) as opened:
            yield opened
    store.close()


def found(api: TestClient, **params: Any) -> set[str]:
    answer = api.get("/api/v1/search", params=params)
    assert answer.status_code == 200, answer.text
    return {hit["id"] for hit in answer.json()["articles"]}


def refused(api: TestClient, **params: Any) -> dict[str, Any]:
    answer = api.get("/api/v1/search", params=params)
    assert answer.status_code == 400
    error: dict[str, Any] = answer.json()["error"]
    return error


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("quay-times", {"quay"}),
        ("Quay-Times", {"quay"}),
        ("The Quay Times", {"quay"}),
        ("the QUAY times", {"quay"}),
        ("l'echo de la digue", {"digue"}),
        ("المرسى", {"marsa"}),
        ("old-buoy", {"former"}),
        ("The old Buoy", {"former"}),
        ("Quay Times, édition française", {"edition"}),
        ("quay-times, المرسى", {"quay", "marsa"}),
        ("quay-times،old-buoy", {"quay", "former"}),
        ("The Old Buoy, Quay Times, édition française, la-digue", {"former", "edition", "digue"}),
    ],
)
def test_a_source_is_found_by_id_or_name(api: TestClient, name: str, ids: set[str]) -> None:
    assert found(api, source=name) == ids
    assert found(api, q=f'source:"{name}"') == ids
    assert found(api, q=f'lighthouse -source:"{name}"') == {a["id"] for a in ARTICLES} - ids


def test_an_unknown_source_is_an_error_with_what_may_be_meant(api: TestClient) -> None:
    error = refused(api, q="source:qay-times")
    assert (error["code"], error["position"]) == ("unknown_source", 7)
    assert error["suggestions"][0] == "quay-times"
    assert refused(api, q="lighthouse -source:old-buy")["suggestions"] == ["old-buoy"]
    error = refused(api, q="lighthouse", source="qay-times,la-digue")
    assert (error["code"], error["parameter"]) == ("unknown_source", "source")
    assert error["suggestions"][0] == "quay-times"
    for path in ("/api/v1/timeline", "/feed.atom", "/api/v1/export.csv"):
        assert api.get(path, params={"q": "source:nowhere"}).status_code == 400


@pytest.mark.parametrize(
    ("params", "suggestion"),
    [
        ({"q": "place:Lebannon"}, "LB"),
        ({"q": "language:Frensh"}, "fr"),
        ({"topic": "economyy"}, "economy, business and finance"),
    ],
)
def test_unknown_values_come_with_suggestions(
    api: TestClient, params: dict[str, str], suggestion: str
) -> None:
    assert suggestion in refused(api, **params)["suggestions"]


@pytest.mark.parametrize(
    ("params", "ids"),
    [
        ({"language": "fr,ar"}, {"digue", "edition", "marsa"}),
        ({"language": "French, Arabic"}, {"digue", "edition", "marsa"}),
        ({"language": ["fr", "ar"]}, {"digue", "edition", "marsa"}),
        ({"q": "language:fr,ar"}, {"digue", "edition", "marsa"}),
        ({"section": "World,Sport"}, {"quay", "edition", "marsa"}),
        ({"section": "Ports, phares"}, {"digue"}),
        ({"section": "ports, PHARES"}, {"digue"}),
        ({"q": 'section:"Ports, phares"'}, {"digue"}),
        ({"section": "Ports,Sport,"}, {"former", "marsa"}),
    ],
)
def test_what_stands_between_commas_is_a_list(
    api: TestClient, params: dict[str, Any], ids: set[str]
) -> None:
    assert found(api, **params) == ids


def test_a_part_of_a_list_may_be_unknown(api: TestClient) -> None:
    assert refused(api, language="fr,Klingonish")["parameter"] == "language"


def test_a_parameter_may_be_called_as_a_part_of_a_request(api: TestClient) -> None:
    error = refused(api, query="lighthouse")
    assert (error["code"], error["parameter"]) == ("unknown_parameter", "query")


def save(api: TestClient, name: str, **query: Any) -> Any:
    return api.post("/api/v1/saved", json={"name": name, "query": query})


def test_saved_searches_stand_in_one_another(api: TestClient) -> None:
    assert save(api, "In French", language=["fr"]).status_code == 201
    assert save(api, "Quays", q="lighthouse source:quay-times,quay-times-fr").status_code == 201
    assert save(api, "Both", q='saved:quays saved:"in french"').status_code == 201
    assert found(api, q="saved:Both") == {"edition"}
    assert found(api, q='lighthouse -saved:"In French"') == {"quay", "marsa", "former"}
    error = refused(api, q="saved:Quais")
    assert (error["code"], error["suggestions"]) == ("unknown_saved", ["Quays"])


def test_a_saved_search_cannot_stand_in_itself(api: TestClient) -> None:
    first = save(api, "First", q="lighthouse").json()
    assert save(api, "Second", q="saved:First").status_code == 201
    changed = api.put(
        f"/api/v1/saved/{first['id']}", json={"name": "First", "query": {"q": "saved:Second"}}
    )
    assert (changed.status_code, changed.json()["error"]["code"]) == (400, "saved_in_itself")


def test_what_is_saved_is_checked(api: TestClient) -> None:
    assert save(api, "A", q="source:qay-times").json()["error"]["code"] == "unknown_source"
    assert save(api, "B", source=["qay-times"]).status_code == 400
    assert save(api, "C", q="saved:nothing").json()["error"]["code"] == "unknown_saved"
    assert save(api, "D", q='source:"The Quay Times"').status_code == 201


def test_a_date_is_saved_with_the_language_that_reads_it(api: TestClient) -> None:
    saved = save(api, "Day", q="published:11/12/2026", ui="fr").json()
    assert saved["query"] == {"q": "published:11/12/2026", "ui": "fr"}
    assert save(api, "Other", q="lighthouse", ui="fr").json()["query"] == {"q": "lighthouse"}
    assert found(api, q="saved:Day") == set()


def test_an_article_is_found_by_its_other_addresses(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'veille.sqlite'}")
    kept = keep(store, 7)
    article = store.pages.known_article(kept)
    assert article
    again = decide(Article(**article.document), article, NOW)
    older = ("example.org/older", "https://example.org/older")
    visit = PageVisit("example.org/7", "article", NOW, None, answered=older)
    store.pages.record_article(visit, again)
    with indexed([], tmp_path) as backend, closing(store):
        Relay(store.outbox, backend, now=lambda: NOW).deliver()
        backend.refresh()
        with client(create_app(backend, store, now=lambda: NOW)) as opened:
            for address in (
                "https://example.org/7",
                "http://www.example.org/older",
                "https://example.org/older?utm_source=x",
            ):
                answer = opened.get("/api/v1/search", params={"q": f'url:"{address}"'}).json()
                assert [found["id"] for found in answer["articles"]] == [kept], address
            for address in ("https://example.org/other", "http://[", "nonsense"):
                answer = opened.get("/api/v1/search", params={"q": f'url:"{address}"'}).json()
                assert answer["total"] == 0, address

"""The JSON API over a real index: contract, counts, limits, errors."""

import gzip
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from crawler.sources import Source
from crawler.store import Store
from indexer.backend import IndexUnavailable
from indexer.query import QueryError
from search.app import create_app
from search.i18n.catalogue import english
from search.query.hinting import hint_bodies
from search.query.offers import offers
from search.query.request import SearchParams, answer, search_of
from tests.support.clock import NOW
from tests.support.shelf import FILLERS, client, indexed, shelf

SOURCES = [
    Source(
        id="le-veilleur",
        name="Le Veilleur",
        home="https://le-veilleur.example/",
        language="fr",
        country="LB",
    ),
    Source(id="silent", name="Silent", home="https://silent.example/"),
]
ALL = len(shelf())
LONGEST_ADDRESS = 60_000
"""The test client sends no longer one, and a real server closes the connection."""


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with (
        indexed(shelf(), tmp_path_factory.mktemp("index")) as backend,
        client(create_app(backend, now=lambda: NOW, sources=SOURCES)) as opened,
    ):
        yield opened


def asked(api: TestClient, path: str, params: Any = (), **headers: str) -> Any:
    response = api.get(path, params=params, headers=headers)
    assert response.status_code == 200, response.text
    return response.json()


def ids(body: dict[str, Any]) -> set[str]:
    return {article["id"] for article in body["articles"]}


def found(api: TestClient, query: str, **params: str) -> set[str]:
    return ids(asked(api, "/api/v1/search", {"q": query, **params, "limit": "100"}))


def test_an_answer_has_the_contract_s_shape(api: TestClient) -> None:
    body = asked(api, "/api/v1/search", {"q": "armée", "facets": "topic,source"})
    assert set(body) == {
        "total",
        "articles",
        "facets",
        "cursor",
        "took_ms",
        "softer",
        "suggestions",
        "hints",
    }
    assert body["total"] == len(body["articles"]) == 2
    first = next(article for article in body["articles"] if article["id"] == "fr-1")
    assert first["title"] == "L’armée reprend deux villages au nord d’Alep"
    assert first["published"] == "2026-11-20T08:30:00+02:00"
    assert "<mark>" in "".join(first["highlights"]["title"] + first["highlights"]["text"])
    assert isinstance(first["score"], float)
    assert set(body["facets"]) == {"topic", "source"}
    assert {"value": "le-veilleur", "label": "Le Veilleur", "count": 2} in body["facets"]["source"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ARMEE", {"fr-1", "fr-2"}),
        ("l'armée", {"fr-1", "fr-2"}),
        ("armée -Parlement", {"fr-1"}),
        ('"deux villages"', {"fr-1"}),
        ("Parlement OR Raqqa", {"fr-2", "fr-3"}),
        ("ceasef*", {"en-1"}),
        ("title:budget", {"fr-2"}),
        ("title:livre", set()),
        ("author:haddad place:SY", {"fr-1", "fr-3"}),
        ("place:Suisse", {"en-1"}),
        ("agency:afp", {"fr-1"}),
        ("last:3d", {"fr-1", "fr-2", "ar-1"}),
        ("maybe:2019-06", {"fr-3"}),
        ("published:2019-06", set()),
        ("الجيش السوري", {"ar-1"}),
        ("aid NEAR/2 wait", {"en-1"}),
    ],
)
def test_queries_find_what_they_say(api: TestClient, query: str, expected: set[str]) -> None:
    assert found(api, query) == expected


def test_an_empty_query_and_a_star_match_everything(api: TestClient) -> None:
    assert (
        asked(api, "/api/v1/search")["total"]
        == asked(api, "/api/v1/search", {"q": "*"})["total"]
        == ALL
    )


def test_values_of_a_field_are_ored_and_fields_anded(api: TestClient) -> None:
    pairs = [("place", "SY"), ("place", "LB"), ("language", "fr")]
    assert ids(asked(api, "/api/v1/search", pairs)) == {"fr-1", "fr-2", "fr-3", "fr-4"}


def test_a_facet_s_counts_leave_its_own_selection_out(api: TestClient) -> None:
    body = asked(api, "/api/v1/search", {"language": "fr", "facets": "language,place"})
    assert {count["value"]: count["count"] for count in body["facets"]["language"]} == {
        "fr": 4,
        "ar": 2,
        "en": 34,
    }
    assert {count["value"]: count["count"] for count in body["facets"]["place"]} == {
        "SY": 2,
        "LB": 2,
    }


def test_labels_are_in_the_reader_s_language(api: TestClient) -> None:
    for params, headers in (({"ui": "fr"}, {}), ({}, {"accept-language": "fr-CA,en;q=0.5"})):
        places = asked(api, "/api/v1/facets/place", params, **headers)["values"]
        assert "Syrie" in {count["label"] for count in places}
    topics = asked(api, "/api/v1/facets/topic", {"ui": "fr"})["values"]
    assert all(count["label"] != count["value"] for count in topics)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"from": "2026-11-19", "to": "2026-11-19"}, {"fr-2"}),
        ({"from": "2026-11-18", "to": "2026-11-19"}, {"fr-2", "en-1"}),
        ({"to": "2019"}, {"fr-3"}),
        ({"from": "2026-11-20T06:10", "tz": "UTC"}, {"fr-1", "ar-1"}),
        ({"from": "2026-11-20T08:15", "tz": "Asia/Beirut"}, {"fr-1"}),
        ({"from": "2026-11-20T08:15:00+02:00"}, {"fr-1"}),
    ],
)
def test_dates_are_whole_periods(
    api: TestClient, bounds: dict[str, str], expected: set[str]
) -> None:
    assert found(api, "", **bounds) == expected


def test_the_newest_come_first_where_no_words_are_searched_for(api: TestClient) -> None:
    for params in ({}, {"q": "language:fr OR language:ar"}, {"language": ["fr", "ar"]}):
        first = asked(api, "/api/v1/search", {**params, "limit": "3"})["articles"]
        assert [article["id"] for article in first] == ["fr-1", "ar-1", "fr-2"]
    assert (
        asked(api, "/api/v1/search", {"q": "armée", "sort": "oldest"})["articles"][0]["id"]
        == "fr-2"
    )


def test_a_cursor_walks_through_all_matches_once(api: TestClient) -> None:
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        body = asked(api, "/api/v1/search", {"sort": "newest", "limit": "7", "cursor": cursor})
        seen += [article["id"] for article in body["articles"]]
        cursor = body["cursor"]
    assert len(seen) == len(set(seen)) == ALL


def test_the_timeline_adds_up_to_the_total(api: TestClient) -> None:
    for interval in ("auto", "day", "week", "month", "year"):
        body = asked(
            api,
            "/api/v1/timeline",
            {"interval": interval, "from": "2000" if interval != "day" else ""},
        )
        total = asked(api, "/api/v1/search", {"from": "2000" if interval != "day" else ""})["total"]
        assert sum(bucket["count"] for bucket in body["buckets"]) + body["undated"] == total
        assert body["interval"] != "auto"
    assert body["undated"] == 0
    assert asked(api, "/api/v1/timeline")["undated"] == 1


def test_a_timeline_can_tell_the_share(api: TestClient) -> None:
    body = asked(
        api,
        "/api/v1/timeline",
        {"q": "armée", "interval": "day", "from": "2026-11", "share": "true"},
    )
    day = next(bucket for bucket in body["buckets"] if bucket["date"] == "2026-11-20")
    assert (day["count"], day["of"], day["share"]) == (1, 2, 0.5)


def test_the_values_of_a_field_are_listed(api: TestClient) -> None:
    body = asked(api, "/api/v1/facets/topic", {"language": "en", "facet_size": "2"})
    assert body["field"] == "topic"
    assert body["total"] == FILLERS + 4
    assert body["values"][0]["value"] == "weather"
    assert len(body["values"]) == 2


def test_an_article_is_given_whole(api: TestClient) -> None:
    document = next(document for document in shelf() if document["id"] == "fr-1")
    body = asked(api, "/api/v1/articles/fr-1")
    assert {name: body[name] for name in ("text", "title", "agencies", "published")} == {
        name: document[name] for name in ("text", "title", "agencies", "published")
    }
    assert api.get("/api/v1/articles/none").json()["error"]["code"] == "not_found"
    assert api.get("/api/v1/articles/none").status_code == 404


def test_sources_say_how_many_articles_they_have(api: TestClient) -> None:
    counts = {
        source["id"]: source["articles"] for source in asked(api, "/api/v1/sources")["sources"]
    }
    assert counts == {"le-veilleur": 4, "silent": 0}


def test_a_query_is_explained(api: TestClient) -> None:
    body = asked(api, "/api/v1/parse", {"q": "a1 -b1"})
    assert body["words"] == "articles that contain “a1” and not “b1”"
    assert body["tree"] == {
        "type": "and",
        "parts": [
            {"type": "word", "text": "a1"},
            {"type": "not", "part": {"type": "word", "text": "b1"}},
        ],
    }


@pytest.mark.parametrize(
    ("path", "params", "code", "parameter"),
    [
        ("/api/v1/search", {"limit": "0"}, "invalid_parameter", "limit"),
        ("/api/v1/search", {"limit": "1001"}, "invalid_parameter", "limit"),
        ("/api/v1/search", {"limit": "ten"}, "invalid_parameter", "limit"),
        ("/api/v1/search", {"facet_size": "100000"}, "invalid_parameter", "facet_size"),
        ("/api/v1/search", {"sort": "cheapest"}, "invalid_parameter", "sort"),
        ("/api/v1/search", {"sorce": "x"}, "unknown_parameter", "sorce"),
        ("/api/v1/search", {"facets": "topic,colour"}, "invalid_parameter", "facets"),
        ("/api/v1/search", {"from": "yesterday"}, "invalid_parameter", "from"),
        ("/api/v1/search", {"from": "2026-02-30"}, "invalid_parameter", "from"),
        ("/api/v1/search", {"from": "2026", "to": "2025"}, "invalid_parameter", "to"),
        ("/api/v1/search", {"tz": "Mars/Base"}, "invalid_parameter", "tz"),
        ("/api/v1/search", {"tz": "../../etc/passwd"}, "invalid_parameter", "tz"),
        ("/api/v1/search", {"place": "Nowhere"}, "invalid_parameter", "place"),
        ("/api/v1/search", {"topic": ["x"] * 51}, "invalid_parameter", "topic"),
        ("/api/v1/search", {"source": "x" * 301}, "invalid_parameter", "source"),
        ("/api/v1/timeline", {"interval": "fortnight"}, "invalid_parameter", "interval"),
        ("/api/v1/facets/colour", {}, "invalid_parameter", "field"),
    ],
)
def test_wrong_parameters_are_named(
    api: TestClient, path: str, params: Any, code: str, parameter: str
) -> None:
    response = api.get(path, params=params)
    assert response.status_code == 400
    error = response.json()["error"]
    assert (error["code"], error["parameter"]) == (code, parameter)
    assert error["message"]


def test_a_mistake_in_the_query_has_its_position(api: TestClient) -> None:
    response = api.get("/api/v1/search", params={"q": "a1 AND ("})
    assert response.status_code == 400
    assert response.json()["error"]["position"] == 8
    too_long = api.get("/api/v1/search", params={"q": "x " * 11_000})
    assert too_long.json()["error"]["code"] == "too_long"


def test_a_foreign_cursor_is_refused(api: TestClient) -> None:
    assert api.get("/api/v1/search", params={"cursor": "nonsense"}).status_code == 400


def test_unknown_addresses_and_methods_answer_in_the_same_form(api: TestClient) -> None:
    assert api.get("/api/v1/nothing").json()["error"]["code"] == "not_found"
    assert api.post("/api/v1/search").json()["error"]["code"] == "method_not_allowed"


def test_the_same_answer_is_not_sent_twice(api: TestClient) -> None:
    first = api.get("/api/v1/search", params={"q": "armée"})
    again = api.get(
        "/api/v1/search", params={"q": "armée"}, headers={"if-none-match": first.headers["etag"]}
    )
    assert again.status_code == 304
    assert again.content == b""
    other = api.get(
        "/api/v1/search", params={"q": "Raqqa"}, headers={"if-none-match": first.headers["etag"]}
    )
    assert other.status_code == 200


def test_long_answers_are_compressed(api: TestClient) -> None:
    with api.stream("GET", "/api/v1/search", headers={"accept-encoding": "gzip"}) as response:
        raw = b"".join(response.iter_raw())
    assert response.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(raw))["total"] == ALL


def test_every_answer_carries_the_security_headers(api: TestClient) -> None:
    for path in ("/", "/api/v1/search", "/api/v1/nothing", "/feed.atom", "/static/page.css"):
        headers = api.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in headers


def test_openapi_describes_every_route_and_our_errors(api: TestClient) -> None:
    schema = asked(api, "/openapi.json")
    for path in (
        "search",
        "timeline",
        "facets/{field}",
        "articles/{id}",
        "sources",
        "parse",
        "export.csv",
        "export.jsonl",
    ):
        responses = schema["paths"][f"/api/v1/{path}"]["get"]["responses"]
        assert "422" not in responses
        assert responses["400"]["content"]["application/json"]["schema"]["$ref"].endswith(
            "/ErrorBody"
        )
    names = {
        parameter["name"] for parameter in schema["paths"]["/api/v1/search"]["get"]["parameters"]
    }
    assert {
        "q",
        "topic",
        "place",
        "from",
        "to",
        "sort",
        "limit",
        "cursor",
        "facets",
        "facet_size",
    } <= names
    assert {"/healthz", "/feed.atom"} <= set(schema["paths"])


def test_commands_and_api_give_the_same_answer(tmp_path: Path) -> None:
    with indexed(shelf(), tmp_path) as backend:
        params = SearchParams.model_validate(
            {"q": "armée", "language": ["fr"], "facets": ["topic"]}
        )
        asked_for = search_of(params, NOW)
        mine = answer(backend, asked_for)
        mine |= offers(backend, params.q, asked_for, mine["total"])
        mine["hints"] = hint_bodies(params.q, english())
        api = client(create_app(backend, now=lambda: NOW))
        theirs = asked(api, "/api/v1/search", {"q": "armée", "language": "fr", "facets": "topic"})
        assert json.loads(json.dumps({**mine, "took_ms": 0})) == {**theirs, "took_ms": 0}


def test_an_index_that_does_not_answer_is_503(tmp_path: Path) -> None:
    class Down:
        name = "down"

        def __getattr__(self, _name: str) -> Any:
            def fail(*_args: Any, **_kwargs: Any) -> Any:
                raise IndexUnavailable("The index does not answer: start it.")

            return fail

    api = client(create_app(Down(), now=lambda: NOW))
    for path in ("/api/v1/search", "/api/v1/export.csv", "/feed.atom", "/healthz"):
        response = api.get(path)
        assert response.status_code == 503
        assert response.json()["error"]["code"] == "unavailable"
        assert "retry-after" in response.headers
    assert api.get("/").status_code == 503
    ready = api.get("/readyz")
    assert (ready.status_code, ready.json()) == (503, {"status": "away", "index": False})
    # A restart would not bring the index back.
    assert api.get("/livez").json() == {"status": "ok"}


def test_a_store_that_is_away_makes_the_server_unready_but_not_dead(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/veille.db")
    with indexed(shelf()[:1], tmp_path) as backend:
        api = client(create_app(backend, store, now=lambda: NOW))
        assert asked(api, "/readyz") == {"status": "ok", "index": True, "store": True}
        with sqlite3.connect(tmp_path / "veille.db") as database:
            database.execute("ALTER TABLE outbox RENAME TO elsewhere")
        ready = api.get("/readyz")
        assert ready.status_code == 503
        assert ready.json() == {"status": "away", "index": True, "store": False}
        assert asked(api, "/livez") == {"status": "ok"}
    store.close()


def test_the_head_of_an_answer_can_be_asked_for(api: TestClient) -> None:
    for path in ("/", "/healthz", "/api/v1/search", "/static/page.css"):
        response = api.head(path)
        assert response.status_code == 200
        assert response.content == b""
        assert int(response.headers["content-length"]) > 0


def test_health_says_what_waits_for_the_index(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/veille.db")
    with indexed(shelf()[:1], tmp_path) as backend:
        assert (
            asked(client(create_app(backend, store, now=lambda: NOW)), "/healthz")["waiting"] == 0
        )
    store.close()


def test_health_says_how_many_articles_there_are(api: TestClient) -> None:
    assert asked(api, "/healthz") == {"status": "ok", "index": "embedded", "articles": ALL}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("path", "step"), [("/api/v1/search", 1), ("/", 4), ("/feed.atom", 8), ("/api/v1/timeline", 8)]
)
def test_hostile_queries_are_answered_or_refused(
    api: TestClient, shared: Path, path: str, step: int
) -> None:
    hostile = json.loads((shared / "hostile/generated/hostile_queries.json").read_text())["queries"]
    naughty = json.loads((shared / "hostile/strings/blns/blns.json").read_text())
    for query in [*hostile, *naughty[::step]]:
        if len(quote(query)) > LONGEST_ADDRESS:
            continue
        response = api.get(path, params={"q": query})
        assert response.status_code in (200, 400), query[:100]
        if response.status_code == 400 and path != "/":
            assert response.json()["error"]["message"]


@pytest.mark.shared
def test_hostile_parameters_are_answered_or_refused(api: TestClient, shared: Path) -> None:
    hostile = json.loads((shared / "hostile/generated/hostile_params.json").read_text())
    naughty = json.loads((shared / "hostile/strings/blns/blns.json").read_text())
    names = [
        "topic",
        "place",
        "source",
        "language",
        "section",
        "author",
        "agency",
        "collection",
        "cursor",
        "facets",
    ]
    names += ["tz", "from", "to", "sort"]
    tries = [{"limit": str(size), "cursor": str(page)} for page, size in hostile["page/size"]]
    tries += [{name: date} for date in hostile["dates"] for name in ("from", "to")]
    tries += [{names[at % len(names)]: value} for at, value in enumerate(naughty)]
    for at, params in enumerate(tries):
        response = api.get("/api/v1/search" if at % 3 else "/", params=params)
        assert response.status_code in (200, 400), params
    assert asked(api, "/api/v1/search")["total"] == ALL


def test_parameters_of_the_wrong_kind_raise_query_errors_for_commands() -> None:
    with pytest.raises(QueryError):
        search_of(SearchParams(q="("), NOW)
    with pytest.raises(ValueError, match="from"):
        search_of(SearchParams(**{"from": "yesterday"}), NOW)


def test_hints_stand_beside_the_answer(api: TestClient) -> None:
    body = asked(api, "/api/v1/search", {"q": "armée ou village", "ui": "fr"})
    [hint] = body["hints"]
    assert (hint["code"], hint["position"], hint["instead"]) == (
        "looks_like_or",
        6,
        "armée OR village",
    )
    assert hint["message"].startswith("« ou »")
    assert asked(api, "/api/v1/parse", {"q": "armée ou village", "ui": "fr"})["hints"] == [hint]
    assert asked(api, "/api/v1/search", {"q": "armée OR village"})["hints"] == []


def test_a_date_that_may_be_two_is_read_by_the_reader_s_language(api: TestClient) -> None:
    french = {"from": "11/10/2026", "to": "11/10/2026", "ui": "fr"}
    iso = {"from": "2026-10-11", "to": "2026-10-11"}
    totals = [asked(api, "/api/v1/search", params)["total"] for params in (french, iso)]
    assert totals[0] == totals[1]
    refused = api.get("/api/v1/search", params={"from": "11/10/2026"})
    error = refused.json()["error"]
    assert (refused.status_code, error["parameter"]) == (400, "from")
    assert "2026-10-11" in error["message"]
    assert "2026-11-10" in error["message"]

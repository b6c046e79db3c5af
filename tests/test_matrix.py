"""Matches by a field and over time: cells, rows and the timeline agree, on every backend."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from indexer.backend import Backend, Put
from indexer.query import Search
from search.app import create_app
from search.query import breakdown
from tests.support.backends import KINDS, OpenBackend
from tests.support.clock import NOW
from tests.support.shelf import client, shelf


@pytest.fixture(scope="module", params=KINDS)
def api(request: pytest.FixtureRequest, open_empty: OpenBackend) -> Iterator[TestClient]:
    backend: Backend = open_empty(request.param)
    backend.write([Put(article) for article in shelf()])
    backend.refresh()
    with client(create_app(backend, now=lambda: NOW)) as opened:
        yield opened


def asked(api: TestClient, **params: Any) -> Any:
    answer = api.get("/api/v1/matrix", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_row_is_a_value_and_a_column_a_step(api: TestClient) -> None:
    body = asked(api, field="language", interval="month", **{"from": "2026-10"})
    assert body["dates"] == ["2026-10-01", "2026-11-01"]
    assert [(row["value"], row["label"], row["count"], row["counts"]) for row in body["rows"]] == [
        ("en", "English", 34, [31, 3]),
        ("ar", "Arabic", 2, [0, 2]),
        ("fr", "French", 2, [0, 2]),
    ]
    assert body["total"] == 38


def test_rows_of_one_value_each_add_up_to_the_timeline(api: TestClient) -> None:
    params = {"q": "-note", "interval": "year"}
    body = asked(api, field="source", **params)
    timeline = api.get("/api/v1/timeline", params=params).json()
    assert body["dates"] == [bucket["date"] for bucket in timeline["buckets"]]
    assert [sum(cells) for cells in zip(*(row["counts"] for row in body["rows"]), strict=True)] == [
        bucket["count"] for bucket in timeline["buckets"]
    ]
    assert sum(row["undated"] for row in body["rows"]) == timeline["undated"] == 1
    assert all(sum(row["counts"]) + row["undated"] == row["count"] for row in body["rows"])


def test_folded_values_are_one_row(api: TestClient) -> None:
    body = asked(api, field="section", q="-note")
    assert {row["value"]: row["count"] for row in body["rows"]} == {
        "Proche-Orient": 4,
        "World": 4,
        "أخبار": 2,
    }


def test_a_search_narrowed_to_values_has_these_rows(api: TestClient) -> None:
    body = asked(api, field="place", place=["SY", "CH"])
    assert {row["value"]: row["count"] for row in body["rows"]} == {"SY": 4, "CH": 1}
    assert [row["value"] for row in asked(api, field="place", rows=2)["rows"]] == ["GB", "LB"]


def test_nothing_found_is_an_empty_matrix(api: TestClient) -> None:
    body = asked(api, q="nowhere")
    assert (body["dates"], body["rows"], body["total"]) == ([], [], 0)


@pytest.mark.parametrize(
    "params", [{"field": "title"}, {"rows": 0}, {"interval": "minute"}, {"tz": "Moon/Sea"}]
)
def test_what_is_no_matrix_is_refused(api: TestClient, params: dict[str, Any]) -> None:
    answer = api.get("/api/v1/matrix", params=params)
    assert answer.status_code == 400
    assert answer.json()["error"]["parameter"] in params


def test_too_many_columns_are_refused(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breakdown, "MAX_COLUMNS", 5)
    answer = api.get("/api/v1/matrix", params={"interval": "month", "from": "2026-01"})
    assert answer.status_code == 200
    assert (
        api.get("/api/v1/matrix", params={"interval": "week", "from": "2026-10"}).status_code == 400
    )


def test_blank_values_are_no_rows(backend: Backend) -> None:
    article = {
        "id": "blank",
        "url": "https://blank.example/1",
        "title": "Blank",
        "text": "Blank.",
        "source": "",
    }
    outcomes = backend.write(
        [Put({**article, "topics": ["", "sport"], "section": "", "agencies": []})]
    )
    assert [outcome.status for outcome in outcomes] == ["done"]
    backend.refresh()
    found = backend.search(Search(facets=("source", "topic", "section"))).facets
    assert {field: [count.value for count in counts] for field, counts in found.items()} == {
        "source": [],
        "topic": ["sport"],
        "section": [],
    }

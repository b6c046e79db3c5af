"""Words that set the matches apart: telling ones first, function words last, the same on every
backend.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from indexer.backend import Backend, Put
from indexer.query import Search
from search.app import create_app
from tests.support.backends import KINDS, OpenBackend
from tests.support.clock import NOW
from tests.support.shelf import client, shelf

PORTS = ("Tyre", "Haifa", "Sidon", "Acre")


def articles() -> list[dict[str, Any]]:
    """The shelf, forty notes on ports with cranes, and as many French ones, where "le" is everywhere."""
    notes = [
        {
            "id": f"port-{n}",
            "url": f"https://ports.example/{n}",
            "language": "en",
            "title": f"The port of {PORTS[n % 4]}",
            "text": "The crane of the port lifts the containers."
            if n % 2
            else "The ferry leaves the port at noon.",
        }
        for n in range(40)
    ]
    french = [
        {
            "id": f"quai-{n}",
            "url": f"https://ports.example/fr/{n}",
            "language": "fr",
            "title": "Le quai",
            "text": "Le marché et le pain." if n % 4 else "Le port et la Grève des dockers.",
        }
        for n in range(40)
    ]
    return [*shelf(), *notes, *french]


@pytest.fixture(scope="module", params=KINDS)
def index(request: pytest.FixtureRequest, open_empty: OpenBackend) -> Backend:
    backend = open_empty(request.param)
    backend.write([Put(article) for article in articles()])
    backend.refresh()
    return backend


@pytest.fixture(scope="module")
def api(index: Backend) -> Iterator[TestClient]:
    with client(create_app(index, now=lambda: NOW)) as opened:
        yield opened


def asked(api: TestClient, **params: Any) -> Any:
    answer = api.get("/api/v1/terms", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_telling_words_come_first_and_function_words_last(api: TestClient) -> None:
    body = asked(api, q="crane", size=50)
    named = [term["term"] for term in body["terms"]]
    assert body["sampled"] == 20
    assert {"containers", "lifts"} == set(named[:2])
    assert "the" not in [name.lower() for name in named[:5]]


def test_shares_are_those_of_the_articles_of_the_language(api: TestClient) -> None:
    body = asked(api, q="crane", size=50)
    containers = next(term for term in body["terms"] if term["term"] == "containers")
    english = sum(article["language"] == "en" for article in articles())
    assert containers["share"] == 1
    assert containers["elsewhere"] == pytest.approx(20 / english, abs=1e-6)
    assert containers["score"] == pytest.approx((1 - 20 / english) * english / 20, abs=1e-3)


def test_a_word_is_written_as_articles_write_it_and_measured_in_its_own_language(
    api: TestClient,
) -> None:
    terms = asked(api, q="dockers", language="fr")["terms"]
    assert terms[0]["term"] in {"Grève", "des", "la"}
    assert "Grève" in [term["term"] for term in terms]
    assert next(term["score"] for term in terms if term["term"] == "Le") < 0.1, (
        "nearly every French article has it"
    )


def test_the_query_s_own_words_are_left_out(api: TestClient) -> None:
    assert "crane" not in [term["term"] for term in asked(api, q="crane")["terms"]]
    assert asked(api, q="nowhere") == {"terms": [], "sampled": 0}
    assert len(asked(api, q="port", size=2)["terms"]) == 2


def test_frequencies_count_articles_with_a_word_in_title_or_text(index: Backend) -> None:
    assert index.frequencies(Search(), ["port", "crane", "tyre", "nowhere"]) == [51, 20, 10, 0]
    assert index.frequencies(Search(filters={"language": ("fr",)}), ["port", "greve"]) == [10, 10]
    assert index.frequencies(Search(), []) == []

"""Words that set the matches apart: telling ones first, function words last, the same on every
backend.
"""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from indexer.backend import Backend, Put
from indexer.query import Search
from search.app import create_app
from search.commands.terms import command
from search.query.significant_terms import log_likelihood
from tests.support.backends import KINDS, OpenBackend
from tests.support.clock import NOW
from tests.support.shelf import client, indexed, shelf

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


def test_shares_are_those_of_the_other_articles_of_the_language(api: TestClient) -> None:
    body = asked(api, q="containers", size=50)
    assert [term["term"] for term in body["terms"]][:2] == ["crane", "lifts"]
    crane = body["terms"][0]
    others = sum(article["language"] == "en" for article in articles()) - 20
    assert (crane["share"], crane["elsewhere"]) == (1, 0)
    rate = 20 / (20 + others)
    expected = 2 * (20 * math.log(1 / rate) + others * math.log(1 / (1 - rate)))
    assert crane["score"] == pytest.approx(expected, abs=0.01)


def test_every_word_that_is_told_is_twice_as_frequent_and_no_chance(api: TestClient) -> None:
    for query in ("containers", "ferry", "pain", "armée"):
        for term in asked(api, q=query, size=150)["terms"]:
            assert term["share"] >= 2 * term["elsewhere"]
            assert term["score"] >= 15.13


def test_what_matches_everything_is_set_apart_from_nothing(api: TestClient) -> None:
    assert asked(api)["terms"] == []


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [((10, 100), (10, 100), 0.0), ((0, 10), (0, 20), 0.0), ((20, 100), (10, 1_000), 63.2028)],
)
def test_the_measure(here: tuple[int, int], there: tuple[int, int], expected: float) -> None:
    assert log_likelihood(*here, *there) == pytest.approx(expected, abs=0.01)


def test_forms_of_the_query_s_words_are_left_out(api: TestClient) -> None:
    told = {term["term"] for term in asked(api, q="container", size=150)["terms"]}
    assert "crane" in told
    assert "containers" not in told


def test_a_word_is_written_as_articles_write_it_and_measured_in_its_own_language(
    api: TestClient,
) -> None:
    terms = asked(api, q="dockers", language="fr")["terms"]
    assert terms[0]["term"] in {"Grève", "des", "la"}
    assert "Grève" in [term["term"] for term in terms]
    assert "Le" not in [term["term"] for term in terms], "nearly every French article has it"


def test_the_query_s_own_words_are_left_out(api: TestClient) -> None:
    assert "crane" not in [term["term"] for term in asked(api, q="crane")["terms"]]
    assert asked(api, q="nowhere") == {"terms": [], "sampled": 0}
    assert len(asked(api, q="port", size=2)["terms"]) == 2


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_page_leads_to_the_matches_that_have_the_word(api: TestClient, language: str) -> None:
    results = api.get("/", params={"q": "containers", "ui": language}).text
    assert f'href="/terms?q=containers&amp;ui={language}"' in results
    page = api.get("/terms", params={"q": "containers", "ui": language})
    assert page.status_code == 200
    link = f'href="/?ui={language}&amp;q=%28containers%29+%22crane%22"'
    assert link in page.text
    assert api.get("/terms", params={"q": "(("}).status_code == 400
    assert api.get("/terms", params={"q": "nowhere", "ui": language}).status_code == 200


def test_the_command_prints_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api: TestClient
) -> None:
    monkeypatch.setenv("VEILLE_DATA", str(tmp_path))
    with indexed(articles(), tmp_path):
        pass
    runner = CliRunner()
    printed = runner.invoke(command, ["containers", "--size", "3", "--json"])
    assert json.loads(printed.output) == asked(api, q="containers", size=3)
    told = runner.invoke(command, ["containers", "--size", "3"])
    assert "crane  100% here, 0.0% elsewhere" in told.output


def test_frequencies_count_articles_with_a_word_in_title_or_text(index: Backend) -> None:
    assert index.frequencies(Search(), ["port", "crane", "tyre", "nowhere"]) == [51, 20, 10, 0]
    assert index.frequencies(Search(filters={"language": ("fr",)}), ["port", "greve"]) == [10, 10]
    assert index.frequencies(Search(), []) == []

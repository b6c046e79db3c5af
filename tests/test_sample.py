"""Random samples: the same articles for the same seed, on every backend, in every view."""

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from indexer.backend import Backend, Put
from indexer.query import Keyword, QueryError, Search
from indexer.query.sampling import draw
from search.app import create_app
from search.commands.search import command as search_command
from tests.support.backends import KINDS, OpenBackend
from tests.support.clock import NOW
from tests.support.shelf import client, shelf

ALL = {article["id"] for article in shelf()}


@pytest.fixture(scope="module", params=KINDS)
def index(request: pytest.FixtureRequest, open_empty: OpenBackend) -> Backend:
    backend = open_empty(request.param)
    backend.write([Put(article) for article in shelf()])
    backend.refresh()
    return backend


@pytest.fixture(scope="module")
def api(index: Backend) -> Iterator[TestClient]:
    with client(create_app(index, now=lambda: NOW)) as opened:
        yield opened


def ids(api: TestClient, **params: object) -> list[str]:
    answer = api.get("/api/v1/search", params={"limit": 1, **params})  # type: ignore[dict-item]
    assert answer.status_code == 200, answer.text
    return [article["id"] for article in answer.json()["articles"]]


def test_a_seed_draws_the_same_articles_on_every_backend(api: TestClient) -> None:
    assert ids(api, sample=5, seed=1) == ["fr-2", "note-22", "note-23", "note-10", "note-19"]
    assert ids(api, sample=5, seed=1) == ids(api, sample=5, seed=1, sort="oldest")


def test_seeds_draw_different_articles_and_in_the_end_all(api: TestClient) -> None:
    samples = [ids(api, sample=8, seed=seed) for seed in range(40)]
    assert all(len(set(sample)) == 8 for sample in samples)
    assert len({tuple(sample) for sample in samples}) == 40
    assert {name for sample in samples for name in sample} == ALL


def test_a_larger_sample_begins_with_the_smaller_one(api: TestClient) -> None:
    assert ids(api, sample=20, seed=3)[:7] == ids(api, sample=7, seed=3)
    assert set(ids(api, sample=1000, seed=3)) == ALL


def test_a_sample_is_of_the_matches_and_says_how_many_there_are(api: TestClient) -> None:
    body = api.get(
        "/api/v1/search", params={"q": "language:fr", "sample": 2, "facets": "language"}
    ).json()
    assert (body["total"], len(body["articles"]), body["cursor"]) == (4, 2, None)
    assert body["facets"]["language"][0]["count"] == 4
    assert all(article["id"].startswith("fr-") for article in body["articles"])


def test_exports_write_the_same_sample(api: TestClient) -> None:
    lines = api.get("/api/v1/export.jsonl", params={"sample": 6, "seed": 9}).text.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ids(api, sample=6, seed=9)


@pytest.mark.parametrize(
    "params", [{"sample": 0}, {"sample": 1_001}, {"seed": -1}, {"sample": 2, "cursor": "abc"}]
)
def test_what_cannot_be_drawn_is_refused(api: TestClient, params: dict[str, object]) -> None:
    answer = api.get("/api/v1/search", params=params)  # type: ignore[arg-type]
    assert answer.status_code == 400
    assert answer.json()["error"]["parameter"] in params


def test_a_backend_refuses_samples_out_of_range(index: Backend) -> None:
    for search in (Search(sample=10_001), Search(sample=1, seed=1 << 31)):
        with pytest.raises(QueryError):
            index.search(search)
    assert list(index.scan(Search(Keyword("language", "none"), sample=5))) == []


def test_every_article_is_drawn_about_as_often() -> None:
    ties = [n * 7_919 - (1 << 40) for n in range(50)]
    often = [0] * 50
    for seed in range(2_000):
        for at in draw(ties, 5, seed):
            often[at] += 1
    assert min(often) > 150
    assert max(often) < 250


def test_a_query_is_explained_on_the_command_line_as_by_the_api(api: TestClient) -> None:
    query = 'syrie -"match amical"'
    told = CliRunner().invoke(search_command, ["--explain", query])
    assert told.output.strip() == "articles that contain “syrie” and not exactly “match amical”"
    whole = json.loads(CliRunner().invoke(search_command, ["--explain", "--json", query]).output)
    assert whole == api.get("/api/v1/parse", params={"q": query}).json()

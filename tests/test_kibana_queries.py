"""What every panel, search and control would ask, asked: of a real index with the demo newsroom and
its crawls.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from crawler import demo
from crawler.demo.edition import Edition
from crawler.store import Store
from indexer.backend import Backend
from indexer.backends import open_backend
from indexer.kibana.objects import SavedObject
from indexer.kibana.pack import pack
from indexer.kibana.words import question
from search.query.request import SearchParams, answer, search_of
from tests.support.clock import machine_now
from tests.support.kibana import (
    Shown,
    aggregations,
    columns_of,
    fields_of,
    own_query,
    rows,
    shown,
    start_of,
    within,
)
from tests.support.newsroom import watching
from tests.support.replay import counts

pytestmark = [
    pytest.mark.elasticsearch,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("kibana"),
]

ALIAS = "veille-articles"
PANELS = list(shown(pack()))
CHARTS = [one for one in PANELS if one.object.type == "lens"]
SEARCHES = [one for one in PANELS if one.object.type == "search"]
OF_ARTICLES = [one for one in CHARTS if one.view["title"] == ALIAS]
FACETS = {
    "source": "source",
    "topics": "topic",
    "places": "place",
    "language": "language",
    "section": "section",
}
FACETS["agencies.name"] = "agency"
CHOICES = [{}, {"source": "calder"}, {"language": "fr"}, {"topics": "sport"}, {"places": "SY"}]
CHOICES.append({"language": "ar", "topics": "politics"})
NUMBERS = {"long", "integer", "double"}


@dataclass(frozen=True, slots=True)
class Newsdesk:
    """The demo newsroom, crawled into Elasticsearch at `now`; the pack over its indices."""

    now: datetime
    client: Elasticsearch
    backend: Backend
    store: Store
    alias: str
    known: dict[str, dict[str, str]] = field(default_factory=dict)

    def index(self, one: Shown) -> str:
        return str(one.view["title"]).replace(ALIAS, self.alias)

    def ask(self, one: Shown, body: dict[str, Any], *chosen: dict[str, Any]) -> Any:
        query = within(one, self.now, *chosen)
        return self.client.search(index=self.index(one), query=query, track_total_hits=True, **body)

    def api(self, one: Shown | None, chosen: dict[str, str]) -> dict[str, Any]:
        """What the API answers for the same filter; `published` is looked at since the panel's own time."""
        known = SearchParams(limit=1, facets=tuple(FACETS.values()), facet_size=100).model_copy(
            update=self.params(one, chosen)
        )
        return answer(self.backend, search_of(known, self.now))

    def params(self, one: Shown | None, chosen: dict[str, str]) -> dict[str, Any]:
        params: dict[str, Any] = {FACETS[field]: (value,) for field, value in chosen.items()}
        if one and one.view["timeFieldName"] == "calendar":
            params["from_"] = start_of(one.since, self.now).isoformat()
        return params

    def types(self, one: Shown) -> dict[str, str]:
        """The type of each field of the panel's index, by its whole name."""
        index = self.index(one)
        if index not in self.known:
            found = self.client.field_caps(index=index, fields="*")["fields"]
            self.known[index] = {name: next(iter(types)) for name, types in found.items()}
        return self.known[index]


@pytest.fixture(scope="module")
def desk(
    new_index: Callable[[], str], elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Newsdesk]:
    folder, index = tmp_path_factory.mktemp("desk"), new_index()
    crawled(folder, index)
    alias = index.rpartition("/")[2]
    store = Store(f"sqlite:///{folder / 'data' / 'veille.sqlite'}")
    backend = open_backend(index, folder, environment={})
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.refresh(index=f"{alias}*")
        yield Newsdesk(machine_now(), client, backend, store, alias)
        client.indices.delete(index=list(client.indices.get_alias(name=f"{alias}-crawls")))
    backend.close()
    store.close()


def crawled(folder: Path, index: str) -> None:
    """Two crawls: between them one article comes out, and a feed disappears."""
    with demo.serve(machine_now()) as sites:
        env = watching(sites, folder, index)
        edition = sites.editions["calder"]
        withheld = edition.pieces.pop(0)
        again(edition)
        assert counts(env)["indexed"] > 30
        out = machine_now() - timedelta(minutes=3)
        edition.pieces.insert(0, replace(withheld, published=out, modified=out))
        again(edition)
        del edition.answers["/feed.xml"]
        assert counts(env, "calder")["new"] == 1


def again(edition: Edition) -> None:
    edition.answers.clear()
    edition.site.publish(edition)


def picked(chosen: dict[str, str]) -> list[dict[str, Any]]:
    return [{"term": {field: value}} for field, value in chosen.items()]


def the_id(one: Any) -> str:
    return one.id if isinstance(one, Shown) else str(one)


@pytest.mark.parametrize("one", CHARTS, ids=the_id)
def test_a_chart_asks_fields_that_are_there_and_finds_something(desk: Newsdesk, one: Shown) -> None:
    types = desk.types(one)
    for column in columns_of(one.object).values():
        match column["operationType"], column["dataType"]:
            case "count", _:
                assert column["sourceField"] == "___records___"
            case (("terms" | "unique_count"), _):
                assert types[column["sourceField"]] in {"keyword", "boolean"}
            case ("date_histogram", _) | ("max", "date"):
                assert types[column["sourceField"]] == "date"
            case _:
                assert types[column["sourceField"]] in NUMBERS
        assert fields_of(column.get("filter", {}).get("query", "")) <= set(types)
    assert fields_of(own_query(one.object)) <= set(types)
    found = desk.ask(one, {"size": 0, "aggs": aggregations(one.object)})
    table = rows(one.object, found.get("aggregations", {}), found["hits"]["total"]["value"])
    figures = [name for name, column in columns_of(one.object).items() if not column["isBucketed"]]
    for name in figures:
        assert any(row[name] for row in table), f"{name} is empty"


@pytest.mark.parametrize("chosen", CHOICES, ids=json.dumps)
@pytest.mark.parametrize("one", OF_ARTICLES, ids=the_id)
def test_an_article_chart_counts_what_the_api_counts(
    desk: Newsdesk, one: Shown, chosen: dict[str, str]
) -> None:
    columns, api = columns_of(one.object), desk.api(one, chosen)
    found = desk.ask(one, {"size": 0, "aggs": aggregations(one.object)}, *picked(chosen))
    assert found["hits"]["total"]["value"] == api["total"]
    buckets = [(name, column) for name, column in columns.items() if column["isBucketed"]]
    if not buckets or "count" not in columns or buckets[0][1]["sourceField"] not in FACETS:
        return
    name, column = buckets[0]
    field, drawn = column["sourceField"], Counter[str]()
    for row in rows(one.object, found["aggregations"], 0):
        drawn[row[name]] += row["count"]
    if field in chosen:  # a facet of the API leaves its own selection out
        assert drawn[chosen[field]] == api["total"]
        return
    expected = {count["value"]: count["count"] for count in api["facets"][FACETS[field]]}
    assert sorted(drawn.values()) == sorted(
        sorted(expected.values(), reverse=True)[: column["params"]["size"]]
    )
    assert drawn.items() <= expected.items()


@pytest.mark.parametrize("one", SEARCHES, ids=the_id)
def test_a_search_shows_fields_that_are_there_and_finds_something(
    desk: Newsdesk, one: Shown
) -> None:
    attributes, types = one.object.attributes, desk.types(one)
    ((newest, _),) = attributes["sort"]
    assert types[newest] == "date"
    assert set(attributes["columns"]) | fields_of(own_query(one.object)) <= set(types)
    body = {
        "size": 100,
        "fields": attributes["columns"],
        "source": False,
        "sort": [{newest: "desc"}],
    }
    hits = desk.ask(one, body)["hits"]["hits"]
    assert hits
    assert {name for hit in hits for name in hit["fields"]} == set(attributes["columns"])


@pytest.mark.parametrize("chosen", CHOICES, ids=json.dumps)
def test_a_search_finds_what_the_api_finds(desk: Newsdesk, chosen: dict[str, str]) -> None:
    totals = {
        one.object.id: (desk.ask(one, {"size": 0}, *picked(chosen))["hits"]["total"]["value"], one)
        for one in SEARCHES
        if one.view["title"] == ALIAS
    }
    total, latest = totals["veille-latest"]
    assert total == desk.api(latest, chosen)["total"]
    total, _ = totals["veille-undated"]
    search = search_of(SearchParams().model_copy(update=desk.params(None, chosen)), desk.now)
    assert total == desk.backend.timeline(search).undated


@pytest.mark.parametrize("board", [one for one in pack() if one.type == "dashboard"], ids=the_id)
def test_a_control_lists_the_values_of_its_field(desk: Newsdesk, board: SavedObject) -> None:
    one = next(panel for panel in PANELS if panel.board == board.id and panel.object.type == "lens")
    types = desk.types(one)
    for control in json.loads(board.attributes["controlGroupInput"]["panelsJSON"]).values():
        field = control["explicitInput"]["fieldName"]
        assert types[field] == "keyword"
        found = desk.client.search(
            index=desk.index(one), size=0, aggs={"values": {"terms": {"field": field}}}
        )
        assert found["aggregations"]["values"]["buckets"]


def test_words_set_a_topic_apart(desk: Newsdesk) -> None:
    (one,) = [panel for panel in PANELS if panel.object.type == "visualization"]
    spec = json.loads(json.loads(one.object.attributes["visState"])["params"]["spec"])
    asked = spec["data"]["url"]
    assert asked["body"] == question()
    assert (asked["%context%"], asked["%timefield%"], asked["index"]) == (True, "calendar", ALIAS)
    types = desk.types(one)
    found = desk.ask(one, asked["body"], {"term": {"topics": "conflict, war and peace"}})[
        "aggregations"
    ]
    words = {
        code: [word["key"] for word in part["sample"]["words"]["buckets"]]
        for code, part in found.items()
    }
    assert words["fr"]
    assert {f"text.{code}" for code in words} <= set(types)
    assert set(spec["transform"][0]["fold"]) == {f"{code}.sample.words.buckets" for code in words}


def test_watching_counts_what_the_store_knows(desk: Newsdesk) -> None:
    figures = {}
    for one in CHARTS:
        if one.board == "veille-watching" and len(columns_of(one.object)) == 1:
            found = desk.ask(one, {"size": 0, "aggs": aggregations(one.object)})
            (row,) = rows(
                one.object, found.get("aggregations", {}), found["hits"]["total"]["value"]
            )
            figures[one.object.id.removeprefix("veille-watching-")] = next(iter(row.values()))
    with desk.store._engine.connect() as connection:
        crawls = connection.exec_driver_sql("SELECT count(*) FROM crawls").scalar_one()
        failed = connection.exec_driver_sql(
            "SELECT count(*) FROM visits WHERE outcome NOT IN ('read', 'same')"
        )
        articles = connection.exec_driver_sql("SELECT count(*) FROM articles").scalar_one()
        assert figures == {"crawls": crawls, "failures": failed.scalar_one(), "new": articles}
    assert desk.store.reports.waiting(10) == []


def test_the_lag_is_that_of_the_article_that_came_out(desk: Newsdesk) -> None:
    (one,) = [panel for panel in CHARTS if panel.object.id == "veille-watching-lag"]
    found = desk.ask(one, {"size": 10})["hits"]["hits"]
    (crawl,) = [hit["_source"] for hit in found]
    assert (crawl["source"], crawl["lag_articles"]) == ("calder", 1)
    assert 3 <= crawl["lag_minutes"] < 10

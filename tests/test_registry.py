"""The registry of fields and facets: what is made from it, and what is compared with it."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.testclient import TestClient

from crawler.article import Article
from indexer.backend import IndexUnavailable
from indexer.backends import open_backend
from indexer.document import fingerprint
from indexer.fields import (
    FACETS,
    FIELDS,
    FILTERS,
    counted,
    csv_columns,
    kibana_labels,
    origins_of_facts,
    page_facets,
    parameters,
)
from indexer.registry import Facet, Field, RegistryError, registry, same
from search.api.models import ArticleBody, with_fields
from search.app import create_app
from search.i18n.catalogue import check_messages, read_texts
from search.i18n.registry_messages import registry_messages, required_messages
from search.parse.explain import MESSAGES
from search.query.filters import with_filters
from search.query.request import MatchParams
from tests.support.clock import NOW
from tests.support.shelf import client, indexed, shelf

GENRE = Field("genre", "keyword", label="Genre", origin="section", csv=4_000, example="column")
FIELDS_AND_GENRE = registry(*FIELDS.values(), GENRE)
FACETS_AND_GENRE = registry(*FACETS.values(), Facet("genre", "genre", on_page=800, help="Help."))
TEXTS = read_texts()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with (
        indexed(shelf(), tmp_path_factory.mktemp("index")) as backend,
        client(create_app(backend, now=lambda: NOW)) as opened,
    ):
        yield opened


def test_a_new_field_is_in_each_list_that_is_made_from_the_registry() -> None:
    class Body(BaseModel):
        id: str

    body = with_fields(Body, FIELDS_AND_GENRE)
    schema = body.model_json_schema()
    assert set(schema["properties"]) == {*FIELDS, "genre"}
    assert schema["examples"][0]["genre"] == GENRE.example
    assert csv_columns({}, FIELDS_AND_GENRE)[-1] == "genre"
    assert kibana_labels(FIELDS_AND_GENRE)["genre"] == "Genre"
    assert list(origins_of_facts(FIELDS_AND_GENRE))[-1] == "genre"
    assert registry_messages(FIELDS_AND_GENRE)["name_genre"] == "Genre"


def test_a_new_facet_is_in_each_list_that_is_made_from_the_registry() -> None:
    class Params(BaseModel):
        q: str = ""

    params = with_filters(Params, FACETS_AND_GENRE)
    assert params.model_fields["genre"].description == "Help."
    assert params.model_validate({"genre": ["a", "b"]}).model_dump()["genre"] == ("a", "b")
    assert parameters(FACETS_AND_GENRE)[-1] == "genre"
    assert counted(FACETS_AND_GENRE)[-1] == "genre"
    assert page_facets(FACETS_AND_GENRE)[-1] == "genre"
    messages = registry_messages(FIELDS_AND_GENRE, FACETS_AND_GENRE)
    assert messages["facet_genre"] == "Genre"
    assert messages["told_genre"].format(value="column") == "with column as genre"
    assert {"find_genre", "all_genre"} <= set(messages)


def test_a_list_that_lacks_a_field_or_has_one_too_many_is_named() -> None:
    same("the same list", FIELDS, FIELDS)
    with pytest.raises(RegistryError, match=r"Article: missing \['genre'\], unknown \[\]"):
        same("Article", (row.name for row in dataclasses.fields(Article)), FIELDS_AND_GENRE)
    with pytest.raises(RegistryError, match=r"missing \[\], unknown \['mood'\]"):
        same("Article", [*FIELDS, "mood"], FIELDS)


def test_a_name_or_a_place_that_comes_twice_is_an_error() -> None:
    with pytest.raises(RegistryError, match="'id' twice"):
        registry(Field("id", "keyword"), Field("id", "keyword"))
    with pytest.raises(RegistryError, match="title and watched have the same place"):
        csv_columns({"watched": FIELDS["title"].csv or 0})


def test_what_people_see_is_no_part_of_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint()
    renamed = dataclasses.replace(FIELDS["gone"], label="Lost", origin="own", csv=4_000, shown=800)
    monkeypatch.setitem(FIELDS, "gone", renamed)
    assert fingerprint() == before
    monkeypatch.setitem(FIELDS, "gone", dataclasses.replace(renamed, folded=True))
    assert fingerprint() != before


def test_every_language_tells_every_field_and_facet() -> None:
    keys = {*registry_messages(), *required_messages(), *MESSAGES}
    for texts in TEXTS.values():
        assert texts.missing(keys) == []
        assert [key for key in keys if not texts.catalogue.gettext(key)] == []


def test_catalogues_name_no_field_or_facet_that_is_gone() -> None:
    named = {key for key in TEXTS["en"].keys if key.startswith(("name_", "told_"))}
    assert named <= {*registry_messages(), *MESSAGES}


def test_a_message_that_no_catalogue_has_is_told_before_a_page_needs_it() -> None:
    check_messages(TEXTS, MESSAGES)
    with pytest.raises(RegistryError, match=r"en\.po lacks told_xyz"):
        check_messages(TEXTS, [*MESSAGES, "told_xyz"])


def test_an_embedded_index_that_lacks_a_facet_asks_to_be_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with indexed(shelf()[:3], tmp_path):
        pass
    monkeypatch.setitem(FILTERS, "genre", FIELDS["tags"])
    opened = open_backend("embedded", tmp_path, writer=True)
    with pytest.raises(IndexUnavailable, match="veille reindex"):
        opened.setup()
    opened.renew()
    opened.setup()
    assert opened.count() == 0
    opened.close()


def test_the_api_describes_every_field_and_takes_every_filter() -> None:
    assert set(ArticleBody.model_fields) == set(FIELDS)
    assert set(parameters()) <= set(MatchParams.model_fields)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"country": "LB"}, {"country:LB"}),
        ({"country": "Liban"}, {"country:LB"}),
        ({"attribution": "Reuters"}, {"attribution:Reuters"}),
    ],
)
def test_country_and_attribution_are_parameters_like_their_query_fields(
    page: TestClient, query: dict[str, Any], expected: set[str]
) -> None:
    [typed] = expected
    by_parameter = page.get("/api/v1/search", params={**query, "facets": "country"})
    by_query = page.get("/api/v1/search", params={"q": typed, "facets": "country"})
    assert by_parameter.status_code == 200
    assert by_parameter.json()["total"] == by_query.json()["total"]


def test_an_unknown_country_is_refused_as_an_unknown_place_is(page: TestClient) -> None:
    answer = page.get("/api/v1/search", params={"country": "Atlantis"})
    assert answer.status_code == 400
    assert "There is no place Atlantis" in answer.json()["error"]["message"]


@pytest.mark.parametrize("name", parameters())
@pytest.mark.parametrize("ui", TEXTS)
def test_each_filter_has_a_page_of_its_values_in_each_language(
    page: TestClient, name: str, ui: str
) -> None:
    assert page.get(f"/facet/{name}", params={"ui": ui}).status_code == 200

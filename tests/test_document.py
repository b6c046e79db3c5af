"""The table of fields: every field of an article is in it, and documents come back as they went in."""

import dataclasses
from datetime import UTC, datetime
from typing import get_args

import pytest

from crawler.article import Article
from indexer import document
from indexer.analysis import analyzers
from indexer.dating import DateColumn, dated, point
from indexer.document import checked, from_source, mapping, names, tie, to_source
from indexer.fields import FIELDS, FILTERS
from indexer.registry import Field

ARTICLE = Article(
    url="https://news.example/1",
    title="L’armée",
    text="Les évacués.",
    id="1",
    language="fr",
    topics=("a", "b"),
    published=datetime(2017, 8, 26, 12, 30, tzinfo=UTC),
    published_precision="minute",
    agencies=({"name": "AFP", "evidence": "Source : AFP"},),
)


def test_the_table_holds_every_field_of_an_article() -> None:
    assert set(FIELDS) == {field.name for field in dataclasses.fields(Article)}


def test_an_article_fits() -> None:
    assert checked(ARTICLE.to_dict()) == ARTICLE.to_dict()


def test_an_article_comes_back() -> None:
    values = checked(ARTICLE.to_dict())
    assert from_source(to_source(values)) == values


@pytest.mark.parametrize(
    ("language", "below"), [("fr", "fr"), ("fr-BE", "fr"), ("xx", "und"), (None, "und")]
)
def test_only_the_articles_own_language_is_filled(language: str | None, below: str) -> None:
    source = to_source({"id": "1", "title": "T", "text": "X", "language": language})
    assert (source["title"], source["text"]) == ({below: "T"}, {below: "X"})


def test_the_mapping_is_strict_and_complete() -> None:
    made = mapping()
    assert made["dynamic"] == "strict"
    assert set(made["properties"]) == {
        *FIELDS,
        *get_args(DateColumn),
        "title_exact",
        "text_exact",
        "title_terms",
        "text_terms",
        "author_terms",
        "title_zone",
        "lead_zone",
        "text_zone",
        "tie",
    }
    assert set(made["properties"]["text"]["properties"]) == {*analyzers.LANGUAGES, "und"}
    for code, field in made["properties"]["text"]["properties"].items():
        assert field["copy_to"] == ["text_exact"]
        assert field["analyzer"] == "exact", code
    assert (
        made["properties"]["agencies"]["properties"]["name"]["fields"]["key"]["normalizer"] == "key"
    )


def test_the_fingerprint_follows_the_table_and_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    before = document.fingerprint()
    monkeypatch.setattr(analyzers, "VERSION", analyzers.VERSION + 1)
    assert document.fingerprint() != before
    monkeypatch.undo()
    monkeypatch.setitem(FIELDS, "mood", Field("mood", "keyword"))
    assert document.fingerprint() != before


@pytest.mark.parametrize(
    ("published", "milliseconds"),
    [
        (None, None),
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00", 0),
        ("1970-01-01", 0),
        ("1970-01-01T02:00:00+02:00", 0),
        ("1969-12-31T23:59:59.999+00:00", -1),
        ("2017-08-26T12:30:00.123456+03:00", 1503739800123),
    ],
)
def test_the_date_point(published: str | None, milliseconds: int | None) -> None:
    assert point({"published": published}) == milliseconds


def test_bounds_fall_back_to_the_date_point() -> None:
    known = {"published": "1970-01-01T00:00:01Z"}
    moment = {"instant": 1_000, "earliest": 1_000, "latest": 1_000, "calendar": 1_000}
    assert dated(known) == moment
    bounded = {**known, "published_earliest": "1970-01-01T00:00:00Z"}
    assert dated(bounded) == {**moment, "earliest": 0}
    assert dated({"published_latest": "1970-01-01T00:00:02Z"}) == {"latest": 2_000}


@pytest.mark.parametrize("precision", ["day", "week", "month", "year"])
@pytest.mark.parametrize("offset", ["Z", "+02:00", "-05:00", "+14:00"])
def test_a_civil_date_is_what_its_calendar_shows(precision: str, offset: str) -> None:
    document = {
        "published": f"1970-01-02T00:30:00{offset}",
        "published_precision": precision,
        "published_latest": f"1970-01-02T23:59:59{offset}",
    }
    day = 86_400_000
    assert dated(document) == {
        "civil": day,
        "civil_earliest": day,
        "civil_latest": 2 * day - 1_000,
        "calendar": day + 11 * 3_600_000,
    }


def test_names_are_those_that_filters_see() -> None:
    found = {
        "authors": ["A", "A", "", "x" * 513, "😀" * 256],
        "agencies": [{"name": "AFP", "evidence": "e"}],
    }
    assert names(found, FILTERS["author"]) == ["A", "😀" * 256]
    assert names(found, FILTERS["agency"]) == ["AFP"]
    assert names(found, FILTERS["topic"]) == []


def test_tie_breakers_differ_and_last() -> None:
    ties = {tie(str(number)) for number in range(10_000)}
    assert len(ties) == 10_000
    assert all(-(1 << 63) <= number < 1 << 63 for number in ties)
    assert tie("fr-armee") == -3844464661381548402

"""What an answer offers where few or no articles match: softer matches and other spellings."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from search.app import create_app
from tests.support.shelf import client, indexed

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ARTICLES: Mapping[str, tuple[str, str]] = {
    "quay": ("en", "Quay crane strike: the crane of the quay stands still."),
    "crane": ("en", "A crane was sold to Tarvenholm."),
    "bread": ("en", "Bakers raise prices in Tarvenholm."),
    "maire": ("fr", "Grégoire Vauquelour a inauguré le pont."),
    "pont": ("fr", "Vauquelour défend le pont et la digue."),
    "arabic": ("ar", "استقبل الوزير قرمناز وفدا."),
    "russian": ("ru", "Городничев открыл музей."),
    **{f"ferry-{number}": ("en", "Ferry line opens.") for number in range(12)},
    "ferry-closed": ("en", "The ferry pier is closed."),
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder: Path = tmp_path_factory.mktemp("offers")
    documents = [
        {
            "id": name,
            "url": f"https://paper.example/{name}",
            "source": "paper" if language == "en" else "journal",
            "language": language,
            "title": name,
            "text": text,
        }
        for name, (language, text) in ARTICLES.items()
    ]
    with indexed(documents, folder) as backend:
        api = client(create_app(backend, now=lambda: NOW))

        def answer(q: str, **params: str) -> Any:
            reply = api.get("/api/v1/search", params={"q": q, **params})
            assert reply.status_code == 200, reply.text
            return reply.json()

        yield answer


@pytest.mark.parametrize(
    ("query", "spelling", "total"),
    [
        ("Vauquelur", "Vauquelour", 2),  # a letter left out
        ("Vauqueelour", "Vauquelour", 2),  # a letter too many
        ("Vauqelour pont", "Vauquelour pont", 2),
        ("Vuaquelour", "Vauquelour", 2),  # two letters swapped
        ("Tarvenhulm", "Tarvenholm", 2),  # another letter
        ('"défend le ponf"', '"défend le pont"', 1),
        ("قرمناس", "قرمناز", 1),
        ("Горадничев", "Городничев", 1),
        ("text:Vauquelur", "text:Vauquelour", 2),
    ],
)
def test_another_spelling_is_offered_with_what_it_finds(
    ask: Any, query: str, spelling: str, total: int
) -> None:
    body = ask(query)
    assert body["total"] == 0
    assert body["suggestions"][0] == {"query": spelling, "total": total}
    assert ask(spelling)["total"] == total


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ("Vauquelour", {}),  # is found
        ("xqzwvvk", {}),  # is near nothing
        ("cran", {"source": "journal"}),  # only elsewhere
        ("quya", {"source": "journal"}),
        ("pot", {}),  # too short to tell
        ("pont -Vauquelur -digue -inauguré", {}),  # what is excluded is not searched for
        ("author:Vauquelur", {}),
    ],
)
def test_nothing_is_offered_where_no_other_spelling_finds_anything(
    ask: Any, query: str, filters: Mapping[str, str]
) -> None:
    assert ask(query, **filters)["suggestions"] == []


@pytest.mark.parametrize(
    ("query", "total", "softer"),
    [
        ("quay crane strike today", 0, ["quay"]),
        ("quay crane", 1, ["crane"]),
        ("pont digue", 1, ["maire"]),
        ("crane bakers source:paper", 0, ["bread", "crane", "quay"]),
        ("crane bakers source:journal", 0, []),  # a source stays required
        ("ferry line", 12, []),  # enough have all
        ("quay AND crane", 1, []),
        ("(quay crane)", 1, []),
        ("quay crane -strike", 0, []),
        ("quay NEAR/5 crane", 1, []),
        ('"quay crane"', 1, []),
        ("quay", 1, []),
    ],
)
def test_articles_with_most_words_are_offered_and_not_counted(
    ask: Any, query: str, total: int, softer: list[str]
) -> None:
    body = ask(query, facets="source")
    assert body["total"] == total == sum(count["count"] for count in body["facets"]["source"])
    offered = (body["softer"] or {"articles": []})["articles"]
    assert sorted(article["id"] for article in offered) == softer


def test_a_long_page_is_filled_with_softer_matches(ask: Any) -> None:
    body = ask("ferry line", limit="50")
    assert body["total"] == 12
    assert [article["id"] for article in body["softer"]["articles"]] == ["ferry-closed"]
    assert ask("ferry line", limit="20")["softer"] is None


def test_an_answer_explains_its_scores_where_it_is_asked_to(ask: Any) -> None:
    body = ask("quay crane", explain="true")
    for article in (*body["articles"], *body["softer"]["articles"]):
        scores = [part["score"] for part in article["explanation"]]
        assert sum(scores) == pytest.approx(article["score"], rel=1e-4)
    kinds = {(part["kind"], part["zone"]) for part in body["articles"][0]["explanation"]}
    assert kinds == {("word", "title"), ("word", "lead"), ("word", "text"), ("close", None)}
    assert ask("quay crane", explain="true", sort="newest")["articles"][0]["explanation"] == []
    assert "explanation" not in ask("quay crane")["articles"][0]


def test_softer_matches_and_a_page_fit_into_the_limit(ask: Any) -> None:
    body = ask("quay crane", limit="1")
    assert (len(body["articles"]), body["softer"]) == (1, None)
    assert ask("ferry crane", limit="3")["softer"]["articles"][2:] != []

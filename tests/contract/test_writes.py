"""What becomes of what is written."""

from typing import Any

import pytest

from indexer.backend import Backend, Delete, Outcome, Put
from indexer.query import All, Keyword, Search, Word
from tests.contract.articles import article


def found(backend: Backend, search: Search | None = None) -> set[str]:
    backend.refresh()
    return {str(hit.article["id"]) for hit in backend.search(search or Search(limit=1_000)).hits}


def test_what_is_written_is_found(backend: Backend) -> None:
    assert backend.write([Put(article("a", "en", "One")), Put(article("b", "en", "Two"))]) == [
        Outcome("a", "done"),
        Outcome("b", "done"),
    ]
    assert found(backend) == {"a", "b"}
    assert backend.count() == 2


def test_an_empty_batch(backend: Backend) -> None:
    assert backend.write([]) == []
    assert found(backend) == set()


def test_a_later_write_replaces(backend: Backend) -> None:
    backend.write([Put(article("a", "en", "Old words", topics=["x"]))])
    backend.write([Put(article("a", "fr", "Nouveaux mots"))])
    assert found(backend) == {"a"}
    assert found(backend, Search(Word("old"))) == set()
    assert found(backend, Search(Word("mot"))) == {"a"}
    assert backend.search(Search(facets=("topic",))).facets["topic"] == []


def test_writing_twice_changes_nothing(backend: Backend) -> None:
    batch = [Put(article(str(number), "en", "Same")) for number in range(5)]
    first, second = backend.write(batch), backend.write(batch)
    assert first == second
    assert found(backend) == set("01234")
    assert backend.count() == 5


def test_delete(backend: Backend) -> None:
    backend.write([Put(article("a", "en", "One")), Put(article("b", "en", "Two"))])
    assert backend.write([Delete("a"), Delete("never there")]) == [
        Outcome("a", "done"),
        Outcome("never there", "done"),
    ]
    assert found(backend) == {"b"}
    assert backend.get(["a", "b"]).keys() == {"b"}


@pytest.mark.parametrize(
    ("operations", "left"),
    [
        ([Put(article("a", "en", "One")), Delete("a")], set()),
        ([Delete("a"), Put(article("a", "en", "One"))], {"a"}),
        ([Put(article("a", "en", "Old")), Put(article("a", "en", "One"))], {"a"}),
        ([Put(article("a", "en", "One")), Delete("a"), Put(article("a", "en", "One"))], {"a"}),
    ],
)
def test_operations_on_one_article_keep_their_order(
    backend: Backend, operations: list[Any], left: set[str]
) -> None:
    outcomes = backend.write(operations)
    assert [outcome.status for outcome in outcomes] == ["done"] * len(operations)
    assert found(backend, Search(Word("one"))) == left
    assert found(backend) == left


BAD: list[tuple[str, dict[str, Any]]] = [
    ("no id", {"title": "x"}),
    ("an empty id", article("", "en", "x")),
    ("an id of more than 512 bytes", article("é" * 257, "en", "x")),
    ("an unknown field", article("x", "en", "x", colour="red")),
    ("a date that is none", article("x", "en", "x", published="yesterday")),
    ("a day that is none", article("x", "en", "x", published="2026-02-31T00:00:00Z")),
    ("a date in another form", article("x", "en", "x", published="20260101")),
    ("a number for a title", article("x", "en", 5)),  # type: ignore[arg-type]
    ("a list for a title", article("x", "en", ["x"])),  # type: ignore[arg-type]
    ("text for a number", article("x", "en", "x", words="many")),
    ("too large a number", article("x", "en", "x", words=1 << 40)),
    ("text for a list", article("x", "en", "x", topics="one")),
    ("a list within a list", article("x", "en", "x", topics=[["one"]])),
    ("an object for a name", article("x", "en", "x", source={"a": 1})),
    ("an agency without a name", article("x", "en", "x", agencies=[{"evidence": "y"}])),
    ("an agency with more", article("x", "en", "x", agencies=[{"name": "y", "colour": "red"}])),
    ("an agency as text", article("x", "en", "x", agencies=["AFP"])),
    ("text for a flag", article("x", "en", "x", paywalled="maybe")),
]


@pytest.mark.parametrize("bad", [pytest.param(document, id=name) for name, document in BAD])
def test_a_bad_document_is_rejected_and_its_neighbours_are_not(
    backend: Backend, bad: dict[str, Any]
) -> None:
    bad = {"id": "", **bad}
    outcomes = backend.write(
        [Put(article("before", "en", "x")), Put(bad), Put(article("after", "en", "x"))]
    )
    assert [outcome.status for outcome in outcomes] == ["done", "rejected", "done"]
    assert outcomes[1].reason
    assert found(backend) == {"before", "after"}


ODD: list[tuple[str, dict[str, Any]]] = [
    ("only an id", {"id": "x"}),
    ("an id of 512 bytes", article("é" * 256, "en", "x")),
    ("an id with everything", article("a/b?c=d&e=\"f\" 'g' <h>\n\t\\ é 😀", "en", "x")),
    ("no title and text", article("x", "en", "")),
    (
        "nulls",
        {
            "id": "x",
            "title": None,
            "text": None,
            "topics": None,
            "published": None,
            "agencies": None,
        },
    ),
    ("empty lists", article("x", "en", "x", topics=[], authors=[], agencies=[], places=[])),
    ("a control character", article("x", "en", "a\x00b\x1fc", "\x0b")),
    ("a lone direction mark", article("x", "ar", "\u202b", "\u200f")),
    ("a word of 100,000 letters", article("x", "en", "a" * 100_000, "é" * 100_000)),
    (
        "a name of 100,000 letters",
        article("x", "en", "x", "y", section="s" * 100_000, authors=["a" * 100_000]),
    ),
    ("a name that folds longer", article("x", "en", "x", section="ﷺ" * 512, authors=["ﷺ" * 512])),
    ("a long address", {**article("x", "en", "x"), "url": "https://news.example/" + "é" * 7_900}),
    ("an unknown language", article("x", "xx-YY-variant", "x")),
    ("a far date", article("x", "en", "x", published="9999-12-31T23:59:59.999999+00:00")),
    ("an early date", article("x", "en", "x", published="0001-01-01T00:00:00+00:00")),
    ("a date without a zone", article("x", "en", "x", published="2024-01-01T00:00:00")),
    ("a million characters", article("x", "fr", "x", "Les évacués de l'armée. " * 42_000)),
    ("many values", article("x", "en", "x", topics=[str(number) for number in range(2_000)])),
    ("the same value twice", article("x", "en", "x", topics=["a", "a"], authors=["B", "b"])),
]


@pytest.mark.parametrize("odd", [pytest.param(document, id=name) for name, document in ODD])
def test_odd_documents_are_kept_whole(backend: Backend, odd: dict[str, Any]) -> None:
    (outcome,) = backend.write([Put(odd)])
    assert outcome == Outcome(odd["id"], "done")
    assert found(backend) == {odd["id"]}
    assert backend.get([odd["id"]]) == {odd["id"]: odd}


def test_lone_surrogates_become_replacement_characters(backend: Backend) -> None:
    assert backend.write([Put(article("x", "en", "a\ud800b"))])[0].status == "done"
    backend.refresh()
    assert backend.get(["x"])["x"]["title"] == "a\ufffdb"


def test_a_large_batch(backend: Backend) -> None:
    outcomes = backend.write([Put(article(f"n{number}", "en", "Many")) for number in range(3_000)])
    assert {outcome.status for outcome in outcomes} == {"done"}
    assert [outcome.id for outcome in outcomes] == [f"n{number}" for number in range(3_000)]
    backend.refresh()
    assert backend.count() == backend.search(Search(All(), limit=0)).total == 3_000


def test_setup_keeps_what_is_there(backend: Backend) -> None:
    backend.write([Put(article("a", "en", "One", section="S"))])
    backend.setup()
    assert found(backend, Search(Keyword("section", "s"))) == {"a"}

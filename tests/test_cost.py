"""What a search costs is bounded before it is asked, and loose words are found alike by both ways
of placing them.
"""

import random
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from indexer.backend import Backend, Put
from indexer.backends import open_backend
from indexer.backends.embedded import cost
from indexer.query import Near, Node, Or, Phrase, Prefix, Search, TooCostly, Word

LETTERS = "abcdefgh"


@pytest.fixture(scope="module")
def texts() -> list[list[str]]:
    """Short texts of a few words that come again and again."""
    pick = random.Random(7)
    return [[pick.choice(LETTERS) * 3 for _ in range(pick.randint(1, 22))] for _ in range(1_500)]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, texts: list[list[str]]) -> Iterator[Backend]:
    backend = open_backend("embedded", tmp_path_factory.mktemp("index"), writer=True)
    backend.setup()
    backend.write(
        [
            Put({"id": str(n), "url": "u", "title": "", "text": " ".join(text)})
            for n, text in enumerate(texts)
        ]
    )
    backend.refresh()
    yield backend
    backend.close()


def found(index: Backend, tree: Node) -> set[int]:
    return {int(str(document["id"])) for document in index.scan(Search(tree))}


@pytest.mark.parametrize("distance", [0, 1, 4, 9])
def test_two_words_near_each_other_are_found_wherever_they_stand(
    index: Backend, texts: list[list[str]], distance: int
) -> None:
    for left, right in product(["aaa", "bbb"], ["aaa", "ccc"]):
        expected = {
            n
            for n, text in enumerate(texts)
            for i, one in enumerate(text)
            for j, other in enumerate(text)
            if one == left and other == right and i != j and abs(i - j) - 1 <= distance
        }
        assert found(index, Near(Word(left), Word(right), distance)) == expected
        assert found(index, Near(Phrase(left), Word(right), distance)) == expected


@pytest.mark.parametrize("slop", [1, 2, 5, 30])
def test_a_loose_phrase_of_two_words_is_found_wherever_they_moved(
    index: Backend, texts: list[list[str]], slop: int
) -> None:
    expected = {
        n
        for n, text in enumerate(texts)
        for i, one in enumerate(text)
        for j, other in enumerate(text)
        if one == "aaa" and other == "bbb" and abs(j - 1 - i) <= slop
    }
    assert found(index, Phrase("aaa bbb", slop=slop)) == expected


@pytest.mark.parametrize(
    "tree",
    [
        Or(tuple(Phrase(f"{x * 3} {y * 3}") for x, y in product(LETTERS, LETTERS))),
        Near(Phrase("aaa bbb"), Phrase("ccc ddd"), 50),
        Phrase("aaa bbb ccc", slop=9),
        Or(tuple(Prefix(letter * 2) for letter in LETTERS)),
    ],
)
def test_what_costs_too_much_is_refused_before_it_is_asked(
    index: Backend, monkeypatch: pytest.MonkeyPatch, tree: Node
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(
            cost, "MAX_COST", 20_000
        )  # as if there were two hundred times as many articles
        with pytest.raises(TooCostly):
            index.search(Search(tree))
        assert index.search(Search(Near(Word("aaa"), Word("zzz"), 50))).total == 0, (
            "a rare word costs little"
        )
    assert index.search(Search(tree, limit=1)).total > 0


def test_a_folder_without_index_costs_nothing(tmp_path: Path) -> None:
    backend = open_backend("embedded", tmp_path, writer=True)
    backend.setup()
    assert backend.search(Search(Phrase("aaa bbb", slop=40))).total == 0
    backend.close()

"""Many searches against a few documents find what each finds among all."""

from dataclasses import replace

import pytest

from indexer.backend import Backend, Delete, Put
from indexer.query import All, And, Keyword, Near, Not, Phrase, QueryError, Search, Word
from tests.contract import test_dates, test_fields, test_words
from tests.contract.articles import ARTICLES

IDS = [str(article["id"]) for article in ARTICLES]
TREES = [
    tree
    for module in (test_words, test_fields, test_dates)
    for table in vars(module).values()
    if isinstance(table, list) and table and isinstance(table[0], tuple) and len(table[0]) == 3
    for _, tree, _ in table
]


def found(backend: Backend, search: Search) -> set[str]:
    return {str(hit.article["id"]) for hit in backend.search(replace(search, limit=1_000)).hits}


def test_every_query_of_the_contract_matches_what_it_finds(filled: Backend) -> None:
    assert len(TREES) > 100
    searches = [Search(tree) for tree in TREES]
    matched = filled.matching(searches, IDS)
    for search, ids in zip(searches, matched, strict=True):
        assert ids == found(filled, search), search.tree


def test_only_among_the_documents_named(filled: Backend) -> None:
    some = IDS[::2]
    for search in (Search(All()), Search(Word("armée")), Search(Not(Word("armée")))):
        [ids] = filled.matching([search], [*some, "missing", some[0]])
        assert ids == found(filled, search) & set(some)


def test_filters_and_dates_count(filled: Backend) -> None:
    search = Search(filters={"language": ("fr", "ar")})
    [ids] = filled.matching([search], IDS)
    assert ids == found(filled, search) != set()
    tree = And((Keyword("language", "fr"), Not(Word("armée"))))
    assert filled.matching([Search(tree)], IDS) == [found(filled, Search(tree))]


def test_a_search_that_can_t_be_asked_holds_up_no_other(filled: Backend) -> None:
    beside = Near(Phrase("a b", 3), Word("c"), 2)
    matched = filled.matching([Search(Word("armée")), Search(beside), Search(All())], IDS)
    assert [isinstance(one, QueryError) for one in matched] == [False, True, False]
    assert matched[2] == set(IDS)


def test_no_documents_and_no_searches(filled: Backend) -> None:
    assert filled.matching([Search(All())], []) == [set()]
    assert filled.matching([], IDS) == []


@pytest.mark.parametrize("count", [1_500])
def test_more_documents_than_a_page_holds(backend: Backend, count: int) -> None:
    backend.write(
        [Put({"id": f"n{number}", "title": "Same", "text": "words"}) for number in range(count)]
    )
    backend.refresh()
    ids = [f"n{number}" for number in range(count)]
    assert backend.matching([Search(Word("words"))], ids) == [set(ids)]
    backend.write([Delete("n0")])
    backend.refresh()
    assert backend.matching([Search(Word("words"))], ids[:2]) == [{"n1"}]

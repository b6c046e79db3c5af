"""Walking through all hits by cursor, while the index changes under the walker."""

import base64
import json
from collections.abc import Callable

import pytest

from indexer.backend import Backend, Put
from indexer.query import Keyword, QueryError, Search, Sort, Word
from tests.contract.articles import ALL, article

SORTS: list[Sort] = ["relevance", "newest", "oldest", "seen"]


def walked(
    backend: Backend, search: Search, between: Callable[[int], None] = lambda page: None
) -> list[str]:
    found: list[str] = []
    cursor = None
    for page in range(1_000):
        answer = backend.search(
            Search(search.tree, search.filters, sort=search.sort, limit=search.limit, cursor=cursor)
        )
        found += [str(hit.article["id"]) for hit in answer.hits]
        cursor = answer.cursor
        if cursor is None:
            return found
        between(page)
    raise AssertionError("the walk does not end")


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("limit", [1, 2, 5, 7, 29, 30, 31, 100])
def test_a_walk_meets_every_match_once(filled: Backend, sort: Sort, limit: int) -> None:
    met = walked(filled, Search(sort=sort, limit=limit))
    assert sorted(met) == sorted(ALL)


@pytest.mark.parametrize("sort", SORTS)
def test_pages_follow_the_order_of_one_long_page(filled: Backend, sort: Sort) -> None:
    assert walked(filled, Search(sort=sort, limit=4)) == walked(
        filled, Search(sort=sort, limit=1_000)
    )


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_both_backends_order_alike(filled: Backend, sort: Sort) -> None:
    """The order that indexer.document.tie gives, written down once for all backends."""
    from indexer.document import tie

    met = walked(filled, Search(Word("twin"), sort=sort, limit=5))
    assert met == sorted(met, key=tie)


@pytest.mark.parametrize("sort", SORTS)
def test_a_walk_with_filters(filled: Backend, sort: Sort) -> None:
    met = walked(filled, Search(filters={"language": ("en", "fr")}, sort=sort, limit=3))
    assert len(met) == len(set(met)) == 21


@pytest.mark.parametrize("sort", SORTS)
def test_a_walk_while_articles_arrive(backend: Backend, sort: Sort) -> None:
    def dated(number: int, day: int) -> Put:
        date = None if number % 10 == 0 else f"2024-01-{day:02}T12:00:00Z"
        return Put(
            article(f"a{number}", "en", "Same words", "The same words again.", published=date)
        )

    backend.write([dated(number, number % 20 + 1) for number in range(60)])
    backend.refresh()

    def arrive(page: int) -> None:
        backend.write([dated(1_000 + page * 10 + number, number * 3 + 1) for number in range(10)])
        backend.refresh()

    met = walked(
        backend,
        Search(Word("words"), sort=sort, limit=7),
        lambda page: arrive(page) if page < 6 else None,
    )
    assert len(met) == len(set(met)), "met twice"
    assert {f"a{number}" for number in range(60)} <= set(met), "missed"


def test_scan_meets_every_match_once(filled: Backend) -> None:
    assert sorted(str(document["id"]) for document in filled.scan(Search(limit=1))) == sorted(ALL)
    assert {str(document["id"]) for document in filled.scan(Search(Keyword("language", "ar")))} == {
        "ar-syria",
        "ar-city",
    }


@pytest.mark.slow
def test_scan_goes_past_ten_thousand(backend: Backend) -> None:
    many = [
        Put(article(f"n{number}", "en", "Many", published="2024-01-01T00:00:00Z"))
        for number in range(10_500)
    ]
    for begin in range(0, len(many), 2_000):
        backend.write(many[begin : begin + 2_000])
    backend.refresh()
    assert len({str(document["id"]) for document in backend.scan(Search())}) == 10_500
    assert backend.search(Search(Word("many"), limit=0)).total == 10_500
    met = walked(backend, Search(sort="newest", limit=3_000))
    assert len(met) == len(set(met)) == 10_500


FOREIGN = [
    "x",
    "é",
    "A" * 100_000,
    base64.urlsafe_b64encode(b"[]").decode(),
    base64.urlsafe_b64encode(b'{"a": 1}').decode(),
    base64.urlsafe_b64encode(json.dumps(["other newest", 1, 2]).encode()).decode(),
    base64.urlsafe_b64encode(b"[" * 5_000).decode(),
]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("cursor", FOREIGN, ids=range(len(FOREIGN)))
def test_foreign_cursors_are_refused(filled: Backend, sort: Sort, cursor: str) -> None:
    with pytest.raises(QueryError):
        filled.search(Search(sort=sort, cursor=cursor))


@pytest.mark.parametrize(
    "position",
    [
        [],
        [None],
        [1],
        ["a", "b"],
        [1, "b"],
        [1, 2, 3, 4],
        [[], {}],
        [True, False],
        [1e400, 2],
        [1 << 70, 5],
    ],
)
@pytest.mark.parametrize("sort", SORTS)
def test_forged_cursors_are_refused(filled: Backend, sort: Sort, position: list[object]) -> None:
    forged = base64.urlsafe_b64encode(
        json.dumps([f"{filled.name} {sort}", *position]).encode()
    ).decode()
    with pytest.raises(QueryError):
        filled.search(Search(sort=sort, cursor=forged))


def test_a_cursor_of_another_sort_is_refused(filled: Backend) -> None:
    cursor = filled.search(Search(sort="newest", limit=1)).cursor
    with pytest.raises(QueryError):
        filled.search(Search(sort="oldest", limit=1, cursor=cursor))

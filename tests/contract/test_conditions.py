"""What is kept of an article beside words, date and facets: found alike by every backend, and an
order by it.
"""

import pytest

from indexer.backend import Backend, Put
from indexer.query import Amount, Has, Moment, Node, Not, Search, Sort
from tests.contract.articles import article
from tests.contract.cases import Case, cases, moment

KEPT = [
    article(
        "early",
        "en",
        "Harbour wall",
        first_seen="2026-11-01T08:00:00+00:00",
        added="2026-11-20T08:00:00+00:00",
        published="2026-11-01T07:00:00+00:00",
        published_precision="minute",
        words=120,
        revision=3,
        tags=["Ports", "Élus"],
        authors=["Mona Karam"],
    ),
    article(
        "late",
        "fr",
        "Mur du port",
        first_seen="2026-11-18T08:00:00+02:00",
        added="2026-11-18T06:05:00+00:00",
        gone="2026-11-21T10:00:00+00:00",
        paywalled=True,
        words=800,
        revision=1,
        authors=[""],
    ),
    article("bare", "ar", "جدار الميناء"),
]


@pytest.fixture
def kept(backend: Backend) -> Backend:
    backend.write([Put(document) for document in KEPT])
    backend.refresh()
    return backend


CASES: list[Case] = [
    ("seen from", Moment("first_seen", start=moment("2026-11-18T06:00")), "late"),
    ("seen until", Moment("first_seen", end=moment("2026-11-18T06:00")), "early"),
    ("seen in nothing", Moment("first_seen", moment("2026-11-18"), moment("2026-11-18")), ""),
    ("not seen from", Not(Moment("first_seen", start=moment("2026-11-18"))), "early bare"),
    ("added in a day", Moment("added", moment("2026-11-20"), moment("2026-11-21")), "early"),
    ("gone", Has("gone"), "late"),
    ("gone in a day", Moment("gone", moment("2026-11-21"), moment("2026-11-22")), "late"),
    ("not gone", Not(Has("gone")), "early bare"),
    ("paywalled", Has("paywalled"), "late"),
    ("not paywalled", Not(Has("paywalled")), "early bare"),
    ("edited", Amount("revision", least=2), "early"),
    ("words at least", Amount("words", least=120), "early late"),
    ("words at most", Amount("words", most=120), "early"),
    ("words between", Amount("words", 121, 799), ""),
    ("dated", Has("published"), "early"),
    ("with a keyword", Has("keyword"), "early"),
    ("a blank author is none", Has("author"), "early"),
]


@cases(CASES)
def test_conditions_find(kept: Backend, tree: Node, expected: set[str]) -> None:
    in_the_query = kept.search(Search(tree))
    assert {str(hit.article["id"]) for hit in in_the_query.hits} == expected
    beside_it = kept.search(Search(conditions=(tree,)))
    assert {str(hit.article["id"]) for hit in beside_it.hits} == expected
    assert beside_it.total == len(expected)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("seen", ["late", "early", "bare"]), ("added", ["early", "late", "bare"])],
)
def test_hits_by_arrival(kept: Backend, sort: Sort, expected: list[str]) -> None:
    found: list[str] = []
    cursor = None
    while cursor is not None or not found:
        page = kept.search(Search(sort=sort, limit=1, cursor=cursor))
        found += [str(hit.article["id"]) for hit in page.hits]
        cursor = page.cursor
    assert found == expected

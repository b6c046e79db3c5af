"""How matches are counted by the values of a field."""

import pytest

from indexer.backend import Backend
from indexer.query import All, And, Count, Keyword, Node, Search, Word
from tests.contract.articles import HEALTH, POLITICS, SPORT, WAR

CULTURE = "arts, culture, entertainment and media"
Counts = list[tuple[str, int]]

PLAIN: list[tuple[str, Node, str, Counts]] = [
    ("topics", All(), "topic", [(WAR, 4), (HEALTH, 2), (POLITICS, 2), (CULTURE, 1), (SPORT, 1)]),
    ("topics of some", Word("armée"), "topic", [(WAR, 2), (POLITICS, 1)]),
    ("places", All(), "place", [("SY", 5), ("FR", 2), ("CH", 1), ("US", 1)]),
    ("sources", Keyword("place", "SY"), "source", [("example", 3), ("autre", 1), ("daily", 1)]),
    ("languages", Keyword("place", "SY"), "language", [("ar", 2), ("fr", 2), ("en", 1)]),
    ("countries", All(), "country", [("FR", 1), ("GB", 1), ("LB", 1)]),
    ("nothing", Word("zzzz"), "topic", []),
    ("a field that no match has", Word("wells"), "section", []),
    ("sections folded", Keyword("language", "fr"), "section", [("Sports", 1), ("SYRIE", 2)]),
    ("agencies folded", All(), "agency", [("AFP", 2), ("Reuters", 2), ("أ ف ب", 1)]),
    ("attributions", All(), "attribution", [("SANA", 1)]),
    ("collections folded", All(), "collection", [("Agences", 2), ("liban", 1)]),
    (
        "authors folded, by their usual spelling",
        All(),
        "author",
        [("JEAN DUPONT", 3), ("Jane O'Neil", 2), ("Élodie Martin", 2), ("أحمد الخطيب", 2)],
    ),
]


def counted(backend: Backend, search: Search, field: str) -> Counts:
    return [(count.value, count.count) for count in backend.search(search).facets[field]]


@pytest.mark.parametrize(
    ("tree", "field", "expected"), [pytest.param(*rest, id=name) for name, *rest in PLAIN]
)
def test_counts(filled: Backend, tree: Node, field: str, expected: Counts) -> None:
    assert sorted(counted(filled, Search(tree, facets=(field,)), field)) == sorted(expected)


def test_the_most_frequent_come_first_and_ties_by_value(filled: Backend) -> None:
    assert counted(filled, Search(facets=("topic",)), "topic") == [
        (WAR, 4),
        (HEALTH, 2),
        (POLITICS, 2),
        (CULTURE, 1),
        (SPORT, 1),
    ]


def test_the_size_cuts_behind_the_order(filled: Backend) -> None:
    assert counted(filled, Search(facets=("topic",), facet_size=2), "topic") == [
        (WAR, 4),
        (HEALTH, 2),
    ]


def test_facets_come_without_hits(filled: Backend) -> None:
    found = filled.search(Search(facets=("place",), limit=0))
    assert (found.hits, found.cursor) == ([], None)
    assert found.facets["place"][0] == Count("SY", 5)


DISJUNCTIVE: list[tuple[str, dict[str, tuple[str, ...]], str, Counts]] = [
    (
        "its own selection is left out",
        {"topic": (HEALTH,)},
        "topic",
        [(WAR, 4), (HEALTH, 2), (POLITICS, 2), (CULTURE, 1), (SPORT, 1)],
    ),
    (
        "another field's selection counts",
        {"topic": (WAR,)},
        "language",
        [("fr", 2), ("ar", 1), ("en", 1)],
    ),
    ("both", {"topic": (WAR,), "language": ("fr",)}, "language", [("fr", 2), ("ar", 1), ("en", 1)]),
    (
        "both, the other way",
        {"topic": (WAR,), "language": ("fr",)},
        "topic",
        [(WAR, 2), (POLITICS, 1), (SPORT, 1)],
    ),
    ("two values of one field", {"language": ("fr", "ar")}, "place", [("SY", 4), ("FR", 2)]),
    (
        "three fields",
        {"topic": (WAR,), "language": ("fr", "ar"), "source": ("example",)},
        "source",
        [("example", 2), ("autre", 1)],
    ),
    ("a folded field", {"section": ("syrie",)}, "section", [("SYRIE", 2), ("World", 2)]),
    ("a value that no match has", {"topic": ("none",)}, "topic", [(WAR, 4), (HEALTH, 2)]),
    ("a value that no match has, elsewhere", {"topic": ("none",)}, "place", []),
]


@pytest.mark.parametrize(
    ("filters", "field", "expected"), [pytest.param(*rest, id=name) for name, *rest in DISJUNCTIVE]
)
def test_a_facet_leaves_its_own_selection_out(
    filled: Backend, filters: dict[str, tuple[str, ...]], field: str, expected: Counts
) -> None:
    found = counted(
        filled,
        Search(filters=filters, facets=("topic", "language", "source", "place", "section")),
        field,
    )
    assert found[: len(expected)] == expected
    assert bool(found) == bool(expected)


@pytest.mark.parametrize(
    "field",
    [
        "source",
        "topic",
        "place",
        "section",
        "language",
        "agency",
        "collection",
        "author",
        "country",
    ],
)
def test_a_count_is_what_a_search_for_the_value_finds(filled: Backend, field: str) -> None:
    base = And((Keyword("source", "example"),))
    for count in filled.search(Search(base, facets=(field,))).facets[field]:
        assert (
            filled.search(Search(base, filters={field: (count.value,)}, limit=0)).total
            == count.count
        )


def test_filters_change_the_total_whether_faceted_or_not(filled: Backend) -> None:
    filters = {"topic": (WAR,)}
    totals = [
        filled.search(Search(filters=filters, facets=facets)).total
        for facets in ((), ("topic",), ("place",))
    ]
    assert totals == [4, 4, 4]

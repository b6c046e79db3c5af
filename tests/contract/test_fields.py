"""What filters on fields find, and how parts of a query combine."""

import pytest

from indexer.backend import Backend
from indexer.fields import KeywordField
from indexer.query import (
    All,
    And,
    Keyword,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    QueryError,
    Search,
    Word,
)
from tests.contract.articles import ALL, HEALTH, POLITICS, WAR
from tests.contract.cases import Case, cases

EVERY = " ".join(ALL)


def without(*ids: str) -> str:
    return " ".join(found for found in ALL if found not in ids)


KEYWORDS: list[Case] = [
    ("source", Keyword("source", "daily"), "en-war en-nation en-undated"),
    ("source as written", Keyword("source", "Daily"), ""),
    ("topic", Keyword("topic", WAR), "fr-armee fr-evacuation en-war ar-syria"),
    ("second topic", Keyword("topic", POLITICS), "fr-evacuation en-nation"),
    ("topic in another case", Keyword("topic", "Sport"), ""),
    ("topic in part", Keyword("topic", "conflict"), ""),
    ("place", Keyword("place", "SY"), "fr-armee fr-evacuation en-war ar-syria ar-city"),
    ("place without articles", Keyword("place", "XX"), ""),
    ("section", Keyword("section", "Syrie"), "fr-armee fr-evacuation"),
    ("section folded", Keyword("section", "syrie"), "fr-armee fr-evacuation"),
    ("section in part", Keyword("section", "syr"), ""),
    ("Arabic section", Keyword("section", "ثقافه"), "ar-city"),
    ("language", Keyword("language", "ar"), "ar-syria ar-city"),
    ("language with a region", Keyword("language", "fr-CA"), "fr-html"),
    ("language without its region", Keyword("language", "fr"), "fr-armee fr-evacuation fr-sport"),
    ("agency", Keyword("agency", "AFP"), "fr-armee fr-evacuation"),
    ("agency folded", Keyword("agency", "reuters"), "fr-evacuation en-war"),
    ("agency in Arabic", Keyword("agency", "أ ف ب"), "ar-syria"),
    ("agency in Arabic, folded", Keyword("agency", "ا ف ب"), "ar-syria"),
    ("attribution", Keyword("attribution", "sana"), "en-war"),
    ("an attribution is no agency", Keyword("agency", "SANA"), ""),
    ("collection", Keyword("collection", "AGENCES"), "fr-armee fr-evacuation"),
    ("author", Keyword("author", "Jean Dupont"), "fr-armee fr-evacuation en-nation"),
    ("author folded", Keyword("author", "jean dupont"), "fr-armee fr-evacuation en-nation"),
    ("author in part", Keyword("author", "Dupont"), ""),
    ("author with an apostrophe", Keyword("author", "jane o’neil"), "en-war en-nation"),
    ("author without accent", Keyword("author", "elodie martin"), "fr-evacuation fr-sport"),
    ("Arabic author", Keyword("author", "أحمد الخطيب"), "ar-syria ar-city"),
    ("country", Keyword("country", "LB"), "fr-armee"),
    ("url", Keyword("url", "https://news.example/fr-html"), "fr-html"),
    ("url in part", Keyword("url", "https://news.example/"), ""),
    ("empty value", Keyword("source", ""), ""),
]

FRENCH = Keyword("language", "fr")
SYRIA = Keyword("place", "SY")

LOGIC: list[Case] = [
    ("everything", All(), EVERY),
    ("and", And((FRENCH, SYRIA)), "fr-armee fr-evacuation"),
    ("and nothing", And((FRENCH, Word("zzzz"))), ""),
    ("an empty and", And(()), EVERY),
    ("or", Or((FRENCH, SYRIA)), "fr-armee fr-evacuation fr-sport en-war ar-syria ar-city"),
    ("or of one", Or((SYRIA,)), "fr-armee fr-evacuation en-war ar-syria ar-city"),
    ("an empty or", Or(()), ""),
    (
        "not",
        Not(Or((FRENCH, SYRIA))),
        without("fr-armee", "fr-evacuation", "fr-sport", "en-war", "ar-syria", "ar-city"),
    ),
    ("not all", Not(All()), ""),
    ("not nothing", Not(Word("zzzz")), EVERY),
    ("not not", Not(Not(SYRIA)), "fr-armee fr-evacuation en-war ar-syria ar-city"),
    ("and not", And((SYRIA, Not(FRENCH))), "en-war ar-syria ar-city"),
    (
        "only nots",
        And((Not(SYRIA), Not(FRENCH), Not(Word("twin")), Keyword("source", "daily"))),
        "en-nation en-undated",
    ),
    (
        "or with a not",
        Or((Keyword("source", "autre"), Not(Keyword("source", "example")))),
        "fr-evacuation en-war en-nation en-undated",
    ),
    (
        "nested",
        And((Or((Word("armée"), Word("army"))), Not(Phrase("vers Alep")))),
        "fr-evacuation en-war",
    ),
    (
        "or within and within or",
        Or((And((SYRIA, Word("city"))), And((SYRIA, Word("مدينة"))))),
        "ar-syria ar-city",
    ),
    (
        "words of two languages",
        Or((Word("ville"), Word("المدينة"))),
        "fr-armee fr-sport ar-syria ar-city",
    ),
    ("a part without words is left out", And((Word("ville"), Word("&"))), "fr-armee fr-sport"),
    ("an or part without words is left out", Or((Word("ville"), Word("…"))), "fr-armee fr-sport"),
    ("a not without words is left out", And((Word("ville"), Not(Word("!")))), "fr-armee fr-sport"),
    ("only parts without words", And((Word("&"), Phrase("«»"))), ""),
    ("a lone sign", Word("!?"), ""),
    ("an emoji", Word("😀"), ""),
    ("the same part twice", And((SYRIA, SYRIA)), "fr-armee fr-evacuation en-war ar-syria ar-city"),
    ("a contradiction", And((SYRIA, Not(SYRIA))), ""),
]


def ids(backend: Backend, search: Search) -> set[str]:
    found = backend.search(search)
    assert found.total == len(found.hits)
    return {str(hit.article["id"]) for hit in found.hits}


@cases(KEYWORDS)
def test_fields_hold_values(filled: Backend, tree: Node, expected: set[str]) -> None:
    assert ids(filled, Search(tree, limit=100)) == expected


@cases(LOGIC)
def test_parts_combine(filled: Backend, tree: Node, expected: set[str]) -> None:
    assert ids(filled, Search(tree, limit=100)) == expected


@pytest.mark.parametrize("case", KEYWORDS, ids=lambda case: case[0])
def test_a_filter_finds_what_the_query_finds(filled: Backend, case: Case) -> None:
    _, tree, expected = case
    assert isinstance(tree, Keyword)
    assert ids(filled, Search(filters={tree.field: (tree.value,)}, limit=100)) == set(
        expected.split()
    )


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"topic": (WAR, HEALTH)}, "fr-armee fr-evacuation en-war ar-syria en-nation en-undated"),
        ({"topic": (WAR, HEALTH), "language": ("en",)}, "en-war en-nation en-undated"),
        ({"topic": (WAR,), "language": ("en", "ar"), "place": ("US",)}, "en-war"),
        ({"topic": (), "language": ("ar",)}, "ar-syria ar-city"),
        ({"author": ("ELODIE MARTIN", "أحمد الخطيب")}, "fr-evacuation fr-sport ar-syria ar-city"),
    ],
)
def test_filters_are_or_within_and_and_between_fields(
    filled: Backend, filters: dict[str, tuple[str, ...]], expected: str
) -> None:
    assert ids(filled, Search(filters=filters, limit=100)) == set(expected.split())


@pytest.mark.parametrize(
    "search",
    [
        Search(filters={"colour": ("red",)}),
        Search(facets=("colour",)),
        Search(limit=-1),
        Search(limit=1_000_000),
        Search(facets=("topic",), facet_size=0),
        Search(filters={"source": tuple(map(str, range(400)))}),
        Search(Or(tuple(Word(str(number)) for number in range(400)))),
        Search(Or(tuple(Near(Word("a"), Word(str(number)), 2) for number in range(80)))),
    ],
    ids=[
        "filter",
        "facet",
        "negative limit",
        "limit",
        "facet size",
        "filter values",
        "clauses",
        "NEAR",
    ],
)
def test_what_cannot_be_asked_is_refused(filled: Backend, search: Search) -> None:
    with pytest.raises(QueryError):
        filled.search(search)


def test_deep_nesting_is_refused(filled: Backend) -> None:
    tree: Node = Word("a")
    for _ in range(200):
        tree = Not(tree)
    with pytest.raises(QueryError, match="deep"):
        filled.search(Search(tree))


WORDS = ("armée", "évacuation", "city", "مدينة", "running")
LONGEST: dict[str, tuple[Node, ...]] = {
    "words": tuple(Word(word) for word in WORDS * 70),
    "phrases": (Word("armée"), *(Phrase(f"name {number}") for number in range(1_396))),
    "nears": tuple(Near(Word("civil"), Phrase("vieille ville"), 9) for _ in range(46)),
    "sides": (Near(Or(tuple(map(Word, WORDS * 14))), Or(tuple(map(Word, WORDS * 13))), 9),),
}


@pytest.mark.parametrize("kind", LONGEST)
def test_the_longest_query_that_is_let_through_works(filled: Backend, kind: str) -> None:
    assert ids(filled, Search(Or(LONGEST[kind]), limit=100))


def test_the_deepest_query_that_is_let_through_works(filled: Backend) -> None:
    tree: Node = SYRIA
    for _ in range(19):
        tree = Not(tree)
    assert ids(filled, Search(tree, limit=100)) == set(
        without("fr-armee", "fr-evacuation", "en-war", "ar-syria", "ar-city").split()
    )


@pytest.mark.parametrize("field", ["source", "topic", "section", "author", "agency"])
def test_names_that_are_too_long_are_found_by_no_filter(
    filled: Backend, field: KeywordField
) -> None:
    assert ids(filled, Search(Keyword(field, "x" * 40_000))) == set()

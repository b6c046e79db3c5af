"""In which order matches come, and that what orders them counts nothing."""

import pytest

from indexer.backend import Backend
from indexer.query import And, Node, Search, Word
from tests.contract.articles import article
from tests.support.backends import KINDS, OpenBackend, hold

REST = "The council met on Monday and heard reports about roads and parks. " * 5
SUITE = "Le conseil a siégé lundi et entendu des rapports sur la voirie. " * 5

ARTICLES = [
    article("side-by-side", "en", "Notes A", f"{REST} The harbour tax was voted. {REST}"),
    article("apart", "en", "Notes B", f"The tax was voted. {REST} The harbour is calm."),
    article("apart-often", "en", "Notes C", f"A tax, a tax, a tax. {REST} The harbour is calm."),
    article("typed", "fr", "Le pêché", f"Le pêcheur a pêché. {SUITE}"),
    article("folded", "fr", "Le péché", "Le péché, le péché, un péché de jeunesse."),
    *(
        article(f"fr-{number}", "fr", f"Table ronde, jour {number}", "La table ronde continue.")
        for number in range(20)
    ),
    *(article(f"fr-note-{number}", "fr", "Brève", "Un banc est repeint.") for number in range(20)),
    article("en-table", "en", "No table for taxes", "A long note about the budget of the sheds."),
    *(article(f"en-note-{number}", "en", "Note", "A bench was painted.") for number in range(20)),
]


@pytest.fixture(scope="module", params=KINDS)
def ordered(request: pytest.FixtureRequest, open_empty: OpenBackend) -> Backend:
    return hold(open_empty(request.param), ARTICLES)


@pytest.mark.parametrize(
    ("tree", "first", "total"),
    [
        (And((Word("harbour"), Word("tax"))), "side-by-side", 3),
        (Word("pêché"), "typed", 2),
        (Word("péché"), "folded", 2),
    ],
)
def test_what_was_typed_side_by_side_comes_first(
    ordered: Backend, tree: Node, first: str, total: int
) -> None:
    found = ordered.search(Search(tree, facets=("language",)))
    assert found.total == sum(count.count for count in found.facets["language"]) == total
    assert found.hits[0].article["id"] == first


def test_an_article_does_not_rank_high_for_its_rare_language(ordered: Backend) -> None:
    found = ordered.search(Search(Word("table"), limit=30))
    languages = [hit.article["language"] for hit in found.hits]
    assert found.total == 21
    assert languages[0] == "fr"
    assert languages.index("en") == 20


def test_softer_matches_are_those_with_most_words_and_the_more_the_higher(
    ordered: Backend,
) -> None:
    words = tuple(map(Word, ("harbour", "tax", "council", "nowhere")))
    found = ordered.search(Search(And(words), softer=True))
    assert {hit.article["id"] for hit in found.hits} == {"side-by-side", "apart", "apart-often"}
    assert found.hits[0].article["id"] == "side-by-side"
    assert ordered.search(Search(And(words))).total == 0
    assert ordered.search(Search(Word("harbour"), softer=True)).total == 0

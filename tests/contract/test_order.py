"""In which order matches come, and that what orders them counts nothing."""

import pytest

from indexer.backend import Backend
from indexer.query import And, Near, Node, Or, Phrase, Prefix, Search, Typed, Word
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
    article("ferry-headline", "en", "Ferry stops at noon, says the owner of the line", REST),
    article("ferry-first", "en", "Notes D", f"The ferry was late. {REST}"),
    article("ferry-last", "en", "Notes E", f"{REST} The ferry was late."),
    article("ferry-short", "en", "Ferry stops", f"{REST} The council rose."),
    article("long-noon", "sv", "Klockan", f"{SUITE * 4} Sirenen tjuter."),
    article("short-noon", "sv", "Klockan", f"{SUITE} Sirenen tjuter."),
    article("prefix", "en", "Lighthouses", "All of them are dark."),
    article("prefix-text", "en", "Notes F", "All lighthouses are dark."),
    article("read-twice", "fr", "Note A", "Le naufrage du bac. Le bac naufragé."),
    article("fa", "fa", "گزارش", "فرماندار از پل بازدید کرد."),
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
        (Prefix("lightho"), "prefix", 2),
        (Phrase("lighthouses are dark"), "prefix-text", 1),
        (Typed("Table"), "fr-0", 20),
        (Or((Word("siren"), Word("sirenen"))), "short-noon", 2),
        (Near(Word("harbour"), Word("tax"), 2), "side-by-side", 1),
        (Word("فرماندار"), "fa", 1),
    ],
)
def test_what_was_typed_side_by_side_comes_first(
    ordered: Backend, tree: Node, first: str, total: int
) -> None:
    found = ordered.search(Search(tree, facets=("language",), explain=True))
    assert found.total == sum(count.count for count in found.facets["language"]) == total
    best = [hit.article["id"] for hit in found.hits if hit.score == found.hits[0].score]
    assert first in best
    for hit in found.hits:
        assert hit.score == pytest.approx(sum(part.score for part in hit.parts), rel=1e-4)
        assert hit.score > 0


def test_of_equal_scores_the_first_written_comes_first(ordered: Backend) -> None:
    hits = ordered.search(Search(Typed("Table"), limit=5)).hits
    assert len({hit.score for hit in hits}) == 1
    assert [hit.article["id"] for hit in hits] == [f"fr-{number}" for number in range(5)]


def test_the_headline_comes_before_the_first_words_and_these_before_the_rest(
    ordered: Backend,
) -> None:
    hits = ordered.search(Search(Word("ferries"), explain=True)).hits
    in_headline, others = hits[:2], hits[2:]
    assert {hit.article["id"] for hit in in_headline} == {"ferry-headline", "ferry-short"}
    assert in_headline[0].score == in_headline[1].score  # however long the headline is
    assert [hit.article["id"] for hit in others] == ["ferry-first", "ferry-last"]
    assert [[part.zone for part in hit.parts] for hit in hits] == [
        ["title"],
        ["title"],
        ["lead", "text"],
        ["text"],
    ]
    assert {part.text for hit in hits for part in hit.parts} == {"ferries"}


def test_scores_are_the_same_in_every_backend(ordered: Backend) -> None:
    hits = ordered.search(Search(And((Word("harbour"), Word("tax"))), explain=True)).hits
    [best, *_] = hits
    parts = {(part.kind, part.text, part.zone): round(part.score, 2) for part in best.parts}
    assert parts == {
        ("word", "harbour", "text"): 1.67,
        ("word", "tax", "text"): 1.67,
        ("close", "harbour tax", None): 8.0,
    }


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


def test_of_two_readings_of_a_word_the_better_counts(ordered: Backend) -> None:
    [hit] = ordered.search(Search(Word("naufrage"), explain=True)).hits
    scores = {part.zone: round(part.score, 2) for part in hit.parts}
    assert scores == {"lead": 3.94, "text": 2.89}

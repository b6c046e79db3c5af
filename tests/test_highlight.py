"""Highlights: every place of what a query asks for, wherever it stands in a text, and nothing else."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import analyzers, folding
from indexer.highlight.highlighter import Highlighter
from indexer.query import And, Near, Node, Or, Phrase, Prefix, Word, analyzed

LETTERS = st.sampled_from("aàbé' -,.x\u00ad\u0301東و")
TEXTS = st.lists(st.text(LETTERS, max_size=8), max_size=30).map(" \n ".join)


def marked(tree: Node, text: str, language: str = "fr", field: str = "title") -> list[str]:
    shown = (
        Highlighter(analyzed.analyse(tree)).of({"language": language, field: text}).get(field, [])
    )
    return [
        html.unescape(mark)
        for snippet in shown
        for mark in re.findall("<mark>(.*?)</mark>", snippet, re.DOTALL)
    ]


WEEKENDS = ["week-end", "week\u2011ends", "weekend"]


@pytest.mark.parametrize(
    ("tree", "text", "found"),
    [
        (Word("armée"), "L’armée, l'ARMEE et les armées", ["armée", "ARMEE", "armées"]),
        (Word("armée", "text"), "L’armée", []),
        (
            Phrase("vieille ville"),
            "la vieille — ville, la vieille grande ville",
            ["vieille — ville"],
        ),
        (Phrase("ville vieille", slop=3), "la vieille ville", ["vieille", "ville"]),
        (Phrase("ville absente", slop=3), "la vieille ville", []),
        (Prefix("vi"), "La vieille-ville; Vichy, vu", ["vieille", "ville", "Vichy"]),
        (Prefix("vieille vi"), "La vieille-ville, vieille rue", ["vieille-ville"]),
        (Prefix("v"), "La vieille", ["vieille"]),
        (
            Near(Word("port"), Phrase("deux cents"), 9),
            "deux cents dockers, ports, cents deux",
            ["deux cents", "ports"],
        ),
        (And((Word("deux"), Phrase("deux cents"))), "deux cents deux", ["deux cents", "deux"]),
        (Or((Word("東京"), Word("雨"))), "東京の雨、京東", ["東京", "雨"]),
        (Word("ville"), "ville", ["ville"]),
        (Word("ville"), "villevieille xville  ville\u2003ville", ["ville", "ville"]),
        (Word("ab"), "a\u200bb a b", ["a\u200bb"]),
        (Word("weekend"), "Ce week-end, (week\u2011ends), weekend", WEEKENDS),
        (Word("f16"), "l'F-16 vole, F 16, F16-B", ["F-16", "F16"]),
        (Prefix("weeke"), "Ce week-end", ["week-end"]),
        (Prefix("wee"), "Ce week-end", ["week"]),
    ],
)
def test_what_is_marked(tree: Node, text: str, found: list[str]) -> None:
    assert marked(tree, text) == found


@given(
    TEXTS, st.sampled_from(["a", "b", "ab", "aab", "x", "東"]), st.sampled_from(["fr", "ar", None])
)
def test_each_place_of_a_word_is_marked_once(text: str, word: str, language: str | None) -> None:
    # A compound is found by its words joined, too (tests/contract/test_forms.py): none stands here.
    text = text.replace("-", " ")
    stems = analyzers.stems(folding.words(text), analyzers.language_of(language))
    wanted = analyzers.stems([word], analyzers.language_of(language))[0]
    assert len(marked(Word(word), text, language or "")) == stems.count(wanted)


def test_a_text_shows_three_snippets_that_do_not_overlap() -> None:
    text = " ".join(
        f"phrase {number} du port de la ville, longue comme il faut pour un extrait"
        for number in range(60)
    )
    shown = Highlighter(analyzed.analyse(Word("port"))).of({"language": "fr", "text": text})["text"]
    assert len(shown) == 3
    assert all(snippet.endswith("…") and "<mark>port</mark>" in snippet for snippet in shown)
    numbers = [number for snippet in shown for number in re.findall(r"phrase (\d+)", snippet)]
    assert numbers == sorted(set(numbers), key=int)


def test_languages_do_not_share_stems() -> None:
    for language, found in (("fr", ["chanteuses"]), ("und", []), ("fr", ["chanteuses"])):
        assert marked(Word("chanteuse"), "Les chanteuses", language) == found

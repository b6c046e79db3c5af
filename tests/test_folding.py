"""Folding: which spellings are one word, and where a folded word stands in the original."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.enrich.fold import fold_name
from crawler.extract.dates.lexicon import fold_date_text
from crawler.extract.markup.evidence import comparable_line
from indexer.analysis import folding

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L’ARMÉE d'Alep", ["l", "armee", "d", "alep"]),
        ("Jusqu'où", ["jusqu", "ou"]),
        ("«œuvre» “Straße” „Æther“", ["oeuvre", "strasse", "aether"]),
        ("السُّورِيَّة", ["السوريه"]),
        ("أإآٱا ؤ ئ ى ي ة ه", ["ااااا", "و", "ي", "ي", "ي", "ه", "ه"]),
        ("العـــربية", ["العربيه"]),
        ("١٢٣ ۴۵۶ १२३", ["123", "456", "123"]),
        ("ﻻ ﷲ", ["لا", "الله"]),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", ["full", "width"]),
        ("e\u0301 и\u0306 й ё", ["e", "й", "й", "е"]),
        ("İıIi", ["iiii"]),
        ("ΆΣ ας", ["ασ", "ασ"]),
        ("co\u00adop x\u200by \ufeffz", ["coop", "xy", "z"]),
        ("U.S. A.B 3,5 % a_b c/d e-mail", ["us", "ab", "3", "5", "a", "b", "c", "d", "e", "mail"]),
        ("東京タワー", ["東", "京", "タ", "ワ", "ー"]),
        ("한국어 뉴스", ["한국어", "뉴스"]),
        ("हिन्दी", ["हिन्दी"]),
        ("Veille™ ®", ["veille"]),
        ("😀 … — !", []),
        ("", []),
        ("a" * 600, ["a" * 255, "a" * 255, "a" * 90]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert folding.words(text) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("L’Orient-Le Jour", "l'orient le jour"),
        ("  Jane  O'Neil ", "JANE O’NEIL"),
        ("Élodie", "elodie"),
        ("أ ف ب", "ا.ف.ب"),
    ],
)
def test_names_that_are_one_have_one_key(one: str, other: str) -> None:
    assert folding.key(one) == folding.key(other)


@given(TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folding.fold(folding.fold(text)) == folding.fold(text)


@given(TEXT)
@example("İ.B.")
def test_case_never_counts(text: str) -> None:
    assert folding.words(text.lower()) == folding.words(text)


@given(TEXT, TEXT)
def test_a_space_separates(one: str, other: str) -> None:
    assert folding.words(f"{one} {other}") == folding.words(one) + folding.words(other)


@given(TEXT)
def test_words_hold_no_separator(text: str) -> None:
    assert all(
        word and " " not in word and len(word) <= folding.MAX_WORD for word in folding.words(text)
    )


@pytest.mark.parametrize(
    ("text", "word", "shown"),
    [
        ("« L'œuvre »", "oeuvre", "œuvre"),
        ("des œufs et l'œuvre", "oeuvre", "œuvre"),
        ("½ l'armée", "armee", "armée"),
        ("e\u0301le\u0301ment", "element", "e\u0301le\u0301ment"),
        ("السوريّة والسورية", "السوريه", "السوريّة"),
        ("İstanbul İzmir", "izmir", "İzmir"),
        ("x\u00ady z", "xy", "x\u00ady"),
        ("Straße", "strasse", "Straße"),
        ("a\u200bb c", "c", "c"),
    ],
)
def test_a_folded_word_leads_back_to_the_original(text: str, word: str, shown: str) -> None:
    begin, end = folding.spans(text)[folding.words(text).index(word)]
    assert text[begin:end] == shown


@given(TEXT)
@example("U.S. and A.²")
@example("ヅ")
def test_every_word_leads_back_to_what_folds_to_it(text: str) -> None:
    for word, (begin, end) in zip(folding.words(text), folding.spans(text), strict=True):
        # The dots of an acronym are no part of the word.
        written = text[begin:end].replace(".", "")
        assert unicodedata.normalize("NFD", word) in unicodedata.normalize(
            "NFD", folding.fold(written)
        )


def test_the_rules_for_elasticsearch_are_well_formed() -> None:
    rules = folding.mapping_rules()
    befores = [rule.split("=>")[0] for rule in rules]
    assert len(befores) == len(set(befores))
    assert all(rule.count("=>") == 1 and rule.isascii() for rule in rules)
    assert "\\u00C9=>\\u0065" in rules


def test_each_folding_keeps_what_its_reader_needs() -> None:
    """Four foldings of one string: they answer four questions and are not interchangeable."""
    printed = "L’Été à Alep-Nord : ٣ مُدُن"
    assert comparable_line(printed) == "létéàalepnord٣مدن"
    assert fold_date_text(printed) == "l ete a alep nord : 3 مدن"
    assert fold_name(printed) == "l'ete a alep-nord : ٣ مدن"
    assert folding.fold(printed) == "l ete a alep nord   3 مدن"

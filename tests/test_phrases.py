"""The test before the patterns of listed words: it may say "maybe" too often, and never "no" where
the pattern matches.
"""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.extract.words.lists import joined, table
from crawler.extract.words.literals import literals
from crawler.extract.words.phrases import folded, phrases

FILES = ("end_matter", "live", "noise", "paywall", "site_voice")
GROUPS = {
    f"{file}.{group}": joined(lists)
    for file in FILES
    for group, lists in table(file).items()
    if group != "rule"
}
RULES = {
    f"noise.rule.{number}.{part}": joined(rule[part])
    for number, rule in enumerate(table("noise")["rule"])
    for part in ("words", "about")
    if part in rule
}
LISTS = GROUPS | RULES
EXPRESSIONS = [(name, expression) for name, words in LISTS.items() for expression in words]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("read on", {"read on"}),
        ("abonn(?:é|ez)", {"abonné", "abonnez"}),
        ("abonnée?s?", {"abonné", "abonnée", "abonnés", "abonnées"}),
        ("(?:re)?lire (?:notre|nos)", {"relire notre", "relire nos", "lire notre", "lire nos"}),
        (r"\bnoch \d{1,2} ?%", {"noch "}),
        (r"(?:follow|suivez) \S+", {"follow ", "suivez "}),
        (r"\b(?:no|not)\b.{0,60}(?:liab|advice)", {"liab", "advice"}),
        (r"(?<!\w)لا (?:ت|ي)عبر(?!\w)", {"لا تعبر", "لا يعبر"}),
        ("本[站网]", {"本站", "本网"}),
        ("[a-z]{3}day", {"day"}),
        ("(?:news)+", {"news"}),
        (r"fot\.", {"fot."}),
        ("a{2,3}bc", set()),
        ("(?:news)*", set()),
        ("(?:news|on)", set()),
        (r"\w+", set()),
        ("", set()),
    ],
)
def test_literals(expression: str, expected: set[str]) -> None:
    assert literals(expression) == expected


@pytest.mark.parametrize("expression", ["(news", "news)", "[news", "(?:a|(b)"])
def test_brackets_that_do_not_close_are_told(expression: str) -> None:
    with pytest.raises(ValueError, match="bracket"):
        literals(expression)


def test_letters_that_a_pattern_takes_for_the_same_fold_to_the_same() -> None:
    letters = {letter for _, expression in EXPRESSIONS for letter in "".join(literals(expression))}
    others = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    for letter in letters:
        for match in re.finditer(re.escape(letter), others, re.IGNORECASE):
            assert folded(match[0]) == folded(letter)


def _cases(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from([text, text.upper(), text.lower(), text.title(), text.swapcase()])


TEXTS = st.text(st.sampled_from("aeiı İßſςΣµ.,:'’-ａＡ１éöøñабвيةהの本기é"), max_size=30)


@settings(max_examples=400, deadline=None)
@given(st.data(), st.sampled_from(EXPRESSIONS), TEXTS, TEXTS)
def test_where_an_expression_matches_its_list_may_match(
    data: st.DataObject, listed: tuple[str, str], before: str, behind: str
) -> None:
    name, expression = listed
    words = data.draw(st.from_regex(re.compile(expression, re.IGNORECASE), fullmatch=True))
    text = data.draw(_cases(f"{before} {words} {behind}"))
    pattern = phrases("WORDS", name)
    assert pattern.may_match(text) or not pattern.pattern.search(text)


@settings(max_examples=200)
@given(st.text(max_size=60))
@example("DEVAMINI OKUMAK İÇİN ÜYE OLUN")
@example("Nur für Abonnenten, ſonſt nicht: GROẞ")
@example("ｓｕｂｓｃｒｉｂｅ ＮＯＷ")
@example("ΣΥΝΔΡΟΜΗΤΕΣ ΜΟΝΟ")
@example("هذا المقال للمشتركين فقط")
@example("この記事は会員限定です")
@example("K Kelvin, µ micro, ﬁ ligature")
def test_any_text_has_the_same_matches_with_the_test_and_without(text: str) -> None:
    for name in LISTS:
        pattern = phrases("WORDS", name)
        assert bool(pattern.search(text)) == bool(pattern.pattern.search(text))


def test_a_form_that_needs_no_word_matches_without_one() -> None:
    assert phrases(r"^WORDS$|^\S+@\S+$", "noise.comments").search("desk@fer.example")
    assert phrases(r"^(?:WORDS)?\d+$", "noise.comments").search("17")
    assert not phrases(r"^WORDS \d+$", "noise.comments").may_match("17")


def test_most_sentences_have_no_word_of_a_list() -> None:
    sentence = "Ferhult bygger om sin hamn för tolv miljoner kronor."
    maybe = [name for name in LISTS if phrases("WORDS", name).may_match(sentence)]
    assert len(maybe) < len(LISTS) / 3

"""The patterns of credits, made from the words in data/credits.toml once they are first needed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from crawler.enrich.tables import table
from crawler.tables import any_of


@dataclass(frozen=True, slots=True)
class CreditWords:
    """What shows that words are a credit. Groups hold the words that name the source."""

    separator: re.Pattern[str]
    opening: re.Pattern[str]
    byline_place: re.Pattern[str]
    source_line: re.Pattern[str]
    with_line: re.Pattern[str]
    contributed: re.Pattern[str]
    picture: re.Pattern[str]
    byline_job: re.Pattern[str]


@cache
def credit_words() -> CreditWords:
    """The patterns for all languages together: credits mix them ("mit AFP", "avec dpa")."""
    words = table("credits")
    joins = _any_word(words["joins"])
    leads = _any_word(words["leads"])
    with_phrases = _any_word(words["with_phrases"])
    with_subjects = _any_word(words["with_subjects"])
    with_articles = _any_word(words["with_articles"])
    separator = (
        r"\s*[/,;|+&،؛–—]\s*"
        r"|\s+-\s+"
        r"|\s*\n\s*"
        rf"|\s+{joins}\s+"
        rf"|^{leads}\s*:?\s+"
    )
    source_line = rf"^\W{{0,4}}{_any_word(words['source_labels'])}\s{{0,2}}[:：]\s*(\S.{{0,140}})$"
    with_line = (
        rf"^\W{{0,4}}(?:{with_subjects}[^.:]{{0,60}} )?"
        rf"{with_phrases}\s+{with_articles}?(\S.{{0,70}}?)\.?$"
    )
    byline_place = rf" {_any_word(words['byline_places'])} [A-ZÀ-Þ\u0600-\u06ff][\w .'-]{{1,40}}$"
    byline_job = rf"^(.{{2,30}}?) (?:[A-Z][\w&-]* ){{0,3}}{_any_word(words['jobs'])}s?$"
    return CreditWords(
        separator=re.compile(separator, re.IGNORECASE),
        opening=re.compile(rf"^{_any_word(words['opening'])}", re.IGNORECASE),
        byline_place=re.compile(byline_place),
        source_line=re.compile(source_line, re.IGNORECASE),
        with_line=re.compile(with_line, re.IGNORECASE),
        contributed=re.compile(rf" {_any_word(words['contributed'])}\b"),
        picture=re.compile(rf"\W{{0,3}}{_any_word(words['pictures'])}\b", re.IGNORECASE),
        byline_job=re.compile(byline_job),
    )


def _any_word(words: Iterable[str]) -> str:
    """A group of alternatives, the longest first: "with files from" before "with"."""
    longest_first = sorted(words, key=len, reverse=True)
    return any_of(map(re.escape, longest_first))

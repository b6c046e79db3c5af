"""An estimate of what a query will cost, by how frequent its words are.

It is made before the query runs, since tantivy cannot be stopped.

A unit is one entry of a word's list of articles, about 50 ns on a processor of 2024. The factors
were measured on 64,000 news articles: a phrase reads the positions of its words in each article
that has them.
"""

import math
from collections.abc import Sequence

import tantivy

from indexer.analysis.analyzers import LANGUAGES
from indexer.backends.embedded.schema import stem_term
from indexer.query import TooCostly

MAX_COST = 4_000_000
"""Units of one evaluation, about 0.2 s; a page of results evaluates a query up to five times."""
_PHRASE_FACTOR = 12
_SHARES_BY_LETTERS = {2: 5.0, 3: 2.5, 4: 1.0}
_SHARE_OF_LONGER = 0.4
"""Entries below all words that begin with so many letters, as a multiple of all articles."""
_TITLE_LENGTH = 0.2
"""Different words of a title, as a share of those of a text."""


class TermStatistics:
    """What the words of one snapshot are like; every answer is remembered."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher
        self._frequencies: dict[tuple[str, str], int] = {}
        self._languages: dict[str, list[str]] = {}

    def frequency(self, field: str, term: str) -> int:
        """How many articles have the term, about: deleted ones count until they are merged away."""
        frequency = self._frequencies.get((field, term))
        if frequency is None:
            frequency = self._frequencies[field, term] = int(self._searcher.doc_freq(field, term))
        return frequency

    def rarity(self, field: str, terms: Sequence[str]) -> float:
        """The inverse document frequency of the most frequent of these terms, as BM25 has it."""
        count = self._searcher.num_docs
        frequencies = [self.frequency(field, term) for term in terms]
        having = min(count, max(frequencies, default=0))
        return math.log(1 + (count - having + 0.5) / (having + 0.5))

    def languages(self, field: str) -> list[str]:
        """The languages in which words of this field are stemmed."""
        languages = self._languages.get(field)
        if languages is None:
            languages = [code for code in LANGUAGES if self._has_stems(field, code)]
            self._languages[field] = languages
        return languages

    def _has_stems(self, field: str, language: str) -> bool:
        return bool(self._searcher.terms_with_prefix(field, stem_term("", language), limit=1))


class CostMeter:
    """Adds up one query; raises `TooCostly` as soon as it is over the limit."""

    def __init__(self, searcher: tantivy.Searcher, words: TermStatistics) -> None:
        self._searcher = searcher
        self._words = words
        self._spent = 0.0

    def terms(self, field: str, terms: list[str]) -> None:
        """Pay for a term, or for a phrase of several."""
        rarest = min(self._words.frequency(field, term) for term in terms)
        self._pay(rarest if len(terms) == 1 else rarest * _PHRASE_FACTOR)

    def prefix(self, field: str, letters: int) -> None:
        """Pay for all words that begin with so many letters; titles have few words."""
        length = _TITLE_LENGTH if field == "title" else 1.0
        share = _SHARES_BY_LETTERS.get(letters, _SHARE_OF_LONGER)
        self._pay(self._searcher.num_docs * length * share)

    def _pay(self, units: float) -> None:
        self._spent += units
        if self._spent > MAX_COST:
            raise TooCostly

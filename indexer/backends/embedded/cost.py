"""What a query will cost, told from how frequent its words are, before it is asked: tantivy cannot
be stopped.

A unit is one entry of a word's list of articles, about 50 ns on a processor of 2024. The factors
were measured on 64,000 news articles: a phrase reads the positions of its words in each article
that has them.
"""

import tantivy

from indexer.analysis.analyzers import LANGUAGES
from indexer.backends.embedded.schema import stem_term
from indexer.query import TooCostly

MAX_COST = 4_000_000
"""Units of one evaluation, about 0.2 s; a page of results evaluates a query up to five times."""
_A_PHRASE = 12
_BY_LETTERS = {2: 5.0, 3: 2.5, 4: 1.0}
_LONGER = 0.4
"""Entries below all words that begin with so many letters, as a multiple of all articles."""


class TermStatistics:
    """What the words of one snapshot are like; every answer is remembered."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher
        self._frequencies: dict[tuple[str, str], int] = {}
        self._languages: dict[str, list[str]] = {}

    def frequency(self, field: str, term: str) -> int:
        """How many articles have the term, about: deleted ones count until they are merged away."""
        known = self._frequencies.get((field, term))
        if known is None:
            known = self._frequencies[field, term] = int(self._searcher.doc_freq(field, term))
        return known

    def languages(self, field: str) -> list[str]:
        """The languages in which words of this field are stemmed."""
        known = self._languages.get(field)
        if known is None:
            found = [
                code
                for code in LANGUAGES
                if self._searcher.terms_with_prefix(field, stem_term("", code), limit=1)
            ]
            known = self._languages[field] = found
        return known


class CostMeter:
    """Adds up one query; raises `TooCostly` as soon as it is over the limit."""

    def __init__(self, searcher: tantivy.Searcher, words: TermStatistics) -> None:
        self._searcher = searcher
        self._words = words
        self._spent = 0.0

    def terms(self, field: str, terms: list[str]) -> None:
        """Pay for a term, or for a phrase of several."""
        rarest = min(self._words.frequency(field, term) for term in terms)
        self._pay(rarest if len(terms) == 1 else rarest * _A_PHRASE)

    def prefix(self, field: str, letters: int) -> None:
        """Pay for all words that begin with so many letters; titles have few words."""
        share = 0.2 if field == "title" else 1.0
        self._pay(self._searcher.num_docs * share * _BY_LETTERS.get(letters, _LONGER))

    def _pay(self, units: float) -> None:
        self._spent += units
        if self._spent > MAX_COST:
            raise TooCostly

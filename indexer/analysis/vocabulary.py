"""The pieces that texts are made of, between white space, with the terms of their words: news
repeat their words.

Looking a piece up costs a tenth of analysing it, and which pieces hold a wanted term is known
beforehand.
"""

import threading
from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import filterfalse

from indexer.analysis import folding
from indexer.analysis.terms import BEGUN, Term, terms

Span = tuple[int, int]
"""The first character and the one behind the last."""

_MAX_CHARACTERS = 2_000_000
"""Characters of pieces that are remembered for a language, about 50 MB; then it begins anew."""
_START = 2
"""First letters by which words are looked up that begin with what a query asks for."""


class Vocabulary:
    """The pieces met so far in texts of one language; safe to share between threads."""

    def __init__(self, language: str) -> None:
        self.words: dict[str, tuple[frozenset[str], ...]] = {}
        """Each piece with the terms of each of its words."""
        self.size = 0
        self._language = language
        self._spans: dict[str, list[Span]] = {}
        self._by_term: defaultdict[str, set[str]] = defaultdict(set)
        self._by_start: defaultdict[str, set[str]] = defaultdict(set)
        self._learning = threading.Lock()

    def learn(self, pieces: Iterable[str]) -> None:
        """Take in the pieces of a text."""
        new = set(filterfalse(self.words.__contains__, pieces))
        if not new:
            return
        words_of = {}
        for piece in new:
            words_of[piece] = tuple(map(_names, terms(piece, self._language)))
        with self._learning:
            for piece, words in words_of.items():
                self._note(piece, frozenset[str]().union(*words))
            self.words.update(words_of)
            self.size += sum(map(len, new))

    def _note(self, piece: str, found: Iterable[str]) -> None:
        for term in found:
            self._by_term[term].add(piece)
            if term[0] in BEGUN:
                self._by_start[term[1 : 1 + _START]].add(term)

    def holding(self, wanted: Collection[str], starts: Collection[str]) -> set[str]:
        """The known pieces with one of these terms, or a word that begins so."""
        with self._learning:
            begun: list[str] = []
            for start in starts:
                begun += [term for term in self._candidates(start) if term.startswith(start, 1)]
            pieces: set[str] = set()
            for term in (*wanted, *begun):
                pieces.update(self._by_term.get(term, ()))
            return pieces

    def spans(self, piece: str) -> list[Span]:
        """Where each word of a piece stands in it."""
        spans = self._spans.get(piece)
        if spans is None:
            spans = self._spans[piece] = folding.spans(piece)
        return spans

    def _candidates(self, start: str) -> Collection[str]:
        """The terms among which those of words with this beginning are."""
        if len(start) < _START:
            return [term for term in self._by_term if term[0] in BEGUN]
        return self._by_start.get(start[:_START], ())


def _names(row: Iterable[Term]) -> frozenset[str]:
    return frozenset(term for _, term in row)


_VOCABULARIES: dict[str, Vocabulary] = {}


def vocabulary(language: str) -> Vocabulary:
    """This process's vocabulary of a language; an oversized one is replaced by an empty one."""
    current = _VOCABULARIES.get(language)
    if current is None or current.size > _MAX_CHARACTERS:
        current = _VOCABULARIES[language] = Vocabulary(language)
    return current

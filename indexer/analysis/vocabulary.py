"""The pieces that texts are made of, between white space, with their folded words and stems: news
repeat their words.

Looking a piece up costs a tenth of folding and stemming it, and which pieces hold a wanted word is
known beforehand.
"""

import threading
from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import filterfalse

from indexer.analysis import analyzers, folding

Span = tuple[int, int]
"""The first character and the one behind the last."""

_MAX_CHARACTERS = 2_000_000
"""Characters of pieces that are remembered for a language, about 50 MB; then it begins anew."""
_START = 2
"""First letters by which words are looked up that begin with what a query asks for."""


class Vocabulary:
    """The pieces met so far in texts of one language; safe to share between threads."""

    def __init__(self, language: str) -> None:
        self.words: dict[str, tuple[str, ...]] = {}
        """Each piece with its folded words."""
        self.size = 0
        self._language = language
        self._spans: dict[str, list[Span]] = {}
        self._by_word: defaultdict[str, set[str]] = defaultdict(set)
        self._by_stem: defaultdict[str, set[str]] = defaultdict(set)
        self._by_start: defaultdict[str, set[str]] = defaultdict(set)
        self._learning = threading.Lock()

    def learn(self, pieces: Iterable[str]) -> None:
        """Take in the pieces of a text."""
        new = set(filterfalse(self.words.__contains__, pieces))
        if not new:
            return
        words_of = {piece: tuple(folding.words(piece)) for piece in new}
        owners = [(piece, word) for piece, words in words_of.items() for word in words]
        stems = analyzers.stems([word for _, word in owners], self._language)
        with self._learning:
            for (piece, word), stem in zip(owners, stems, strict=True):
                self._by_word[word].add(piece)
                self._by_stem[stem].add(piece)
                self._by_start[word[:_START]].add(word)
            self.words.update(words_of)
            self.size += sum(map(len, new))

    def holding(
        self, words: Collection[str], stems: Collection[str], starts: Collection[str]
    ) -> set[str]:
        """The known pieces with one of these words, stems, or beginnings of words."""
        with self._learning:
            begun_words: list[str] = []
            for start in starts:
                candidates = self._candidates(start)
                begun_words += [word for word in candidates if word.startswith(start)]
            pieces: set[str] = set()
            for word in (*words, *begun_words):
                pieces.update(self._by_word.get(word, ()))
            for stem in stems:
                pieces.update(self._by_stem.get(stem, ()))
            return pieces

    def spans(self, piece: str) -> list[Span]:
        """Where each word of a piece stands in it."""
        spans = self._spans.get(piece)
        if spans is None:
            spans = self._spans[piece] = folding.spans(piece)
        return spans

    def _candidates(self, start: str) -> Collection[str]:
        """The words among which those with this beginning are."""
        if len(start) < _START:
            return self._by_word.keys()
        return self._by_start.get(start[:_START], ())


_VOCABULARIES: dict[str, Vocabulary] = {}


def vocabulary(language: str) -> Vocabulary:
    """This process's vocabulary of a language; an oversized one is replaced by an empty one."""
    current = _VOCABULARIES.get(language)
    if current is None or current.size > _MAX_CHARACTERS:
        current = _VOCABULARIES[language] = Vocabulary(language)
    return current

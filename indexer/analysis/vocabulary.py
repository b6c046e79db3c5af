"""The pieces that texts are made of, between white space, with their folded words and stems: news
repeat their words.

Looking a piece up costs a tenth of folding and stemming it, and which pieces hold a wanted word is
known beforehand.
"""

import threading
from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import filterfalse

from indexer.analysis import analyzers as analysis
from indexer.analysis import folding

Span = tuple[int, int]
"""The first character and the one behind the last."""

_MOST = 2_000_000
"""Characters of pieces that are remembered for a language, about 50 MB; then it begins anew."""
_START = 2


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
        found = {piece: tuple(folding.words(piece)) for piece in new}
        owners = [(piece, word) for piece, words in found.items() for word in words]
        stems = analysis.stems([word for _, word in owners], self._language)
        with self._learning:
            for (piece, word), stem in zip(owners, stems, strict=True):
                self._by_word[word].add(piece)
                self._by_stem[stem].add(piece)
                self._by_start[word[:_START]].add(word)
            self.words.update(found)
            self.size += sum(map(len, new))

    def holding(
        self, words: Collection[str], stems: Collection[str], starts: Collection[str]
    ) -> set[str]:
        """The known pieces with one of these words, stems, or beginnings of words."""
        with self._learning:
            begun = [
                word for start in starts for word in self._alike(start) if word.startswith(start)
            ]
            found = [self._by_word.get(word, ()) for word in (*words, *begun)]
            return set().union(*found, *(self._by_stem.get(stem, ()) for stem in stems))

    def spans(self, piece: str) -> list[Span]:
        """Where each word of a piece stands in it."""
        known = self._spans.get(piece)
        if known is None:
            known = self._spans[piece] = folding.spans(piece)
        return known

    def _alike(self, start: str) -> Collection[str]:
        return (
            self._by_word.keys() if len(start) < _START else self._by_start.get(start[:_START], ())
        )


_KNOWN: dict[str, Vocabulary] = {}


def vocabulary(language: str) -> Vocabulary:
    """What is known of a language; kept within bounds."""
    known = _KNOWN.get(language)
    if known is None or known.size > _MOST:
        known = _KNOWN[language] = Vocabulary(language)
    return known

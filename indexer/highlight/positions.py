"""Where the words that a query asks for stand in a text.

The result has to agree with what the backends match: both look for the same terms.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, count

from indexer.analysis.terms import BEGUN, WHOLE, compound_end
from indexer.analysis.vocabulary import Span, Vocabulary, vocabulary
from indexer.query.analyzed import Side, Start, Stem
from indexer.query.wordings import stemming_languages, wordings

ShownLeaf = Side | Start
_Words = Sequence[Collection[str]]
"""The terms of each of some words."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Terms of words that follow each other; of the last, the beginning may do.

    A loose one is a word of a phrase whose words may be moved.
    """

    words: tuple[str, ...]
    cut: bool = False
    is_loose: bool = False

    def head(self) -> "_Run":
        """The first word alone."""
        return _Run(self.words[:1], self.cut and len(self.words) == 1)

    def begins(self, words: _Words) -> bool:
        """Whether the words of a text, which begin at the place in question, are these."""
        if len(words) < len(self.words):
            return False
        *first_terms, last = self.words
        for term, found in zip(first_terms, words, strict=False):
            if term not in found:
                return False
        ending = words[len(first_terms)]
        return _is_begun(last, ending) if self.cut else last in ending


def _is_begun(start: str, word: Collection[str]) -> bool:
    return any(term[0] in BEGUN and term.startswith(start, 1) for term in word)


@dataclass(frozen=True, slots=True)
class _Hits:
    """What a piece holds: places of whole matches, and the numbers of words with which longer ones
    may begin.
    """

    places: list[Span]
    heads: list[int]


class TermLocator:
    """Finds what some leaves of a query ask for in texts of one language."""

    def __init__(self, leaves: Sequence[ShownLeaf], language: str) -> None:
        self._groups = [_runs(leaf, language) for leaf in dict.fromkeys(leaves)]
        runs = [run for group in self._groups for run in group]
        self._longest = max((len(run.words) for run in runs), default=0)
        heads = [run.head() for run in runs]
        # What the runs begin with: terms, or the beginnings of words.
        self._starts = tuple({head.words[0] for head in heads if head.cut})
        self._terms = {head.words[0] for head in heads if not head.cut}
        self._vocabulary = vocabulary(language)
        # The size of the vocabulary when they were looked up, and the pieces with a wanted word.
        self._wanted: tuple[int, set[str]] = (0, set())
        self._hits: dict[tuple[_Run, ...], dict[str, _Hits]] = {}

    def spans(self, text: str) -> Iterator[Span]:
        """The places in order, found as far as they are asked for; those that overlap are one."""
        last: Span | None = None
        for start, end in self._matches(text):
            if last is None or start >= last[1]:
                if last is not None:
                    yield last
                last = (start, end)
            else:
                last = (last[0], max(end, last[1]))
        if last is not None:
            yield last

    def _matches(self, text: str) -> Iterator[Span]:
        """The places by their beginnings."""
        pieces = text.split()
        # This step meets every piece of a text: `map` and `compress` loop in C.
        numbers = list(compress(count(), map(self._wanted_pieces(pieces).__contains__, pieces)))
        if not numbers:
            return
        runs = self._runs_to_find([pieces[number] for number in numbers])
        hits_by_piece = self._hits.setdefault(runs, {})
        end = 0
        for number in numbers:
            piece = pieces[number]
            begin = _find(text, piece, end)
            end = begin + len(piece)
            hits = hits_by_piece.get(piece)
            if hits is None:
                hits = hits_by_piece[piece] = self._hits_in(piece, runs)
            matches = [(begin + first, begin + last) for first, last in hits.places]
            if hits.heads:
                following = _Following(text, pieces, self._vocabulary, number, begin)
                for head in hits.heads:
                    matches += self._longer(following, head, runs)
                matches.sort()
            yield from matches

    def _hits_in(self, piece: str, runs: Sequence[_Run]) -> _Hits:
        places = []
        heads = []
        for index, word in enumerate(self._vocabulary.words[piece]):
            if not self._begins_a_run(word):
                continue
            lengths = {len(run.words) for run in runs if run.head().begins((word,))}
            if 1 in lengths:
                places.append(self._place(piece, index, runs))
            if lengths - {1}:
                heads.append(index)
        return _Hits(places, heads)

    def _place(self, piece: str, index: int, runs: Sequence[_Run]) -> Span:
        """Where a word of a piece stands that is found: with the rest of its compound where only
        the whole of that is.
        """
        start, end = self._vocabulary.spans(piece)[index]
        word = self._vocabulary.words[piece][index]
        own = frozenset(term for term in word if term[0] != WHOLE)
        if any(run.begins((own,)) for run in runs if len(run.words) == 1):
            return start, end
        return start, max(end, compound_end(piece, start))

    def _begins_a_run(self, word: frozenset[str]) -> bool:
        if not self._terms.isdisjoint(word):
            return True
        return any(_is_begun(start, word) for start in self._starts)

    def _longer(self, following: "_Following", head: int, runs: Sequence[_Run]) -> list[Span]:
        """The runs of several words that begin with one."""
        words = following.words(head, self._longest)
        lengths = {len(run.words) for run in runs if len(run.words) > 1 and run.begins(words)}
        return [following.span(head, length) for length in lengths]

    def _wanted_pieces(self, pieces: Sequence[str]) -> set[str]:
        """The pieces, these among them, that hold a word with which a run begins."""
        self._vocabulary.learn(pieces)
        size = len(self._vocabulary.words)
        if self._wanted[0] != size:
            holding = self._vocabulary.holding(self._terms, self._starts)
            self._wanted = (size, holding)
        return self._wanted[1]

    def _runs_to_find(self, pieces: Sequence[str]) -> tuple[_Run, ...]:
        """The runs to look for: of words that may be moved, each for itself, only where the text
        has them all.
        """
        groups = self._groups
        if any(group[0].is_loose for group in groups):
            found: set[str] = set()
            for piece in pieces:
                found.update(*self._vocabulary.words[piece])
            groups = [group for group in groups if _is_complete(group, found)]
        return tuple(run for group in groups for run in group)


class _Following:
    """The words from a piece of a text on, and where they stand."""

    def __init__(
        self, text: str, pieces: Sequence[str], vocabulary: Vocabulary, place: int, begin: int
    ) -> None:
        self._text = text
        self._pieces = pieces
        self._vocabulary = vocabulary
        self._next = place
        self._end = begin
        self._words: list[frozenset[str]] = []
        self._spans: list[Span] = []

    def words(self, index: int, count: int) -> list[frozenset[str]]:
        """At most `count` words from this one on."""
        while len(self._words) < index + count and self._next < len(self._pieces):
            self._take()
        return self._words[index : index + count]

    def span(self, index: int, count: int) -> Span:
        """Where `count` words from this one on stand."""
        return self._spans[index][0], self._spans[index + count - 1][1]

    def _take(self) -> None:
        piece = self._pieces[self._next]
        begin = _find(self._text, piece, self._end)
        self._words += self._vocabulary.words[piece]
        self._spans += [
            (begin + start, begin + end) for start, end in self._vocabulary.spans(piece)
        ]
        self._next += 1
        self._end = begin + len(piece)


def _is_complete(group: Sequence[_Run], found: Collection[str]) -> bool:
    """Whether a text with these terms has all that is asked for: of a loose phrase, every word."""
    if not group[0].is_loose:
        return True
    return all(run.words[0] in found for run in group)


def _find(text: str, piece: str, place: int) -> int:
    """Where a piece stands next, between white space."""
    while True:
        place = text.index(piece, place)
        end = place + len(piece)
        begins = place == 0 or text[place - 1].isspace()
        if begins and (end == len(text) or text[end].isspace()):
            return place
        place += 1


def _runs(leaf: ShownLeaf, language: str) -> list[_Run]:
    if isinstance(leaf, Start):
        *first_words, last = leaf.words
        return [_Run((*(f"={word}" for word in first_words), last), cut=True)]
    languages = [code for code in stemming_languages(leaf) if code == language]
    found = []
    for wording in wordings(leaf, languages):
        terms = tuple(term for _, term in wording)
        if isinstance(leaf, Stem) or not leaf.slop:
            found.append(_Run(terms))
        else:
            found += [_Run((term,), is_loose=True) for term in terms]
    return found

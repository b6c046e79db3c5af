"""Where the words that a query asks for stand in a text.

What is found has to agree with what the backends match: words are folded and stemmed by the same
tables.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, count

from indexer.analysis import analyzers as analysis
from indexer.analysis.vocabulary import Span, Vocabulary, vocabulary
from indexer.query.analyzed import Exact, Start, Stem

ShownLeaf = Stem | Exact | Start


@dataclass(frozen=True, slots=True)
class _Run:
    """Words that follow each other: folded, or stems; of the last, the beginning may do."""

    words: tuple[str, ...]
    stemmed: bool = False
    cut: bool = False

    def head(self) -> "_Run":
        """The first word alone."""
        return _Run(self.words[:1], self.stemmed, self.cut and len(self.words) == 1)

    def begins(self, words: Sequence[str], stems: Sequence[str]) -> bool:
        """Whether the words of a text, which begin at the place in question, are these."""
        *whole, last = self.words
        found = (stems if self.stemmed else words)[: len(self.words)]
        if len(found) < len(self.words) or list(found[:-1]) != whole:
            return False
        return found[-1].startswith(last) if self.cut else found[-1] == last


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
        self._language = language
        self._groups = [_runs(leaf, language) for leaf in dict.fromkeys(leaves)]
        runs = [run for group in self._groups for run in group]
        self._longest = max((len(run.words) for run in runs), default=0)
        self._stems = {run.words[0] for run in runs if run.stemmed}
        self._starts = tuple({run.words[0] for run in runs if run.cut and len(run.words) == 1})
        self._words = {run.words[0] for run in runs if not run.stemmed}.difference(self._starts)
        self._known = vocabulary(language)
        self._wanted: tuple[int, set[str]] = (0, set())
        self._hits: dict[tuple[_Run, ...], dict[str, _Hits]] = {}

    def spans(self, text: str) -> Iterator[Span]:
        """The places in order, found as far as they are asked for; those that overlap are one."""
        last: Span | None = None
        for start, end in self._found(text):
            if last is None or start >= last[1]:
                if last is not None:
                    yield last
                last = (start, end)
            else:
                last = (last[0], max(end, last[1]))
        if last is not None:
            yield last

    def _found(self, text: str) -> Iterator[Span]:
        """The places by their beginnings."""
        pieces = text.split()
        at = list(compress(count(), map(self._among(pieces).__contains__, pieces)))
        if not at:
            return
        runs = self._present([pieces[place] for place in at])
        hits = self._hits.setdefault(runs, {})
        end = 0
        for place in at:
            piece = pieces[place]
            begin = _find(text, piece, end)
            end = begin + len(piece)
            held = hits.get(piece)
            if held is None:
                held = hits[piece] = self._held(piece, runs)
            found = [(begin + first, begin + last) for first, last in held.places]
            if held.heads:
                following = _Following(text, pieces, self._known, place, begin)
                found += [
                    span for head in held.heads for span in self._longer(following, head, runs)
                ]
                found.sort()
            yield from found

    def _held(self, piece: str, runs: Sequence[_Run]) -> _Hits:
        words = self._known.words[piece]
        stems = self._stemmed(words)
        places, heads = [], []
        for at, (word, stem) in enumerate(zip(words, stems, strict=True)):
            if not (word in self._words or stem in self._stems or word.startswith(self._starts)):
                continue
            begun = [run for run in runs if run.head().begins((word,), (stem,))]
            if any(len(run.words) == 1 for run in begun):
                places.append(self._known.spans(piece)[at])
            if any(len(run.words) > 1 for run in begun):
                heads.append(at)
        return _Hits(places, heads)

    def _longer(self, following: "_Following", head: int, runs: Sequence[_Run]) -> list[Span]:
        """The runs of several words that begin with one."""
        words = following.words(head, self._longest)
        stems = self._stemmed(words)
        lengths = {
            len(run.words) for run in runs if len(run.words) > 1 and run.begins(words, stems)
        }
        return [following.span(head, length) for length in lengths]

    def _stemmed(self, words: Sequence[str]) -> Sequence[str]:
        return analysis.stems(words, self._language) if self._stems else words

    def _among(self, pieces: Sequence[str]) -> set[str]:
        """The pieces, these among them, that hold a word with which a run begins."""
        self._known.learn(pieces)
        size = len(self._known.words)
        if self._wanted[0] != size:
            self._wanted = (size, self._known.holding(self._words, self._stems, self._starts))
        return self._wanted[1]

    def _present(self, pieces: Sequence[str]) -> tuple[_Run, ...]:
        """The runs to look for: of words that may be moved, each for itself, only where the text
        has them all.
        """
        kept = self._groups
        if any(len(group) > 1 for group in kept):
            there = {word for piece in pieces for word in self._known.words[piece]}
            kept = [
                group
                for group in kept
                if len(group) == 1 or all(run.words[0] in there for run in group)
            ]
        return tuple(run for group in kept for run in group)


class _Following:
    """The words from a piece of a text on, and where they stand."""

    def __init__(
        self, text: str, pieces: Sequence[str], known: Vocabulary, place: int, begin: int
    ) -> None:
        self._text = text
        self._pieces = pieces
        self._known = known
        self._next = place
        self._end = begin
        self._words: list[str] = []
        self._spans: list[Span] = []

    def words(self, index: int, count: int) -> list[str]:
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
        self._words += self._known.words[piece]
        self._spans += [(begin + start, begin + end) for start, end in self._known.spans(piece)]
        self._next, self._end = self._next + 1, begin + len(piece)


def _find(text: str, piece: str, place: int) -> int:
    """Where a piece stands next, between white space."""
    while True:
        place = text.index(piece, place)
        end = place + len(piece)
        if (place == 0 or text[place - 1].isspace()) and (end == len(text) or text[end].isspace()):
            return place
        place += 1


def _runs(leaf: ShownLeaf, language: str) -> list[_Run]:
    match leaf:
        case Stem(words):
            return [_Run(tuple(analysis.stems(words, language)), stemmed=True)]
        case Exact(words, _, slop) if slop:
            return [_Run((word,)) for word in words]
        case Start(words):
            return [_Run(words, cut=True)]
        case _:
            return [_Run(leaf.words)]

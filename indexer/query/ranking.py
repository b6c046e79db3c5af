"""What ranks matches: the words of a query in the zones of an article, how many of them it has,
words side by side, and a word with the accents that were typed.

The score of an article is the sum of these parts. They make no match: what is counted is found
without them, by `indexer.query.analyzed`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from indexer.analysis import folding
from indexer.analysis.zones import ZONES, Zone, asked_stems
from indexer.query.analyzed import (
    AllOf,
    AnyOf,
    AsTyped,
    Close,
    Exact,
    MostOf,
    Node,
    Side,
    Start,
    Stem,
)
from indexer.query.answers import PartKind, ScorePart
from indexer.query.tree import TextField

ZONE_WEIGHTS: dict[Zone, float] = {"title": 2.0, "lead": 1.0, "text": 0.7}
"""What a word is worth in a zone, beside its rarity there."""
CLOSENESS = 8.0
"""Weight of two words side by side: about that of one word in title and text."""
SHARE = 3.0
"""Weight of each word, among articles that have most of the words."""
ACCENT = 8.0
PRESENCE = 3.0
"""Weight of what is no word of its own: a beginning, words near each other, an author."""
MAX_WORDS = 64
"""Words of a query that rank; the others are required as well."""
MAX_PREFERENCES = 8
"""Each is looked for in every match."""
MAX_RANKED_NEARS = 20
"""In a query of more words near each other, these rank by their words alone: Elasticsearch counts
the clauses of each once more, and the longest queries use up what it takes.
"""


@dataclass(frozen=True, slots=True)
class RankedWord:
    """A word of the query in a zone, worth `weight` × BM25 of the best of its readings; the terms
    of a reading share the statistics of the most frequent one.
    """

    label: str
    zone: Zone
    readings: tuple[tuple[str, ...], ...]
    weight: float
    kind: PartKind = "word"


@dataclass(frozen=True, slots=True)
class Preference:
    """What an article may have beside the matches of a query, and what that adds to its score."""

    label: str
    node: Node
    weight: float
    kind: PartKind


Part = RankedWord | Preference


@dataclass(frozen=True, slots=True)
class _Word:
    """A folded word of the query, as it was typed, and the field it is looked for in."""

    word: str
    typed: str
    field: TextField | None


def ranking(tree: Node) -> tuple[list[RankedWord], list[Preference]]:
    """What the score of a match is made of, for an analysed query."""
    ranked = []
    for word in islice(dict.fromkeys(_words(tree)), MAX_WORDS):
        readings = tuple(map(tuple, asked_stems(word.word, word.typed)))
        for zone in _zones(word.field):
            ranked.append(RankedWord(word.typed, zone, readings, ZONE_WEIGHTS[zone]))
    shares = list(islice(_shares(tree), MAX_WORDS))
    return ranked, shares + list(islice(_preferences(tree), MAX_PREFERENCES))


def score_part(part: Part, score: float) -> ScorePart:
    """What a part of the ranking added to the score of a match."""
    zone = part.zone if isinstance(part, RankedWord) else None
    return ScorePart(part.kind, part.label, zone, score)


def _zones(field: TextField | None) -> tuple[Zone, ...]:
    if field is None:
        return ZONES
    return ("title",) if field == "title" else ("lead", "text")


def _preferences(tree: Node) -> Iterator[Preference]:
    """The closest words first."""
    words = list(_in_order(tree))
    for left, right in pairwise(words):
        if left.field == right.field:
            side_by_side = Exact((*left.words, *right.words), left.field)
            yield Preference(" ".join(side_by_side.words), side_by_side, CLOSENESS, "close")
    for word in words:
        typed = tuple(part.lower() for part in word.typed)
        if not "".join(typed).isascii() and typed != word.words:
            as_typed = AsTyped(typed, word.field)
            yield Preference(" ".join(typed), as_typed, ACCENT, "accent")
    yield from _presences(list(_leaves(tree)))


def _presences(leaves: Sequence[Side | Start | Close]) -> Iterator[Preference]:
    nears = [leaf for leaf in leaves if isinstance(leaf, Close)]
    for leaf in leaves:
        if len(nears) <= MAX_RANKED_NEARS or not isinstance(leaf, Close):
            yield from _present(leaf)


def _present(leaf: Side | Start | Close) -> Iterator[Preference]:
    """What is worth something as a whole, and more in a title."""
    label = _label(leaf)
    if isinstance(leaf, Start | Close) or leaf.field == "author":
        yield Preference(label, leaf, PRESENCE, "presence")
    if not isinstance(leaf, Stem) and leaf.field is None:
        yield Preference(label, replace(leaf, field="title"), CLOSENESS, "close")


def _label(leaf: Side | Start | Close) -> str:
    sides = (*leaf.left, *leaf.right) if isinstance(leaf, Close) else (leaf,)
    return " ".join(word for side in sides for word in side.words)


def _shares(tree: Node) -> Iterator[Preference]:
    """Each of the words of which most are there."""
    match tree:
        case MostOf(parts):
            for part in parts:
                label = " ".join(_label(leaf) for leaf in islice(_leaves(part), 1))
                yield Preference(label, part, SHARE, "share")
        case AllOf(parts):
            for part in parts:
                yield from _shares(part)


def _in_order(tree: Node) -> Iterator[Stem]:
    """The words of a query in order; of a compound in two spellings the first."""
    match tree:
        case Stem():
            yield tree
        case AllOf(parts) | MostOf(parts):
            for part in parts:
                yield from _in_order(part)
        case AnyOf((Stem() as first, *_)):
            yield first


def _leaves(tree: Node) -> Iterator[Side | Start | Close]:
    """What may be found of a query, without what it excludes."""
    match tree:
        case Stem() | Exact() | AsTyped() | Start() | Close():
            yield tree
        case AllOf(parts) | AnyOf(parts) | MostOf(parts):
            for part in parts:
                yield from _leaves(part)


def _words(tree: Node) -> Iterator[_Word]:
    for leaf in _leaves(tree):
        sides = (*leaf.left, *leaf.right) if isinstance(leaf, Close) else (leaf,)
        for side in sides:
            if not isinstance(side, Start) and side.field != "author":
                yield from _words_of(side)


def _words_of(side: Side) -> Iterator[_Word]:
    match side:
        case Stem(words, field, typed):
            for word, written in zip(words, typed or words, strict=True):
                yield _Word(word, written, field)
        case Exact(words, field):
            for word in words:
                yield _Word(word, word, field)
        case AsTyped(typed, field):
            for written in typed:
                for word in folding.words(written):
                    yield _Word(word, written, field)

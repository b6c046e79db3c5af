"""What ranks a match higher without making it one: words of the query side by side, and a word with
the accents that were typed.

Backends add these to the score of what matches; they are no part of what is counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from indexer.query.analyzed import AllOf, AnyOf, AsTyped, Exact, MostOf, Node, Stem

CLOSENESS = 5.0
"""Weight of two words side by side: about that of one word in a text."""
SHARE = 3.0
"""Weight of each word more, among articles that have most of the words."""
ACCENT = 4.0
_MOST = 8
"""Preferences of one query: each is looked for in every match."""


@dataclass(frozen=True, slots=True)
class Preference:
    """What an article may have beside the matches of a query, and what that adds to its score."""

    node: Node
    weight: float


def preferences(tree: Node) -> list[Preference]:
    """The preferences of an analysed query, the closest words first."""
    words = list(_words(tree))
    found = list(_shares(tree))
    for left, right in pairwise(words):
        if left.field == right.field:
            side_by_side = Exact((*left.words, *right.words), left.field)
            found.append(Preference(side_by_side, CLOSENESS))
    for word in words:
        typed = tuple(part.lower() for part in word.typed)
        if not "".join(typed).isascii() and typed != word.words:
            found.append(Preference(AsTyped(typed, word.field), ACCENT))
    return found[:_MOST]


def _shares(tree: Node) -> Iterator[Preference]:
    """More of the words than most."""
    match tree:
        case MostOf(parts, least):
            for count in range(least + 1, len(parts)):
                yield Preference(MostOf(parts, count), SHARE)
        case AllOf(parts):
            for part in parts:
                yield from _shares(part)


def _words(tree: Node) -> Iterator[Stem]:
    """The words of a query in order; of a compound in two spellings the first."""
    match tree:
        case Stem():
            yield tree
        case AllOf(parts) | MostOf(parts):
            for part in parts:
                yield from _words(part)
        case AnyOf((Stem() as first, *_)):
            yield first

"""Loose phrases and words near each other as phrases that tantivy knows.

tantivy's slop of two terms is how far their distance may be from the one that was asked for, so two
words in a window are one phrase around the middle of that window. For more terms its slop means
something else than Lucene's: then every way to place them is a phrase of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

POSITIONS_A_WORD = 2

Placed = list[tuple[int, str]]
"""Terms with their positions, relative to each other."""


@dataclass(frozen=True, slots=True)
class PhrasePlan:
    """One phrase: terms at their positions, which two of them may miss by `slop` positions."""

    placed: Placed
    slop: int = 0


def loose_phrases(placed: Placed, slop: int) -> Iterator[PhrasePlan]:
    """The ways to move the words by at most `slop` places in all, as Lucene counts it: the spread
    of the moves.
    """
    if not slop or len(placed) == 1:
        yield PhrasePlan(placed)
    elif len(placed) == 2:
        (_, left), (_, right) = placed
        yield from _window((0, left), (0, right), 1, slop + 1)
        yield from _window((0, right), (0, left), 1, slop - 1)
    else:
        yield from _moved(placed, slop)


def near_phrases(left: Placed, right: Placed, distance: int) -> Iterator[PhrasePlan]:
    """Both, in either order and without overlap, with at most `distance` words between."""
    for first, second in ((left, right), (right, left)):
        if len(first) == len(second) == 1:
            yield from _window(first[0], second[0], 1, distance + 1)
            continue
        length = first[-1][0] // POSITIONS_A_WORD + 1
        for gap in range(distance + 1):
            shift = (length + gap) * POSITIONS_A_WORD
            yield PhrasePlan(_from_zero([*first, *((at + shift, term) for at, term in second)]))


def _window(
    first: tuple[int, str], second: tuple[int, str], least: int, most: int
) -> Iterator[PhrasePlan]:
    """The second term stands `least` to `most` words behind the first."""
    if most >= least:
        middle = second[0] + (least + most) * POSITIONS_A_WORD // 2
        yield PhrasePlan(
            _from_zero([first, (middle, second[1])]), (most - least) * POSITIONS_A_WORD // 2
        )


def _moved(placed: Placed, slop: int) -> Iterator[PhrasePlan]:
    for moves in product(range(slop + 1), repeat=len(placed)):
        if min(moves) == 0:
            moved = [
                (at + move * POSITIONS_A_WORD, term)
                for (at, term), move in zip(placed, moves, strict=True)
            ]
            if len({at for at, _ in moved}) == len(moved):
                yield PhrasePlan(_from_zero(moved))


def _from_zero(placed: Placed) -> Placed:
    """In order of position, the first at 0."""
    ordered = sorted(placed)
    return [(at - ordered[0][0], term) for at, term in ordered]

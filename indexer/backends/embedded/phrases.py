"""Loose phrases (slop) and proximity (NEAR) as phrases that tantivy knows.

tantivy's slop of two terms is how far their distance may be from the one that was asked for, so two
words in a window are one phrase around the middle of that window. For more terms its slop means
something else than Lucene's: then every way to place them is a phrase of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from indexer.analysis.arabic import MAX_FORMS
from indexer.analysis.terms import MIDDLES, STRIDE, Wording

POSITIONS_A_WORD = STRIDE
"""Each of a word's terms has a position of its own."""
_SPREAD = 3
"""How far two terms may be from where they are expected, if one of them is a form of its word."""

Placed = list[tuple[int, str]]
"""Terms with their positions, relative to each other."""


@dataclass(frozen=True, slots=True)
class PhrasePlan:
    """One phrase: terms at their positions, which two of them may miss by `slop` positions."""

    placed: Placed
    slop: int = 0


def placed_wordings(wording: Wording) -> Iterator[Placed]:
    """The places of the terms; a form of a word has several where it may stand."""
    for first in _slots(wording[0][0]):
        slots = [first, *(slot for slot, _ in wording[1:])]
        terms = enumerate(zip(slots, wording, strict=True))
        yield [(index * POSITIONS_A_WORD + slot, term) for index, (slot, (_, term)) in terms]


def near_wordings(left: Wording, right: Wording, distance: int) -> Iterator[PhrasePlan]:
    """Both, as `near_phrases` has it."""
    if len(left) == len(right) == 1:
        has_form = left[0][0] in MIDDLES or right[0][0] in MIDDLES
        for plan in near_phrases(list(left), list(right), distance):
            yield PhrasePlan(plan.placed, plan.slop + (_SPREAD if has_form else 0))
        return
    for first in placed_wordings(left):
        for second in placed_wordings(right):
            yield from near_phrases(first, second, distance)


def _slots(slot: int) -> range:
    begin = MIDDLES.get(slot)
    return range(slot, slot + 1) if begin is None else range(begin, begin + MAX_FORMS)


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
            shifted = [(position + shift, term) for position, term in second]
            yield PhrasePlan(_from_zero([*first, *shifted]))


def _window(
    first: tuple[int, str], second: tuple[int, str], least: int, most: int
) -> Iterator[PhrasePlan]:
    """The second term stands `least` to `most` words behind the first."""
    if most >= least:
        position, term = second
        middle = position + (least + most) * POSITIONS_A_WORD // 2
        slop = (most - least) * POSITIONS_A_WORD // 2
        yield PhrasePlan(_from_zero([first, (middle, term)]), slop)


def _moved(placed: Placed, slop: int) -> Iterator[PhrasePlan]:
    """Every way to move the terms; two that end at one position are no phrase."""
    for moves in product(range(slop + 1), repeat=len(placed)):
        if min(moves) != 0:
            continue  # all are moved: the same phrase again, further on
        moved = []
        for (position, term), move in zip(placed, moves, strict=True):
            moved.append((position + move * POSITIONS_A_WORD, term))
        positions = {position for position, _ in moved}
        if len(positions) == len(moved):
            yield PhrasePlan(_from_zero(moved))


def _from_zero(placed: Placed) -> Placed:
    """In order of position, the first at 0."""
    ordered = sorted(placed)
    start, _ = ordered[0]
    return [(position - start, term) for position, term in ordered]

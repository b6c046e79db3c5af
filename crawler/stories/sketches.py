"""Samples of a text's word sequences: from two of them the share that the texts have in common is
estimated.
"""

import zlib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

RUN = 5
"""Words of one sequence."""
_WHOLE = 2**32
_SAMPLED = _WHOLE // 4
"""Values below it are kept: a quarter of all. Unlike a fixed number of smallest values (MinHash),
this tells the share of either text, so that a cut text is found in the whole one.
"""
_LEAST = 24
_MOST = 96


@dataclass(frozen=True, slots=True)
class Sketch:
    """All values of a text's sequences below `limit`, in order."""

    values: tuple[int, ...]
    limit: int


def sketch_of(words: Sequence[str]) -> Sketch:
    """The sketch of a text's folded words; a text shorter than one sequence has no values."""
    encoded = [word.encode() for word in words]
    starts = range(len(encoded) - RUN + 1)
    values = sorted({zlib.crc32(b" ".join(encoded[at : at + RUN])) for at in starts})
    natural = bisect_left(values, _SAMPLED)
    kept = min(max(natural, _LEAST), _MOST)
    if kept >= len(values):
        return Sketch(tuple(values), _WHOLE)
    limit = _SAMPLED if kept == natural else values[kept]
    return Sketch(tuple(values[:kept]), limit)

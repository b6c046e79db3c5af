"""Whether one text was taken from another, and from which.

Decided from sketches alone. Sequences that stood in articles of several days (templates, background
paragraphs, boilerplate) do not count, and of two bulletins whose numbers differ none is a copy.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.stories.learned import Learned
from crawler.stories.reading import ArticleReading

_SURE = 0.55
"""The share of either text from which on it is a copy."""
_LIKELY = 0.38
"""The share that suffices for other sources of the same days, if much is in common."""
_LIKELY_COMMON = 14
_LIKELY_SECONDS = 96 * 3600
_WORN_PART = 0.25
"""Where more of what two texts share is worn, the rest decides."""
_FRESH_LEAST = 6
_WHOLE = 0.93
"""From this share on a text is a reprint, worn or not."""
_NUMBERS_LEAST = 3
_NUMBERS_AGREEING = 0.5
_NUMBERS_SECONDS = 10 * 3600
"""Texts so far apart whose numbers differ are two issues of one bulletin."""
_BRIEF = 25
"""A text of fewer words is a copy only where nearly all of it is shared."""
_BRIEF_SHARE = 0.9
_AS_MUCH = 0.02
"""A text that holds so much less than the best does may as well be the one that was copied."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts have in common: `share` of the shorter one, `held` of the later one, and how
    many sampled sequences.
    """

    share: float
    held: float
    common: int


@dataclass(frozen=True, slots=True)
class TextSource:
    """The article that a text was taken from, with the share of the text that it holds."""

    parent: ArticleReading
    held: float
    share: float


def source_of(
    reading: ArticleReading, earlier: Iterable[ArticleReading], learned: Learned
) -> TextSource | None:
    """The article that a text was taken from: among those that hold as much of it as the best does,
    the first publisher.
    """
    sources = []
    for other in earlier:
        overlap = overlap_of(reading, other, learned)
        if overlap is not None and is_copy(reading, other, overlap):
            sources.append(TextSource(other, overlap.held, overlap.share))
    if not sources:
        return None
    best = max(source.held for source in sources)
    as_good = [source for source in sources if source.held >= best - _AS_MUCH]
    return min(as_good, key=lambda source: source.parent.rank)


def is_copy(reading: ArticleReading, other: ArticleReading, overlap: Overlap) -> bool:
    """Whether what two texts have in common makes one a copy of the other."""
    apart = abs(reading.effective - other.effective)
    agreeing = _numbers_agree(reading, other)
    if not agreeing and apart >= _NUMBERS_SECONDS:
        return False
    if min(reading.length, other.length) < _BRIEF:
        return overlap.share >= _BRIEF_SHARE
    if overlap.share >= _SURE:
        return True
    if reading.source == other.source or apart > _LIKELY_SECONDS:
        return False
    return overlap.share >= _LIKELY and overlap.common >= _LIKELY_COMMON and agreeing


def overlap_of(reading: ArticleReading, other: ArticleReading, learned: Learned) -> Overlap | None:
    """What two texts have in common that is not worn; None where it is nothing to go by."""
    limit = min(reading.sketch.limit, other.sketch.limit)
    own = reading.sketch.values[: bisect_left(reading.sketch.values, limit)]
    others = other.sketch.values[: bisect_left(other.sketch.values, limit)]
    common = frozenset(own).intersection(others)
    if not common:
        return None
    held = len(common) / len(own)
    share = len(common) / min(len(own), len(others))
    if share < _LIKELY:
        return None
    worn = learned.worn(common)
    if share >= _WHOLE or len(worn) <= _WORN_PART * len(common):
        return Overlap(share, held, len(common))
    fresh = len(common) - len(worn)
    if fresh < _FRESH_LEAST:
        return None
    own_fresh = len(own) - len(learned.worn(own))
    others_fresh = len(others) - len(learned.worn(others))
    return Overlap(fresh / min(own_fresh, others_fresh), held, fresh)


def _numbers_agree(reading: ArticleReading, other: ArticleReading) -> bool:
    fewest = min(len(reading.numbers), len(other.numbers))
    if fewest < _NUMBERS_LEAST:
        return True
    return len(reading.numbers & other.numbers) >= _NUMBERS_AGREEING * fewest

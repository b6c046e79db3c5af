"""What an index answers. Values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from indexer.analysis.zones import Zone
from indexer.query.tree import Interval

PartKind = Literal["word", "share", "close", "accent", "presence"]


@dataclass(frozen=True, slots=True)
class ScorePart:
    """What a part of the query adds to a score; `text` are its words, `zone` where one stands."""

    kind: PartKind
    text: str
    zone: Zone | None
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """One match: the article's JSON values and its score; `highlights` are HTML-escaped snippets
    with <mark>. `parts` add up to the score, where they are asked for.
    """

    article: Mapping[str, object]
    score: float
    highlights: Mapping[str, list[str]]
    parts: Sequence[ScorePart] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """One value of a facet and how many matches have it; a facet's own selection is left out of its
    counts.
    """

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a `Search`: `total` is exact, `cursor` leads to more hits (None at the end)."""

    total: int
    hits: list[Hit]
    facets: Mapping[str, list[Count]]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Bucket:
    """One step of a timeline: `date` is its first local day or hour in ISO form, `coarse` how many
    of `count` have a date that is less precise than the step.
    """

    date: str
    count: int
    coarse: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Matches over time, moments in the zone `tz` and civil dates at their own day: the counts and
    `undated` add up to the total. `interval` is never "auto".
    """

    interval: Interval
    tz: str
    buckets: list[Bucket]
    undated: int

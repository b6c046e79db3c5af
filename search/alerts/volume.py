"""Whether a bucket's count is far from its own history. Pure.

The usual count is the median of the buckets of the same weekday and hour, the spread their median
distance from it (times 1.4826, which makes it the standard deviation of a normal distribution), at
least the square root of the median, as counts of independent events spread. Times when the sources
were not watched are no history, and too few articles are no news of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import sqrt
from statistics import median
from zoneinfo import ZoneInfo

WEEKS = 8
"""How far back the history reaches."""
FEWEST_BUCKETS = 4
"""Fewer buckets are no history: of so few, one odd count moves the median and the spread."""
FAR = 4.0
"""How many spreads from the usual count is far; of normal counts, one in 16,000 is."""
WATCHED_ENOUGH = 0.9
"""The share of a bucket that must have been watched for its count to say how much there was."""
_NORMAL = 1.4826
"""Turns a median absolute deviation into the standard deviation of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A count that is far from the `usual` one; `spread` is how far counts usually are."""

    count: int
    usual: float
    spread: float

    @property
    def more(self) -> bool:
        """Whether there are more than usual, not fewer."""
        return self.count > self.usual


@dataclass(frozen=True, slots=True)
class Baseline:
    """Buckets by their first moment (UTC): how many articles each counts, and the share of it that
    was watched.
    """

    counts: Mapping[datetime, int]
    watched: Mapping[datetime, float]


def find_anomaly(
    count: int, history: Sequence[int], floor: int, watched: float = 1.0
) -> Anomaly | None:
    """What is unusual about a count; None where nothing is, where there is no history, and below
    the floor.

    `watched` is the share of the bucket that was: there may be too few articles only where that is
    `WATCHED_ENOUGH`, and only if the rest had brought what is usual.
    """
    if len(history) < FEWEST_BUCKETS:
        return None
    middle = float(median(history))
    deviation = float(median(abs(earlier - middle) for earlier in history))
    spread = max(_NORMAL * deviation, sqrt(middle), 1.0)
    if max(count, middle) < floor:
        return None
    # Where too little was watched, all that is usual may have been missed: never too few.
    missed = (1 - watched) * middle if watched >= WATCHED_ENOUGH else middle
    is_too_many = count > middle + FAR * spread
    is_too_few = count + missed < middle - FAR * spread
    return Anomaly(count, middle, spread) if is_too_many or is_too_few else None


def comparable_counts(baseline: Baseline, start: datetime, tz: str) -> list[int]:
    """The counts of earlier buckets like the one that begins at `start`: of its weekday and local
    hour, or, where these are too few, of its local hour. Those that were watched less than
    `WATCHED_ENOUGH` are left out.
    """
    local = start.astimezone(ZoneInfo(tz))
    same_weekday: list[int] = []
    all_days: list[int] = []
    for days_back in range(1, 7 * WEEKS + 1):
        earlier = (local - timedelta(days=days_back)).astimezone(UTC)
        if baseline.watched.get(earlier, 0.0) < WATCHED_ENOUGH:
            continue
        count = baseline.counts.get(earlier, 0)
        all_days.append(count)
        if days_back % 7 == 0:
            same_weekday.append(count)
    return same_weekday if len(same_weekday) >= FEWEST_BUCKETS else all_days

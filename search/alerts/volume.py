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
LEAST = 4
"""Fewer buckets are no history."""
FAR = 4.0
"""How many spreads from the usual count is far."""
ENOUGH = 0.9
"""The share of a bucket that must have been watched for its count to say how much there was."""
_NORMAL = 1.4826


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


def unusual(count: int, history: Sequence[int], floor: int, watched: float = 1.0) -> Anomaly | None:
    """What is unusual about a count; None where nothing is, where there is no history, and below
    the floor.

    `watched` is the share of the bucket that was: there may be too few articles only where that is
    `ENOUGH`, and only if the rest had brought what is usual.
    """
    if len(history) < LEAST:
        return None
    middle = float(median(history))
    spread = max(_NORMAL * float(median(abs(one - middle) for one in history)), sqrt(middle), 1.0)
    if max(count, middle) < floor:
        return None
    missing = (1 - watched) * middle if watched >= ENOUGH else middle
    far = count > middle + FAR * spread or count + missing < middle - FAR * spread
    return Anomaly(count, middle, spread) if far else None


def history(past: Baseline, start: datetime, tz: str) -> list[int]:
    """The counts of earlier buckets like the one that begins at `start`: of its weekday and local
    hour, or, where these are too few, of its local hour. Those that were watched less than `ENOUGH`
    are left out.
    """
    local = start.astimezone(ZoneInfo(tz))
    alike: list[int] = []
    others: list[int] = []
    for back in range(1, 7 * WEEKS + 1):
        then = (local - timedelta(days=back)).astimezone(UTC)
        if past.watched.get(then, 0.0) < ENOUGH:
            continue
        found = past.counts.get(then, 0)
        others.append(found)
        if back % 7 == 0:
            alike.append(found)
    return alike if len(alike) >= LEAST else others

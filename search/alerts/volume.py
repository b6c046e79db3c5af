"""Whether a bucket's count is far from its own history. Pure.

The usual count is the median of the buckets of the same weekday and hour, the spread their median distance from it
(times 1.4826, which makes it the standard deviation of a normal distribution), at least the square root of the median,
as counts of independent events spread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from statistics import median
from zoneinfo import ZoneInfo

WEEKS = 8
"""How far back the history reaches."""
LEAST = 4
"""Fewer buckets are no history."""
FAR = 4.0
"""How many spreads from the usual count is far."""
_NORMAL = 1.4826


@dataclass(frozen=True, slots=True)
class Unusual:
    """A count that is far from the `usual` one; `spread` is how far counts usually are."""

    count: int
    usual: float
    spread: float

    @property
    def more(self) -> bool:
        """Whether there are more than usual, not fewer."""
        return self.count > self.usual


def unusual(count: int, history: Sequence[int], floor: int) -> Unusual | None:
    """What is unusual about a count; None where nothing is, where there is no history, and below the floor."""
    if len(history) < LEAST:
        return None
    middle = float(median(history))
    spread = max(_NORMAL * float(median(abs(one - middle) for one in history)), sqrt(middle), 1.0)
    if max(count, middle) < floor or abs(count - middle) <= FAR * spread:
        return None
    return Unusual(count, middle, spread)


def history(counts: Mapping[datetime, int], start: datetime, step: timedelta, tz: str) -> list[int]:
    """The counts of earlier buckets like the one that begins at `start`: of its weekday and local hour, or, where these
    are too few, of its local hour.

    `counts` has the buckets that are not empty by their first moment; empty ones count from the first of them on.
    """
    zone = ZoneInfo(tz)
    first = min((moment for moment in counts if moment < start), default=start)
    local = start.astimezone(zone)
    alike: list[int] = []
    others: list[int] = []
    for back in range(1, 7 * WEEKS + 1):
        then = (local - timedelta(days=back)).astimezone(zone)
        if then < first.astimezone(zone) - step / 2:
            break
        found = counts.get(then, 0)
        others.append(found)
        if back % 7 == 0:
            alike.append(found)
    return alike if len(alike) >= LEAST else others

"""The time that the chart shows: where nearly all articles lie. Few much older ones would leave
them no room.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from indexer.backend import Backend
from indexer.query import Interval, Search, Timeline
from indexer.query.timeline import edges

FEW = 0.05
"""The share of the dated articles that may be left before the chart."""
LEAST_STEPS = 24
"""A chart of fewer steps has room enough."""
WORTH = 3
"""What is shown must be so many times shorter than the whole, else the whole is shown."""


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """What is drawn, and the articles before it: how many, and the first and the last step that
    they are in, by steps of the interval `before`."""

    line: Timeline
    earlier: int = 0
    first: str = ""
    last: str = ""
    before: Interval = "year"


def window(backend: Backend, search: Search, line: Timeline) -> TimeWindow:
    """The timeline without what lies far before nearly all of it, in steps that fit the rest."""
    at = _beginning([bucket.count for bucket in line.buckets])
    if not at:
        return TimeWindow(line)
    before = line.buckets[:at]
    with_articles = [bucket for bucket in before if bucket.count]
    return TimeWindow(
        line=_from(edges(line)[at], backend, search, line),
        earlier=sum(bucket.count for bucket in before),
        first=with_articles[0].date,
        last=before[-1].date,
        before=line.interval,
    )


def _from(begin: datetime, backend: Backend, search: Search, line: Timeline) -> Timeline:
    local = begin.astimezone(ZoneInfo(line.tz))
    shorter = backend.timeline(replace(search, start=local), "auto", line.tz)
    return replace(shorter, undated=line.undated)


def _beginning(counts: list[int]) -> int:
    """The step that the chart begins with: 0 where the whole is shown."""
    allowed = FEW * sum(counts)
    begin = 0
    earlier = 0
    while begin < len(counts) and earlier + counts[begin] <= allowed:
        earlier += counts[begin]
        begin += 1
    steps_left = len(counts) - begin
    if len(counts) < LEAST_STEPS or steps_left * WORTH > len(counts):
        return 0
    return begin

"""The time that the chart shows: where nearly all articles lie. Few much older ones would leave
them no room.
"""

from dataclasses import dataclass, replace
from datetime import datetime

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


def span(backend: Backend, search: Search, line: Timeline) -> TimeWindow:
    """The timeline without what lies far before nearly all of it, in the step that fits what is left."""
    at = _beginning([bucket.count for bucket in line.buckets])
    if not at:
        return TimeWindow(line)
    before, begin = line.buckets[:at], edges(line)[at]
    shown = _from(begin, backend, search, line)
    dated = [bucket for bucket in before if bucket.count]
    return TimeWindow(
        shown, sum(bucket.count for bucket in before), dated[0].date, before[-1].date, line.interval
    )


def _from(begin: datetime, backend: Backend, search: Search, line: Timeline) -> Timeline:
    found = backend.timeline(replace(search, start=begin), "auto", line.tz)
    return replace(found, undated=line.undated)


def _beginning(counts: list[int]) -> int:
    """The step that the chart begins with."""
    room, at = FEW * sum(counts), 0
    while at < len(counts) and (room := room - counts[at]) >= 0:
        at += 1
    long = len(counts) >= LEAST_STEPS and (len(counts) - at) * WORTH <= len(counts)
    return at if long else 0

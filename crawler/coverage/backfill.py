"""Time that was not monitored, and whose articles came later: by a crawl that reached back, or from
what others had captured. It is told as such, and never counts as monitored. Pure.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from crawler.coverage.causes import Reason
from crawler.coverage.watch import CoverageStretch

LONGEST_SILENCE = timedelta(days=31)
"""How long a site may list nothing between two articles, where it lists all that it published."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Backfill:
    """From `start` to `end` (aware) a source was backfilled."""

    start: datetime
    end: datetime


def merge_backfills(backfills: Iterable[Backfill]) -> list[Backfill]:
    """The backfills in their order of time, those that touch made one."""
    merged: list[Backfill] = []
    for backfill in sorted(backfills, key=lambda one: one.start):
        if merged and backfill.start <= merged[-1].end:
            merged[-1] = replace(merged[-1], end=max(backfill.end, merged[-1].end))
        elif backfill.start < backfill.end:
            merged.append(backfill)
    return merged


def days_backfilled(moments: Iterable[datetime]) -> list[Backfill]:
    """The days (UTC) on which something was captured."""
    days = {moment.astimezone(UTC).date() for moment in moments}
    starts = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in days)
    return merge_backfills(Backfill(start, start + _DAY) for start in starts)


def times_listed(days: Iterable[date], since: datetime, until: datetime) -> list[Backfill]:
    """The times that a site still listed, from the days (UTC) of what it listed: what lies between
    two of them less than `LONGEST_SILENCE` apart was listed, too. `since` and `until` are those of
    the crawl that reached back.
    """
    starts = [datetime(day.year, day.month, day.day, tzinfo=UTC) for day in days]
    times = [Backfill(max(start, since), min(start + _DAY, until)) for start in starts]
    edges = [Backfill(since, since), *sorted(times, key=lambda one: one.start)]
    joined = []
    for before, after in pairwise([*edges, Backfill(until, until)]):
        is_joined = after.start - before.end < LONGEST_SILENCE
        joined.append(Backfill(before.start, after.start if is_joined else before.end))
    return merge_backfills(joined) if times else []


def with_backfills(
    stretches: Iterable[CoverageStretch], backfills: Sequence[Backfill]
) -> list[CoverageStretch]:
    """Stretches in which what was lost, but for what the next visit will tell, is lost to
    "backfilled" where it was backfilled; `backfills` are merged.
    """
    if not backfills:
        return list(stretches)
    told = []
    for stretch in stretches:
        for part in _parts(stretch, backfills):
            told.append(_told(part) if _is_within(part.start, backfills) else part)
    return told


def _parts(stretch: CoverageStretch, backfills: Sequence[Backfill]) -> Iterator[CoverageStretch]:
    """A stretch, cut where a backfill begins or ends."""
    start = stretch.start
    first = max(0, _place(start, backfills))
    for backfill in backfills[first:]:
        if backfill.start >= stretch.end:
            break
        for edge in (backfill.start, backfill.end):
            if start < edge < stretch.end:
                yield replace(stretch, start=start, end=edge)
                start = edge
    yield replace(stretch, start=start)


def _place(moment: datetime, backfills: Sequence[Backfill]) -> int:
    """The last backfill that begins at a moment or before; -1 for none."""
    return bisect_right(backfills, moment, key=lambda one: one.start) - 1


def _is_within(moment: datetime, backfills: Sequence[Backfill]) -> bool:
    place = _place(moment, backfills)
    return place >= 0 and moment < backfills[place].end


def _told(stretch: CoverageStretch) -> CoverageStretch:
    told: dict[Reason, float] = {}
    for reason, share in stretch.lost.items():
        name: Reason = "pending" if reason == "pending" else "backfilled"
        told[name] = round(told.get(name, 0.0) + share, 9)
    return replace(stretch, lost=told)

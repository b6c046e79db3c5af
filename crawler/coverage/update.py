"""What one more visit to an entry point proves about the time before it.

A visit proves that nothing was missed since the last one that was read where they overlap: an item
that was known then is still listed, so everything newer is listed as well. That holds over failures
between them: an outage that the listing reaches across is watched after the fact.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawler.coverage.causes import Reason, cause
from crawler.coverage.spans import Span, State

SHUFFLED = ("section", "home", "older")
"""Kinds of entry points whose order is not that of time alone: one old item may be pinned there."""
SHUFFLED_SHARE = 0.1
"""The share of items that must be known from before to prove that a shuffled listing overlaps."""
SHUFFLED_LEAST = 2
"""How many must be known at least: one may be pinned."""
IDLE_TIMES = 4
"""After so many of its usual intervals without a visit, Veille was not watching an entry point."""
IDLE_LEAST = timedelta(hours=1)
UNUSUAL = timedelta(hours=2)
"""What counts as idle before the usual interval is known."""
_WEIGHT = 0.2
"""Of the newest gap between visits in the usual interval (an exponential moving average)."""


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What a visit showed: its `outcome`, and how many `items` are listed that may be articles.

    Those listed `again` were known when the entry point was last read; `reach` is the moment
    since which the listing is complete by its own dates. `named` says that the sources file
    names the entry point, `lists` that it named any page or further entry point, new or old; `at`
    is aware.
    """

    at: datetime
    outcome: str
    kind: str
    named: bool = True
    items: int = 0
    again: int = 0
    reach: datetime | None = None
    location: str | None = None
    lists: bool = True


@dataclass(frozen=True, slots=True)
class EntryPointState:
    """An entry point as the ledger stands: first and last visit, and when it was last read.

    `failures` are those in a row since `failing_since`; `interval` is the usual time between visits
    in seconds; `empty_since` is since when it is read and lists nothing.
    """

    kind: str
    named: bool
    first_at: datetime
    visited_at: datetime
    read_at: datetime | None
    outcome: str
    failures: int = 0
    failing_since: datetime | None = None
    interval: float | None = None
    location: str | None = None
    moved_since: datetime | None = None
    empty_since: datetime | None = None

    def idle_after(self) -> timedelta:
        """How long after a visit the entry point counts as not watched any more."""
        if not self.interval:
            return UNUSUAL
        return max(timedelta(seconds=IDLE_TIMES * self.interval), IDLE_LEAST)


@dataclass(frozen=True, slots=True)
class CoverageUpdate:
    """What a visit changes: the point, and its spans, which are cut at `since` and go on with
    `spans`. `open_since` is when the entry point was read before, where the visit does not prove
    that nothing was missed since then; its older pages may.
    """

    point: EntryPointState
    since: datetime
    spans: tuple[Span, ...]
    open_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenGap:
    """The time of the listing at `url` from its visit at `since` to the one at `until` (aware), of
    which its first page proves nothing.
    """

    url: str
    since: datetime
    until: datetime


def update_coverage(point: EntryPointState | None, seen: VisitFacts) -> CoverageUpdate:
    """The ledger after one more visit, which is later than all before."""
    after = _after(point, seen)
    reason = cause(seen.outcome)
    if point is None:
        since = seen.at
        if seen.reach and reason is None:
            since = min(seen.reach, seen.at)
        return CoverageUpdate(after, since, _spans((since, seen.at, "watched", None)))
    if reason is not None:
        state, why = _unproven(point, seen.at, reason)
        since = point.visited_at
        return CoverageUpdate(after, since, _spans((since, seen.at, state, why)))
    if point.read_at is not None and proves(seen):
        since = point.read_at
        return CoverageUpdate(after, since, _spans((since, seen.at, "watched", None)))
    return _reopened(point, after, seen)


def close_gap(point: EntryPointState, gap: OpenGap, older: VisitFacts) -> CoverageUpdate | None:
    """The ledger of a listing after a visit to one of its older pages, where that proves that
    nothing was missed in the gap; None where it does not. All pages before that one were read.
    """
    is_last_visit = point.read_at == gap.until
    is_read = older.outcome == "read" and older.items > 0
    if not (is_last_visit and is_read and proves(older)):
        return None
    return CoverageUpdate(point, gap.since, _spans((gap.since, gap.until, "watched", None)))


def proves(seen: VisitFacts) -> bool:
    """Whether a visit that was read proves that nothing was missed since the one before."""
    if seen.outcome == "same":
        return True
    if seen.items == 0:
        # An index of sitemaps, and a page of the navigation that only leads on, stand for nothing
        # of their own.
        return seen.kind in {"sitemap", "home"} or not seen.named
    if seen.kind in SHUFFLED:
        needed = max(SHUFFLED_LEAST, math.ceil(SHUFFLED_SHARE * seen.items))
        return seen.again >= min(seen.items, needed)
    return seen.again > 0


def _reopened(point: EntryPointState, after: EntryPointState, seen: VisitFacts) -> CoverageUpdate:
    """Read again, with nothing that proves what was between."""
    back = _complete_since(point, seen)
    if point.failures:
        since = min(point.visited_at, back)
        state, why = _unproven(point, back, cause(point.outcome) or "down")
    else:
        since = point.read_at or point.visited_at
        state, why = _unproven(point, back, "empty" if seen.items == 0 else "gap")
    spans = _spans((since, back, state, why), (back, seen.at, "watched", None))
    open_since = point.read_at if seen.items else None
    return CoverageUpdate(after, since, spans, open_since)


def _complete_since(point: EntryPointState, seen: VisitFacts) -> datetime:
    """Since when the listing is complete by its own dates.

    The visit itself where they reach no further, or back before the last one that was read.
    """
    if seen.reach is None or seen.reach >= seen.at:
        return seen.at
    if point.read_at is not None and seen.reach <= point.read_at:
        return seen.at
    return seen.reach


def _unproven(point: EntryPointState, until: datetime, reason: Reason) -> tuple[State, Reason]:
    if until - point.visited_at > point.idle_after():
        return "blind", "idle"
    if reason in {"gap", "empty"}:
        return "partly", reason
    return "blind", reason


def _spans(*given: tuple[datetime, datetime, State, Reason | None]) -> tuple[Span, ...]:
    return tuple(
        Span(start, end, state, reason) for start, end, state, reason in given if start < end
    )


def _after(point: EntryPointState | None, seen: VisitFacts) -> EntryPointState:
    """The entry point after a visit."""
    if point is None:
        after = EntryPointState(seen.kind, seen.named, seen.at, seen.at, None, seen.outcome)
    else:
        after = replace(
            point,
            kind=seen.kind,
            named=seen.named,
            visited_at=seen.at,
            outcome=seen.outcome,
            interval=_usual_interval(point, seen.at),
        )
    failed = cause(seen.outcome) is not None
    return _after_failure(after, seen) if failed else _after_read(after, seen)


def _usual_interval(point: EntryPointState, at: datetime) -> float:
    """Seconds between visits, as a moving average; one long break does not make it long."""
    gap = (at - point.visited_at).total_seconds()
    usual = point.interval
    if usual is None:
        return max(gap, 1.0)
    return max(usual + _WEIGHT * (min(gap, IDLE_TIMES * usual) - usual), 1.0)


def _after_failure(point: EntryPointState, seen: VisitFacts) -> EntryPointState:
    return replace(point, failures=point.failures + 1, failing_since=point.failing_since or seen.at)


def _after_read(point: EntryPointState, seen: VisitFacts) -> EntryPointState:
    moved_since = (point.moved_since or seen.at) if seen.location else None
    point = replace(point, location=seen.location, moved_since=moved_since)
    if seen.outcome != "same":
        empty_since = None if seen.lists else point.empty_since or seen.at
        point = replace(point, empty_since=empty_since)
    return replace(point, read_at=seen.at, failures=0, failing_since=None)

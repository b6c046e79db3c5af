"""From the spans of a source's entry points: how the source was watched at each moment, and in each
step of a timeline.

Pure. At a moment a source is watched by the share of its entry points that were; a gap counts half,
because most of what was published in it was listed. Time of which only the next visit will tell is
left out of every share.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from crawler.coverage.causes import REASONS, Reason, cause
from crawler.coverage.spans import Span, State, clip_spans, merge_spans
from crawler.coverage.update import EntryPointState

WHOLE, NONE = 0.99, 0.01
"""The share from which a time counts as watched, and up to which as blind."""
LATE_TIMES = 2.5
"""How many of its usual intervals may pass without a visit, unless it is due later, and"""
LATE_LEAST = timedelta(minutes=10)
"""how much more, before the time since the last one counts as not watched."""
_GAP_SHARE = 0.5
_LEAST_TOLD = 0.001


@dataclass(frozen=True, slots=True)
class Pause:
    """Since when, and until when, a source was to be left alone; `until` is None where nobody has said."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class CoverageSummary:
    """How a time was watched: the share, the state that it comes to, and the reasons of the rest,
    the longest first.
    """

    state: State
    share: float
    reasons: tuple[Reason, ...]
    hours: Mapping[Reason, float]
    """What was lost to each reason, in hours, summed over the sources."""


@dataclass(frozen=True, slots=True)
class CoverageStretch:
    """A stretch of one source: the share watched, and the shares of the reasons why the rest was not."""

    start: datetime
    end: datetime
    share: float
    lost: Mapping[Reason, float]

    @property
    def state(self) -> State:
        """What the share comes to."""
        return state_of(self.share)


def state_of(share: float) -> State:
    """The state that a share comes to."""
    return "watched" if share >= WHOLE else "blind" if share <= NONE else "partly"


@dataclass(frozen=True, slots=True)
class EntryPointStatus:
    """What is known of an entry point beside its visits: one that is not `current` (removed by
    hand, or no longer named by its site) ends with its last visit; `due` is when its source is due
    next, None where nobody schedules it.
    """

    current: bool = True
    due: datetime | None = None
    pauses: Sequence[Pause] = ()


def spans_until_now(
    point: EntryPointState, spans: Sequence[Span], now: datetime, standing: EntryPointStatus
) -> list[Span]:
    """The spans of an entry point up to `now`, with what follows from there having been no visit since."""
    known = list(spans)
    if standing.current and now > point.visited_at:
        known.append(_since_last(point, now, standing.due))
    return merge_spans(part for span in known for part in _paused(span, standing.pauses))


def _since_last(point: EntryPointState, now: datetime, due: datetime | None) -> Span:
    usual = timedelta(seconds=LATE_TIMES * point.interval) if point.interval else LATE_LEAST
    expected = max(point.visited_at + usual, due or point.visited_at)
    if now > max(expected, point.visited_at) + LATE_LEAST:
        return Span(point.visited_at, now, "blind", "idle")
    reason = cause(point.outcome)
    return Span(point.visited_at, now, "blind" if reason else "partly", reason or "pending")


def _paused(span: Span, pauses: Sequence[Pause]) -> Iterator[Span]:
    """What of a span without visits was a pause."""
    if span.reason not in ("idle", "pending"):
        yield span
        return
    at = span.start
    for pause in pauses:
        start, end = max(pause.since, at), min(pause.until or span.end, span.end)
        if start < end:
            yield replace(span, start=at, end=start)
            yield Span(start, end, "blind", "paused")
            at = end
    yield replace(span, start=at)


def coverage_stretches(
    entries: Sequence[Sequence[Span]], start: datetime, end: datetime, added: datetime | None
) -> list[CoverageStretch]:
    """A source over [start, end), from the told spans of its entry points. Before `added` it was
    not watched yet, and never where that is None; where none of its entry points is there after
    that, it was left alone.
    """
    if start >= end:
        return []
    clipped = [list(clip_spans(spans, start, end)) for spans in entries]
    began = added or end
    edges = {
        start,
        end,
        *(edge for spans in clipped for span in spans for edge in (span.start, span.end)),
    }
    edges |= {began} if start < began < end else set()
    found: list[CoverageStretch] = []
    places = [0] * len(clipped)
    for left, right in pairwise(sorted(edges)):
        there = _at(clipped, places, left)
        share, lost = _weighed(there, "idle" if left >= began else "not-added")
        if found and found[-1].lost == lost and found[-1].share == share:
            found[-1] = replace(found[-1], end=right)
        else:
            found.append(CoverageStretch(left, right, share, lost))
    return found


def _at(entries: Sequence[list[Span]], places: list[int], moment: datetime) -> list[Span]:
    there = []
    for number, spans in enumerate(entries):
        while places[number] < len(spans) and spans[places[number]].end <= moment:
            places[number] += 1
        if places[number] < len(spans) and spans[places[number]].start <= moment:
            there.append(spans[places[number]])
    return there


def _weighed(there: Sequence[Span], otherwise: Reason) -> tuple[float, dict[Reason, float]]:
    if not there:
        return 0.0, {otherwise: 1.0}
    share, lost, one = 0.0, dict[Reason, float](), 1 / len(there)
    for span in there:
        part = (
            1.0
            if span.state == "watched"
            else _GAP_SHARE
            if span.reason in ("gap", "empty")
            else 0.0
        )
        share += part * one
        if span.reason:
            lost[span.reason] = lost.get(span.reason, 0.0) + (1 - part) * one
    return round(share, 9), {reason: round(value, 9) for reason, value in lost.items()}


def steps(
    sources: Iterable[Sequence[CoverageStretch]], edges: Sequence[datetime]
) -> list[CoverageSummary]:
    """How each step between two edges was watched, by all of the sources alike."""
    sums = _Sums(edges)
    for held in sources:
        for piece in held:
            sums.add(piece)
    return sums.steps()


class _Sums:
    """Seconds by step. Steps that a piece covers whole are added as differences: years cost no more
    than days.
    """

    def __init__(self, edges: Sequence[datetime]) -> None:
        self._edges = list(edges)
        self._whole: dict[str, list[float]] = {}
        self._parts: dict[str, list[float]] = {}

    def add(self, piece: CoverageStretch) -> None:
        for key, weight in (("watched", piece.share), *piece.lost.items()):
            if weight:
                self._add(key, weight, piece.start, piece.end)

    def _add(self, key: str, weight: float, start: datetime, end: datetime) -> None:
        edges, size = self._edges, len(self._edges)
        whole = self._whole.setdefault(key, [0.0] * size)
        parts = self._parts.setdefault(key, [0.0] * size)
        start, end = max(start, edges[0]), min(end, edges[-1])
        if start >= end:
            return
        first, last = bisect_right(edges, start) - 1, bisect_right(edges, end) - 1
        if first == last:
            parts[first] += weight * (end - start).total_seconds()
            return
        parts[first] += weight * (edges[first + 1] - start).total_seconds()
        parts[last] += weight * (end - edges[last]).total_seconds()
        whole[first + 1] += weight
        whole[last] -= weight

    def steps(self) -> list[CoverageSummary]:
        running = dict.fromkeys(self._whole, 0.0)
        found = []
        for at, (left, right) in enumerate(pairwise(self._edges)):
            seconds: dict[str, float] = {}
            for key, changes in self._whole.items():
                running[key] += changes[at]
                seconds[key] = running[key] * (right - left).total_seconds() + self._parts[key][at]
            found.append(summed(seconds))
        return found


def summed(seconds: Mapping[str, float]) -> CoverageSummary:
    """What seconds come to, by "watched" and by reason; those that are pending only count where
    there are no others.
    """
    watched = seconds.get("watched", 0.0)
    lost: dict[Reason, float] = {
        reason: seconds.get(reason, 0.0) for reason in REASONS if reason != "pending"
    }
    known = watched + sum(lost.values())
    if known < 1e-6:
        return CoverageSummary("partly", 0.0, ("pending",), {})
    share = watched / known
    told_reasons = sorted(
        (one for one in lost if lost[one] > _LEAST_TOLD * known), key=lambda one: -lost[one]
    )
    hours = {reason: round(lost[reason] / 3600, 2) for reason in told_reasons}
    return CoverageSummary(state_of(share), round(min(share, 1.0), 4), tuple(told_reasons), hours)

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

WHOLE = 0.99
"""The share from which a time counts as watched."""
NONE = 0.01
"""The share up to which a time counts as blind."""
LATE_TIMES = 2.5
"""How many of its usual intervals may pass without a visit, unless it is due later, and"""
LATE_LEAST = timedelta(minutes=10)
"""how much more, before the time since the last one counts as not watched."""
_GAP_SHARE = 0.5
"""What a gap counts for: most of what was published in it was listed."""
_LEAST_TOLD = 0.001
"""Share of the time that a reason must have taken to be named."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Since when, and until when, a source was to be left alone; `until` is None where nobody has
    said.
    """

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
    """A stretch of one source: the share watched, and the shares of the reasons why the rest was
    not.
    """

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
    if share >= WHOLE:
        return "watched"
    if share <= NONE:
        return "blind"
    return "partly"


@dataclass(frozen=True, slots=True)
class EntryPointStatus:
    """What is known of an entry point beside its visits.

    One that is not `current` (removed by hand, or no longer named by its site) ends with its last
    visit; `due` is when its source is due next, None where nobody schedules it.
    """

    current: bool = True
    due: datetime | None = None
    pauses: Sequence[Pause] = ()


def spans_until_now(
    point: EntryPointState, spans: Sequence[Span], now: datetime, status: EntryPointStatus
) -> list[Span]:
    """The spans of an entry point up to `now`, with what follows from there having been no visit
    since.
    """
    all_spans = list(spans)
    if status.current and now > point.visited_at:
        all_spans.append(_since_last(point, now, status.due))
    return merge_spans(part for span in all_spans for part in _with_pauses(span, status.pauses))


def _since_last(point: EntryPointState, now: datetime, due: datetime | None) -> Span:
    """The time since the last visit: idle where the next one is overdue."""
    usual = timedelta(seconds=LATE_TIMES * point.interval) if point.interval else LATE_LEAST
    expected = max(point.visited_at + usual, due or point.visited_at)
    if now > expected + LATE_LEAST:
        return Span(point.visited_at, now, "blind", "idle")
    reason = cause(point.outcome)
    if reason is None:
        return Span(point.visited_at, now, "partly", "pending")
    return Span(point.visited_at, now, "blind", reason)


def _with_pauses(span: Span, pauses: Sequence[Pause]) -> Iterator[Span]:
    """What of a span without visits was a pause."""
    if span.reason not in {"idle", "pending"}:
        yield span
        return
    at = span.start
    for pause in pauses:
        start = max(pause.since, at)
        end = min(pause.until or span.end, span.end)
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
    edges = {start, end} | _edges_of(clipped)
    if start < began < end:
        edges.add(began)
    stretches: list[CoverageStretch] = []
    places = [0] * len(clipped)
    for left, right in pairwise(sorted(edges)):
        current = _spans_at(clipped, places, left)
        share, lost = _weigh(current, "idle" if left >= began else "not-added")
        stretch = CoverageStretch(left, right, share, lost)
        if stretches and _same_coverage(stretches[-1], stretch):
            stretches[-1] = replace(stretches[-1], end=right)
        else:
            stretches.append(stretch)
    return stretches


def _edges_of(entries: Iterable[Sequence[Span]]) -> set[datetime]:
    """Where any span begins or ends."""
    edges: set[datetime] = set()
    for spans in entries:
        for span in spans:
            edges |= {span.start, span.end}
    return edges


def _same_coverage(one: CoverageStretch, other: CoverageStretch) -> bool:
    return (one.share, one.lost) == (other.share, other.lost)


def _spans_at(entries: Sequence[list[Span]], places: list[int], moment: datetime) -> list[Span]:
    """The spans that hold a moment, at most one of each entry point. `places` says up to which span
    of each the moments before came; moments come in order, so that each span is passed once.
    """
    current = []
    for number, spans in enumerate(entries):
        while places[number] < len(spans) and spans[places[number]].end <= moment:
            places[number] += 1
        if places[number] < len(spans) and spans[places[number]].start <= moment:
            current.append(spans[places[number]])
    return current


def _weigh(spans: Sequence[Span], otherwise: Reason) -> tuple[float, dict[Reason, float]]:
    """The share that was watched and what was lost to each reason, all entry points alike;
    `otherwise` is the reason where there is none.
    """
    if not spans:
        return 0.0, {otherwise: 1.0}
    share = 0.0
    lost: dict[Reason, float] = {}
    weight = 1 / len(spans)
    for span in spans:
        watched = _watched_part(span)
        share += watched * weight
        if span.reason:
            lost[span.reason] = lost.get(span.reason, 0.0) + (1 - watched) * weight
    # Sums of thirds differ in their last digits: stretches that are the same must compare equal.
    rounded = {reason: round(value, 9) for reason, value in lost.items()}
    return round(share, 9), rounded


def _watched_part(span: Span) -> float:
    if span.state == "watched":
        return 1.0
    if span.reason in {"gap", "empty"}:
        return _GAP_SHARE
    return 0.0


def steps(
    sources: Iterable[Sequence[CoverageStretch]], edges: Sequence[datetime]
) -> list[CoverageSummary]:
    """How each step between two edges was watched, by all of the sources alike."""
    sums = _Sums(edges)
    for stretches in sources:
        for stretch in stretches:
            sums.add(stretch)
    return sums.steps()


class _Sums:
    """Seconds by step. Steps that a stretch covers whole are added as differences: years cost no
    more than days.
    """

    def __init__(self, edges: Sequence[datetime]) -> None:
        self._edges = list(edges)
        self._whole: dict[str, list[float]] = {}
        self._parts: dict[str, list[float]] = {}

    def add(self, stretch: CoverageStretch) -> None:
        for key, weight in (("watched", stretch.share), *stretch.lost.items()):
            if weight:
                self._add(key, weight, stretch.start, stretch.end)

    def _add(self, key: str, weight: float, start: datetime, end: datetime) -> None:
        edges = self._edges
        whole = self._whole.setdefault(key, [0.0] * len(edges))
        parts = self._parts.setdefault(key, [0.0] * len(edges))
        start = max(start, edges[0])
        end = min(end, edges[-1])
        if start >= end:
            return
        first = bisect_right(edges, start) - 1
        last = bisect_right(edges, end) - 1
        if first == last:
            parts[first] += weight * (end - start).total_seconds()
            return
        parts[first] += weight * (edges[first + 1] - start).total_seconds()
        parts[last] += weight * (end - edges[last]).total_seconds()
        whole[first + 1] += weight
        whole[last] -= weight

    def steps(self) -> list[CoverageSummary]:
        running = dict.fromkeys(self._whole, 0.0)
        summaries = []
        for at, (left, right) in enumerate(pairwise(self._edges)):
            seconds: dict[str, float] = {}
            for key, changes in self._whole.items():
                running[key] += changes[at]
                seconds[key] = running[key] * (right - left).total_seconds() + self._parts[key][at]
            summaries.append(summarize(seconds))
        return summaries


def summarize(seconds: Mapping[str, float]) -> CoverageSummary:
    """What seconds come to, by "watched" and by reason; those that are pending only count where
    there are no others.
    """
    watched = seconds.get("watched", 0.0)
    lost: dict[Reason, float] = {
        reason: seconds.get(reason, 0.0) for reason in REASONS if reason != "pending"
    }
    total = watched + sum(lost.values())
    if total < 1e-6:
        return CoverageSummary("partly", 0.0, ("pending",), {})
    share = watched / total
    reasons = [reason for reason in lost if lost[reason] > _LEAST_TOLD * total]
    reasons.sort(key=lambda reason: -lost[reason])
    hours = {reason: round(lost[reason] / 3600, 2) for reason in reasons}
    return CoverageSummary(state_of(share), round(min(share, 1.0), 4), tuple(reasons), hours)

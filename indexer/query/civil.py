"""Timelines of moments and civil dates together: moments fall into the steps of a time zone, civil
dates into those of the calendar, which get the same names. A door module.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from indexer.query import Interval, Timeline
from indexer.query.timeline import choose_interval, starts, step_of, timeline

Span = tuple[int, int]
Counts = Mapping[int, tuple[int, int]]
"""By the beginning of a step (ms since 1970): matches, and how many have a coarser precision."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DateSpans:
    """Between which numbers the dates of matches lie, both inclusive: `instant` and `civil` of
    `indexer.dating`; None where no match has such a date.
    """

    moments: Span | None
    civil: Span | None

    def __bool__(self) -> bool:
        return self.moments is not None or self.civil is not None


@dataclass(frozen=True, slots=True)
class TimelinePlan:
    """The steps of a timeline: of moments in the zone, of civil dates in the calendar, which knows
    no step shorter than a day.
    """

    interval: Interval
    civil_interval: Interval
    zone: ZoneInfo
    steps: list[int]
    moment_steps: list[int]
    civil_steps: list[int]

    def timeline(self, moments: Counts, civil: Counts, total: int) -> Timeline:
        """The timeline of what was counted in both kinds of steps."""
        counts = dict(moments)
        for begin, (count, coarse) in civil.items():
            step = step_of(in_zone(begin, self.zone), self.interval, self.zone)
            counted, counted_coarse = counts.get(step, (0, 0))
            counts[step] = (counted + count, counted_coarse + coarse)
        return timeline(self.interval, self.zone, self.steps, counts, total)


def plan(interval: Interval, spans: DateSpans, zone: ZoneInfo) -> TimelinePlan:
    """How to count matches between these dates; raises `QueryError` for an interval that is too
    fine.
    """
    ends = list(spans.moments or ())
    if spans.civil:
        ends += [in_zone(number, zone) for number in spans.civil]
    if not ends:
        step = choose_interval(interval, 0, 0)
        return TimelinePlan(step, step, zone, [], [], [])
    step = choose_interval(interval, min(ends), max(ends))
    civil_step: Interval = "day" if step == "hour" else step
    return TimelinePlan(
        step,
        civil_step,
        zone,
        steps=starts(step, min(ends), max(ends), zone),
        moment_steps=_starts(step, spans.moments, zone),
        civil_steps=_starts(civil_step, spans.civil, UTC),
    )


def in_zone(shown: int, zone: tzinfo) -> int:
    """The moment (ms since 1970) at which clocks of the zone show this, counted as if it were
    UTC.
    """
    local = (_EPOCH + timedelta(milliseconds=shown)).replace(tzinfo=zone)
    return (local - _EPOCH) // timedelta(milliseconds=1)


def _starts(interval: Interval, span: Span | None, zone: tzinfo) -> list[int]:
    return [] if span is None else starts(interval, *span, zone)

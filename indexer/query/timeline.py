"""Timelines (date histograms) in a time zone: the interval that fits, its steps, their labels.

A door module.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from indexer.dating import PRECISIONS
from indexer.query import Bucket, Interval, QueryError, Timeline

MAX_STEPS = 10_000
"""Steps of a timeline at most, empty ones included."""
AUTO_STEPS = 120
"""The interval "auto" is the finest that needs no more steps."""

_INTERVALS: tuple[Interval, ...] = ("hour", "day", "week", "month", "year")
_SECONDS = {"hour": 3_600, "day": 86_400, "week": 604_800, "month": 2_629_746, "year": 31_556_952}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = -62_135_596_800_000
"""The beginning of the year 1, in milliseconds since 1970: no date is earlier."""
_CACHED_STEPS = 50_000
"""Searches ask for the same steps again and again, and calendars are slow."""


def epoch_ms(moment: datetime, rounding: Literal["floor", "ceil"] = "floor") -> int:
    """An aware moment in milliseconds since 1970, rounded down or up.

    The limits of a half-open range are rounded up, because dates in an index are rounded down.
    """
    if rounding == "ceil":
        return -((_EPOCH - moment) // timedelta(milliseconds=1))
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def zone(name: str) -> ZoneInfo:
    """The time zone of this name (IANA); raises `QueryError` where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise QueryError(
            f"There is no time zone {name!r}. Use a name such as Europe/Paris or UTC."
        ) from None


def choose_interval(interval: Interval, first: int, last: int) -> Interval:
    """The interval to use for matches between two date points (ms since 1970).

    Raises `QueryError` for one that is too fine.
    """
    seconds = (last - first) / 1000
    if interval == "auto":
        coarse_enough = (name for name in _INTERVALS if seconds / _SECONDS[name] < AUTO_STEPS)
        return next(coarse_enough, "year")
    if interval not in _SECONDS:
        raise QueryError(f"There is no interval {interval!r}. Use auto, {', '.join(_INTERVALS)}.")
    if seconds / _SECONDS[interval] > MAX_STEPS:
        raise QueryError(
            f"That would be more than {MAX_STEPS} steps: "
            "choose a longer interval or a shorter period."
        )
    return interval


def starts(interval: Interval, first: int, last: int, tz: tzinfo) -> list[int]:
    """Where each step begins, in milliseconds since 1970, from the one with `first` in it to the
    one with `last`.
    """
    begins: list[int] = []
    begin: int | None = epoch_ms(_floor(_local(first, tz), interval))
    while begin is not None and begin <= last:
        begins.append(begin)
        begin = _after(begin, interval, tz)
    return begins


def step_of(milliseconds: int, interval: Interval, tz: tzinfo) -> int:
    """Where the step begins that has this moment (ms since 1970) in it."""
    return epoch_ms(_floor(_local(milliseconds, tz), interval))


def coarser(interval: Interval) -> tuple[str, ...]:
    """The precisions that are less precise than a step of this interval."""
    return PRECISIONS[PRECISIONS.index(interval) + 1 :]


def timeline(
    interval: Interval,
    tz: ZoneInfo,
    steps: list[int],
    counts: Mapping[int, tuple[int, int]],
    total: int,
) -> Timeline:
    """The timeline of counts (matches, and how many are coarse) by step; empty steps are added."""
    buckets = [
        Bucket(_label(begin, interval, tz), *counts.get(begin, (0, 0)))
        for begin in sorted({*steps, *counts})
    ]
    dated = sum(bucket.count for bucket in buckets)
    return Timeline(interval, tz.key, buckets, total - dated)


def ranges(steps: Sequence[int]) -> Iterator[tuple[int, int | None]]:
    """Each step with its exclusive end, None for the last."""
    yield from pairwise(steps)
    if steps:
        yield steps[-1], None


def extend(timeline: Timeline, start: datetime | None, end: datetime | None) -> Timeline:
    """The timeline with empty steps from `start` and up to `end` (both aware, `end` exclusive)
    where these are given, unless that would be too many.
    """
    span = _span(edges(timeline), start, end)
    if span is None:
        return timeline
    first, last = span
    if (last - first).total_seconds() / _SECONDS[timeline.interval] > MAX_STEPS:
        return timeline
    tz = zone(timeline.tz)
    dates = {bucket.date for bucket in timeline.buckets}
    buckets = list(timeline.buckets)
    for begin in _starts_between(timeline.interval, first, last, tz):
        date = _label(begin, timeline.interval, tz)
        if date not in dates:
            buckets.append(Bucket(date, 0, 0))
    buckets.sort(key=lambda bucket: _begin(bucket.date, tz))
    return Timeline(timeline.interval, timeline.tz, buckets, timeline.undated)


def _span(
    step_edges: Sequence[datetime], start: datetime | None, end: datetime | None
) -> tuple[datetime, datetime] | None:
    """What the edges of a timeline and a period cover together; None where that is nothing."""
    begins = [moment for moment in (start, *step_edges[:1]) if moment is not None]
    ends = [moment for moment in (end, *step_edges[-1:]) if moment is not None]
    if not begins or not ends or min(begins) >= max(ends):
        return None
    return min(begins), max(ends)


def edges(timeline: Timeline) -> list[datetime]:
    """Where each step begins (UTC), and where the last one ends; empty without steps."""
    tz = zone(timeline.tz)
    begins = [_begin(bucket.date, tz) for bucket in timeline.buckets]
    if not begins:
        return []
    try:
        end = _next(begins[-1].astimezone(tz), timeline.interval).astimezone(UTC)
    except (OverflowError, ValueError):
        end = datetime.max.replace(tzinfo=UTC)
    return [*begins, end]


def _starts_between(interval: Interval, first: datetime, last: datetime, tz: tzinfo) -> list[int]:
    return starts(interval, epoch_ms(first), epoch_ms(last) - 1, tz)


def _begin(date: str, tz: tzinfo) -> datetime:
    moment = datetime.fromisoformat(date)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=tz)
    try:
        return aware.astimezone(UTC)
    except OverflowError:  # the first day of the year 1 east of Greenwich, the last of 9999 west
        return moment.replace(tzinfo=UTC)


def _local(milliseconds: int, tz: tzinfo) -> datetime:
    moment = _EPOCH + timedelta(milliseconds=milliseconds)
    try:
        return moment.astimezone(tz)
    except OverflowError:  # the other way round
        return moment.replace(tzinfo=tz)


@lru_cache(maxsize=_CACHED_STEPS)
def _after(begin: int, interval: Interval, tz: tzinfo) -> int | None:
    """Where the step behind the one that begins here begins; None where there is none."""
    local = _local(max(begin, _EARLIEST), tz)
    if interval != "hour":
        local = _floor(local, interval)
    try:
        return epoch_ms(_next(local, interval))
    except (OverflowError, ValueError):  # the year 9999 has no next
        return None


def _floor(local: datetime, interval: Interval) -> datetime:
    if interval == "hour":
        return local.replace(minute=0, second=0, microsecond=0)
    day = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    match interval:
        case "week":
            return day - timedelta(days=min(day.weekday(), day.toordinal() - 1))
        case "month":
            return day.replace(day=1)
        case "year":
            return day.replace(month=1, day=1)
        case _:
            return day


def _next(start: datetime, interval: Interval) -> datetime:
    """The next step begins at its local midnight or, hour by hour, wherever the clocks put it."""
    match interval:
        case "hour":
            later = (start.astimezone(UTC) + timedelta(hours=1)).astimezone(start.tzinfo)
            floored = _floor(later, interval)
            return floored if floored.astimezone(UTC) > start.astimezone(UTC) else later
        case "week":
            return start + timedelta(days=7 - start.weekday())
        case "month":
            return (start + timedelta(days=31)).replace(day=1)
        case "year":
            return start.replace(year=start.year + 1)
        case _:
            return start + timedelta(days=1)


@lru_cache(maxsize=_CACHED_STEPS)
def _label(begin: int, interval: Interval, tz: tzinfo) -> str:
    local = _local(begin, tz)
    return local.isoformat() if interval == "hour" else local.date().isoformat()

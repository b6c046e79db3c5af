"""The steps of a timeline in a time zone: which one fits, where each begins, what it is called. A
door module.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from indexer.fields import PRECISIONS
from indexer.query import Bucket, Interval, QueryError, Timeline

MAX_STEPS = 10_000
AUTO_STEPS = 120
"""The interval "auto" is the finest that needs no more steps."""

_INTERVALS: tuple[Interval, ...] = ("hour", "day", "week", "month", "year")
_SECONDS = {"hour": 3_600, "day": 86_400, "week": 604_800, "month": 2_629_746, "year": 31_556_952}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = -62_135_596_800_000
"""The beginning of the year 1, in milliseconds since 1970: no date is earlier."""
_REMEMBERED = 50_000
"""Steps: searches ask for the same ones again and again, and calendars are slow."""


def zone(name: str) -> ZoneInfo:
    """The time zone of this name (IANA); raises `QueryError` where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise QueryError(
            f"There is no time zone {name!r}. Use a name such as Europe/Paris or UTC."
        ) from None


def choose_interval(interval: Interval, first: int, last: int) -> Interval:
    """The interval to use for matches between two date points; raises `QueryError` for one that is
    too fine.
    """
    seconds = (last - first) / 1000
    if interval == "auto":
        return next((step for step in _INTERVALS if seconds / _SECONDS[step] < AUTO_STEPS), "year")
    if interval not in _SECONDS:
        raise QueryError(f"There is no interval {interval!r}. Use auto, {', '.join(_INTERVALS)}.")
    if seconds / _SECONDS[interval] > MAX_STEPS:
        raise QueryError(
            f"That would be more than {MAX_STEPS} steps: choose a longer interval or a shorter period."
        )
    return interval


def starts(interval: Interval, first: int, last: int, tz: tzinfo) -> list[int]:
    """Where each step begins, in milliseconds since 1970, from the one with `first` in it to the
    one with `last`.
    """
    found: list[int] = []
    begin: int | None = _milliseconds(_floor(_local(first, tz), interval))
    while begin is not None and begin <= last:
        found.append(begin)
        begin = _after(begin, interval, tz)
    return found


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
    """The timeline of counts (matches and how many are coarse) by step, with empty steps filled in."""
    buckets = [
        Bucket(_label(begin, interval, tz), *counts.get(begin, (0, 0)))
        for begin in sorted({*steps, *counts})
    ]
    return Timeline(interval, tz.key, buckets, total - sum(bucket.count for bucket in buckets))


def ranges(steps: Sequence[int]) -> Iterator[tuple[int, int | None]]:
    """Each step with its exclusive end, None for the last."""
    yield from pairwise(steps)
    if steps:
        yield steps[-1], None


def extend(found: Timeline, start: datetime | None, end: datetime | None) -> Timeline:
    """The timeline with empty steps from `start` and up to `end` (both aware, `end` exclusive)
    where these are given, unless that would be too many.
    """
    tz = zone(found.tz)
    held = edges(found)
    first = min([one for one in (start, *held[:1]) if one is not None], default=None)
    last = max([one for one in (end, *held[-1:]) if one is not None], default=None)
    if first is None or last is None or first >= last:
        return found
    if (last - first).total_seconds() / _SECONDS[found.interval] > MAX_STEPS:
        return found
    counts = {bucket.date: bucket for bucket in found.buckets}
    named = [
        _label(begin, found.interval, tz)
        for begin in _starts_between(found.interval, first, last, tz)
    ]
    missing = [Bucket(date, 0, 0) for date in named if date not in counts]
    order = sorted([*found.buckets, *missing], key=lambda bucket: _begin(bucket.date, tz))
    return Timeline(found.interval, found.tz, order, found.undated)


def edges(found: Timeline) -> list[datetime]:
    """Where each step begins (UTC), and where the last one ends; empty without steps."""
    tz = zone(found.tz)
    begins = [_begin(bucket.date, tz) for bucket in found.buckets]
    if not begins:
        return []
    try:
        end = _next(begins[-1].astimezone(tz), found.interval).astimezone(UTC)
    except (OverflowError, ValueError):
        end = datetime.max.replace(tzinfo=UTC)
    return [*begins, end]


def _starts_between(interval: Interval, first: datetime, last: datetime, tz: tzinfo) -> list[int]:
    return starts(interval, _milliseconds(first), _milliseconds(last) - 1, tz)


def _begin(date: str, tz: tzinfo) -> datetime:
    moment = datetime.fromisoformat(date)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=tz)).astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def _local(milliseconds: int, tz: tzinfo) -> datetime:
    moment = _EPOCH + timedelta(milliseconds=milliseconds)
    try:
        return moment.astimezone(tz)
    except OverflowError:
        return moment.replace(tzinfo=tz)


@lru_cache(maxsize=_REMEMBERED)
def _after(begin: int, interval: Interval, tz: tzinfo) -> int | None:
    """Where the step behind the one that begins here begins; None where there is none."""
    local = _local(max(begin, _FIRST), tz)
    try:
        return _milliseconds(
            _next(local if interval == "hour" else _floor(local, interval), interval)
        )
    except (OverflowError, ValueError):  # the year 9999 has no next
        return None


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


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


@lru_cache(maxsize=_REMEMBERED)
def _label(begin: int, interval: Interval, tz: tzinfo) -> str:
    local = _local(begin, tz)
    return local.isoformat() if interval == "hour" else local.date().isoformat()

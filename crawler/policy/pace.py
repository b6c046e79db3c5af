"""How often an entry point is visited: at fixed intervals, by cron, or adapted to how often it
publishes. Pure: the clock is an argument. A door module.

An adaptive interval answers two questions. How long may a visit wait so that nothing is missed?
Until half of the items listed are new, so that a third to two thirds are seen again, which proves
that none was missed between. And how long may an article wait to be found? That goes by the square
root of the rate: of all ways to spend a number of visits on sources that publish at different
rates, it makes the sum of all waiting times least.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import sqrt
from typing import Any
from zoneinfo import ZoneInfo

from crawler.sources import Source
from crawler.sources.cron import parse_cron

SHORTEST = timedelta(minutes=2)
LONGEST = timedelta(hours=24)
START = timedelta(minutes=15)
"""The interval while nothing is known."""
FRESH = timedelta(minutes=15)
"""The interval at one new article an hour; at four an hour it is half of it."""
FRESHEST = timedelta(minutes=5)
"""No article is worth more visits than this, unless they are needed to miss none."""
HALF_LISTED = 0.5
"""Share of the items that may be new at the next visit: the middle of a third and two thirds."""
ERRORS_LONGEST = timedelta(hours=4)
"""An entry point that fails is asked ever less often, down to this: it must be noticed when it is
back.
"""
FORBEARANCE = 2
"""Failures in a row that a fixed interval or cron ignores."""
ABSENCE = timedelta(days=1)
"""How long a fixed interval or cron is kept for a page that is not there: a section may come with
its first article, and a host that says so plainly is not in trouble.
"""
ENOUGH = timedelta(hours=36)
"""How long an entry point was watched before its hours of the day count."""
RECENT_HALF = timedelta(hours=2)
DAILY_HALF = timedelta(days=10)
SOON = timedelta(minutes=1)
PAGES_WAIT = timedelta(minutes=10)
"""How long pages that are due wait for others, since each crawl asks for robots.txt too."""
_HOUR = 3600.0
_LEAST_BURST = 3
"""New items of one visit that tell a rate of their own."""


@dataclass(frozen=True, slots=True)
class ArrivalRate:
    """What was learned of an entry point: new items and seconds watched, by hour of the day (UTC)
    and lately; both fade.
    """

    items: tuple[float, ...] = (0.0,) * 24
    seconds: tuple[float, ...] = (0.0,) * 24
    recent_items: float = 0.0
    recent_seconds: float = 0.0
    watched: float = 0.0


@dataclass(frozen=True, slots=True)
class Pace:
    """When an entry point is due (UTC), and why."""

    due_at: datetime
    interval: timedelta = START
    visited_at: datetime | None = None
    errors: int = 0
    listed: int = 0
    rhythm: ArrivalRate = field(default_factory=ArrivalRate)


@dataclass(frozen=True, slots=True)
class VisitResult:
    """What a visit brought: how many items are listed, how many of them nobody knew, and how many
    were known already when this entry point was last read. `read` is False where it failed,
    `absent` is True where that was because the site has no such page.
    """

    at: datetime
    read: bool
    items: int = 0
    new: int = 0
    again: int = 0
    absent: bool = False


def next_due(source: Source, now: datetime, due_at: datetime | None = None) -> datetime:
    """When a source with a fixed pace runs after now; for an adaptive one, when it is asked about
    at the latest.
    """
    if source.cron:
        return parse_cron(source.cron).next_after(now, ZoneInfo(source.timezone))
    if source.every is None:
        return now + LONGEST
    missed = max(0, (now - due_at) // source.every) if due_at else 0
    return due_at + (missed + 1) * source.every if due_at else now + source.every


def is_adaptive(source: Source) -> bool:
    """Whether the entry points of a source have a pace each."""
    return source.every is None and source.cron is None


def describe_pace(source: Source) -> str:
    """The pace of a source in words."""
    if source.cron:
        return f"by cron {source.cron} ({source.timezone})"
    return f"every {source.every}" if source.every else "adapted to how often it publishes"


def pace_row(source: Source) -> dict[str, Any]:
    """The pace of a source for JSON: its words, and the seconds of a fixed interval."""
    return {
        "every": source.every.total_seconds() if source.every else None,
        "pace": describe_pace(source),
    }


def is_due(pace: Pace | None, now: datetime) -> bool:
    """Whether an entry point is visited by a crawl that begins now: one that falls due soon comes
    along.
    """
    return pace is None or pace.due_at <= now + min(pace.interval / 10, SOON)


def crawl_due(entries: datetime | None, pages: datetime | None, now: datetime) -> datetime:
    """When a source is crawled next: when the first of its entry points is due (None: at once), or
    a page that is to be looked at again, and not before a while has passed.
    """
    first = entries or now
    return max(min(first, max(pages, now + PAGES_WAIT)) if pages else first, now + SHORTEST)


def pace_after(source: Source, before: Pace | None, look: VisitResult) -> Pace:
    """The pace of an entry point after a visit."""
    if not look.read:
        return _backed_off(source, before or Pace(look.at), look)
    if not is_adaptive(source):
        return Pace(look.at, source.every or START, look.at, listed=look.items)
    if before is None or before.visited_at is None:
        return Pace(look.at + START, START, look.at, 0, look.items)
    # A clock that went back does not tell how long it was.
    since = before.visited_at if before.visited_at < look.at else look.at - before.interval
    elapsed = max((look.at - since).total_seconds(), 1.0)
    rhythm = rate_after(before.rhythm, since, look.at, look.new)
    listed = look.items or before.listed
    longest = min(2 * max(before.interval, SHORTEST), LONGEST)
    interval = min(
        _fresh_for(rhythm, look.at, longest), _overlapping(rhythm, look, listed, elapsed)
    )
    interval = max(interval, SHORTEST)
    return Pace(look.at + interval, interval, look.at, 0, listed, rhythm)


def rate_after(rhythm: ArrivalRate, since: datetime, at: datetime, new: int) -> ArrivalRate:
    """The rhythm with the new items of one visit, spread evenly over the time since the one before."""
    elapsed = max((at - since).total_seconds(), 1.0)
    kept, daily = (
        0.5 ** (elapsed / RECENT_HALF.total_seconds()),
        0.5 ** (elapsed / DAILY_HALF.total_seconds()),
    )
    items, seconds = [one * daily for one in rhythm.items], [one * daily for one in rhythm.seconds]
    start = since.astimezone(UTC)
    for hour, part in _by_hour(start, min(elapsed, LONGEST.total_seconds())):
        seconds[hour] += part
        items[hour] += new * part / elapsed
    return ArrivalRate(
        tuple(items),
        tuple(seconds),
        rhythm.recent_items * kept + new,
        rhythm.recent_seconds * kept + elapsed,
        rhythm.watched + elapsed,
    )


def rate(rhythm: ArrivalRate, at: datetime) -> float:
    """New items an hour that are to be expected around a moment: what the hour usually brings once
    enough is known, and never less than what came lately.
    """
    lately = rhythm.recent_items / max(rhythm.recent_seconds, _HOUR) * _HOUR
    usual = sum(rhythm.items) / max(sum(rhythm.seconds), _HOUR) * _HOUR
    if rhythm.watched < ENOUGH.total_seconds():
        return max(lately, usual / 2)
    hour = at.astimezone(UTC).hour
    near = ((hour - 1) % 24, hour, (hour + 1) % 24)
    weights = (0.5, 1.0, 0.5)
    items = (
        sum(weight * rhythm.items[one] for weight, one in zip(weights, near, strict=True))
        + usual / 4
    )
    seconds = (
        sum(weight * rhythm.seconds[one] for weight, one in zip(weights, near, strict=True))
        + _HOUR / 4
    )
    return max(lately, items / seconds * _HOUR)


def _fresh_for(rhythm: ArrivalRate, at: datetime, longest: timedelta) -> timedelta:
    """How long the next article may wait: by the rate now, and by that of busier hours that begin
    before.
    """
    interval = _waiting(rate(rhythm, at), longest)
    begins = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    while begins - at < interval:
        interval = min(interval, begins - at + _waiting(rate(rhythm, begins), longest))
        begins += timedelta(hours=1)
    return interval


def _waiting(rate: float, longest: timedelta) -> timedelta:
    return min(max(FRESH / sqrt(rate), FRESHEST), longest) if rate > 1e-6 else longest


def _overlapping(rhythm: ArrivalRate, look: VisitResult, listed: int, elapsed: float) -> timedelta:
    """How long until half of what is listed is new, by the faster of the usual rate and that since
    the last visit.
    """
    fresh = max(look.items - look.again, look.new)
    rates = [rate(rhythm, look.at)] + ([fresh / elapsed * _HOUR] if fresh >= _LEAST_BURST else [])
    if not listed or max(rates) <= 0:
        return LONGEST
    return min(timedelta(hours=min(HALF_LISTED * listed / max(rates), 24.0)), LONGEST)


def _backed_off(source: Source, before: Pace, look: VisitResult) -> Pace:
    errors, interval, usual = before.errors + 1, before.interval, source.every or START
    forborne = max(FORBEARANCE, ABSENCE // usual) if look.absent else FORBEARANCE
    if is_adaptive(source):
        wait = min(interval * 2 ** min(errors, 10), max(interval, ERRORS_LONGEST))
    elif errors <= forborne:
        wait = timedelta(0)
    else:
        wait = min(usual * 2 ** min(errors - forborne, 10), max(usual, ERRORS_LONGEST)) - usual / 2
    return replace(before, due_at=look.at + wait, errors=errors)


def _by_hour(start: datetime, seconds: float) -> list[tuple[int, float]]:
    """The hours of the day that a time of so many seconds covers, with the seconds in each."""
    parts, at, left = [], start, seconds
    while left > 0:
        ends = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        part = min(left, (ends - at).total_seconds())
        parts.append((at.hour, part))
        at, left = ends, left - part
    return parts

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
TOLERATED_FAILURES = 2
"""Failures in a row that a fixed interval or cron ignores."""
TOLERATED_ABSENCE = timedelta(days=1)
"""How long a fixed interval or cron is kept for a page that is not there: a section may come with
its first article, and a host that says so plainly is not in trouble.
"""
ENOUGH = timedelta(hours=36)
"""How long an entry point was watched before its hours of the day count."""
RECENT_HALF = timedelta(hours=2)
"""After which what came lately weighs half."""
DAILY_HALF = timedelta(days=10)
"""After which what came at an hour of the day weighs half."""
SOON = timedelta(minutes=1)
"""How much before its time an entry point is visited by a crawl that begins anyway."""
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
    """What a visit brought: how many `items` are listed, and how many of them are `new`, known
    to nobody.

    `again` are those that were known already when this entry point was last read. `read` is
    False where it failed, `absent` is True where that was because the site has no such page.
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
    if due_at is None:
        return now + source.every
    missed = max(0, (now - due_at) // source.every)
    return due_at + (missed + 1) * source.every


def is_adaptive(source: Source) -> bool:
    """Whether the entry points of a source have a pace each."""
    return source.every is None and source.cron is None


def describe_pace(source: Source) -> str:
    """The pace of a source in words."""
    if source.cron:
        return f"by cron {source.cron} ({source.timezone})"
    if source.every:
        return f"every {source.every}"
    return "adapted to how often it publishes"


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
    """When a source is crawled next: when an entry point or a page is due, and not before a
    while has passed.

    `entries` is when the first entry point is due (None: at once), `pages` when the first page
    is to be looked at again.
    """
    first = entries or now
    if pages:
        first = min(first, max(pages, now + PAGES_WAIT))
    return max(first, now + SHORTEST)


def pace_after(source: Source, before: Pace | None, visit: VisitResult) -> Pace:
    """The pace of an entry point after a visit."""
    if not visit.read:
        return _backed_off(source, before or Pace(visit.at), visit)
    if not is_adaptive(source):
        return Pace(visit.at, source.every or START, visit.at, listed=visit.items)
    if before is None or before.visited_at is None:
        return Pace(visit.at + START, START, visit.at, 0, visit.items)
    # A clock that went back does not tell how long it was.
    since = before.visited_at if before.visited_at < visit.at else visit.at - before.interval
    elapsed = max((visit.at - since).total_seconds(), 1.0)
    rhythm = rate_after(before.rhythm, since, visit.at, visit.new)
    listed = visit.items or before.listed
    longest = min(2 * max(before.interval, SHORTEST), LONGEST)
    fresh_for = _fresh_for(rhythm, visit.at, longest)
    overlapping_for = _overlapping(rhythm, visit, listed, elapsed)
    interval = max(min(fresh_for, overlapping_for), SHORTEST)
    return Pace(visit.at + interval, interval, visit.at, 0, listed, rhythm)


def rate_after(rhythm: ArrivalRate, since: datetime, at: datetime, new: int) -> ArrivalRate:
    """The rhythm with the new items of one visit, spread evenly over the time since the one
    before.
    """
    elapsed = max((at - since).total_seconds(), 1.0)
    recent_weight = 0.5 ** (elapsed / RECENT_HALF.total_seconds())
    daily_weight = 0.5 ** (elapsed / DAILY_HALF.total_seconds())
    items = [count * daily_weight for count in rhythm.items]
    seconds = [watched * daily_weight for watched in rhythm.seconds]
    start = since.astimezone(UTC)
    for hour, part in _by_hour(start, min(elapsed, LONGEST.total_seconds())):
        seconds[hour] += part
        items[hour] += new * part / elapsed
    return ArrivalRate(
        tuple(items),
        tuple(seconds),
        rhythm.recent_items * recent_weight + new,
        rhythm.recent_seconds * recent_weight + elapsed,
        rhythm.watched + elapsed,
    )


def rate(rhythm: ArrivalRate, at: datetime) -> float:
    """New items an hour that are to be expected around a moment.

    Once enough is known, what the hour usually brings, and never less than what came lately.
    """
    lately = rhythm.recent_items / max(rhythm.recent_seconds, _HOUR) * _HOUR
    usual = sum(rhythm.items) / max(sum(rhythm.seconds), _HOUR) * _HOUR
    if rhythm.watched < ENOUGH.total_seconds():
        return max(lately, usual / 2)
    hour = at.astimezone(UTC).hour
    # The hour and, at half its weight, those beside it, drawn towards the mean of all hours.
    items = _around(rhythm.items, hour) + usual / 4
    seconds = _around(rhythm.seconds, hour) + _HOUR / 4
    return max(lately, items / seconds * _HOUR)


def _around(by_hour: tuple[float, ...], hour: int) -> float:
    before = by_hour[(hour - 1) % 24]
    after = by_hour[(hour + 1) % 24]
    return 0.5 * before + by_hour[hour] + 0.5 * after


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
    if rate <= 1e-6:
        return longest
    return min(max(FRESH / sqrt(rate), FRESHEST), longest)


def _overlapping(rhythm: ArrivalRate, visit: VisitResult, listed: int, elapsed: float) -> timedelta:
    """How long until half of what is listed is new, by the faster of the usual rate and that since
    the last visit.
    """
    fastest = rate(rhythm, visit.at)
    fresh = max(visit.items - visit.again, visit.new)
    if fresh >= _LEAST_BURST:
        fastest = max(fastest, fresh / elapsed * _HOUR)
    if not listed or fastest <= 0:
        return LONGEST
    hours = HALF_LISTED * listed / fastest
    return min(timedelta(hours=min(hours, 24.0)), LONGEST)


def _backed_off(source: Source, before: Pace, visit: VisitResult) -> Pace:
    """The pace after a visit that failed, with exponential backoff."""
    errors = before.errors + 1
    if is_adaptive(source):
        longest = max(before.interval, ERRORS_LONGEST)
        # No more than ten doublings: 2 to the power of any number of errors is too long a time.
        wait = min(before.interval * 2 ** min(errors, 10), longest)
    else:
        wait = _fixed_wait(source.every or START, errors, absent=visit.absent)
    return replace(before, due_at=visit.at + wait, errors=errors)


def _fixed_wait(usual: timedelta, errors: int, *, absent: bool) -> timedelta:
    """How long an entry point with a fixed interval or cron waits after so many failures: not
    beyond its own times at first.
    """
    tolerated = (
        max(TOLERATED_FAILURES, TOLERATED_ABSENCE // usual) if absent else TOLERATED_FAILURES
    )
    if errors <= tolerated:
        return timedelta(0)
    doubled: timedelta = usual * 2 ** min(errors - tolerated, 10)
    return min(doubled, max(usual, ERRORS_LONGEST)) - usual / 2


def _by_hour(start: datetime, seconds: float) -> list[tuple[int, float]]:
    """The hours of the day that a time of so many seconds covers, with the seconds in each."""
    parts = []
    at = start
    left = seconds
    while left > 0:
        ends = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        part = min(left, (ends - at).total_seconds())
        parts.append((at.hour, part))
        at = ends
        left -= part
    return parts

"""What is wrong with the entry points of a source: they fail, have moved, are slow or list too
little. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from crawler.coverage import EntryPointState, Reason, cause
from crawler.health.findings import Advice, Code, Finding, Level
from crawler.health.tally import HourlyCounts

FAILURES = 3
"""Visits in a row that must fail, over such a time, until it is told: a site may restart."""
FAILING = timedelta(minutes=30)
FAILING_RARELY = timedelta(hours=6)
"""Where visits are rare, two that fail over such a time are enough."""
LATE = 6
"""Usual intervals without a visit after which a source that nobody schedules is late."""
LATE_LEAST = timedelta(hours=2)
"""How long it must be late to be told."""
WALLED = 5
"""Article pages of the last hours that were answered with a check or a login: so many, and this
share.
"""
WALLED_SHARE = 0.5
RECENT = timedelta(hours=24)
SLOW_SECONDS = 5.0
"""A site that answers within this time is never slow."""
SLOW_FACTOR = 3.0
"""How many times as long as usual an answer must take, unless it takes"""
SLOW_ALWAYS = 15.0
"""so many seconds, half of what a request may take at all."""
SLOW_VISITS = 8
"""Visits that were read from which a mean is taken: of the last hours,"""
USUAL_VISITS = 50
"""and of the time before."""
GAP_VISITS_SHARE = 0.2
"""Share of the known hours in which a listing must have turned over to be told."""

Failure = Literal["blocked", "errors", "moved", "robots"]
"""The problems of an entry point that is not read."""
_FAILURES: dict[Reason, Failure] = {"blocked": "blocked", "moved": "moved", "robots": "robots"}
_CODES: dict[Failure, Code] = {
    "blocked": "fails_blocked",
    "errors": "fails_errors",
    "moved": "fails_moved",
    "robots": "fails_robots",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry point and how it stands."""

    url: str
    point: EntryPointState


def find_failing(entries: Sequence[Entry], now: datetime) -> list[Finding]:
    """Entry points that fail again and again, one finding for each kind of failure; bad where none
    is read any more.
    """
    by_failure: dict[Failure, list[Entry]] = {}
    failing_count = 0
    for entry in entries:
        if is_failing(entry.point, now):
            by_failure.setdefault(_failure_of(entry), []).append(entry)
            failing_count += 1
    level: Level = "bad" if failing_count == len(entries) else "warning"
    return [_failing(failure, group, level) for failure, group in by_failure.items()]


def _failure_of(entry: Entry) -> Failure:
    reason = cause(entry.point.outcome)
    if reason is None:
        return "errors"
    return _FAILURES.get(reason, "errors")


def is_failing(point: EntryPointState, now: datetime) -> bool:
    """Whether an entry point has failed for long enough to be told: at once where it was never
    read, or where robots.txt forbids it, which is read once a day and passes by no restart.
    """
    if point.failing_since is None:
        return False
    if point.read_at is None or cause(point.outcome) == "robots":
        return True
    length = now - point.failing_since
    often = point.failures >= FAILURES and length >= FAILING
    rarely_visited = point.failures >= 2 and length >= FAILING_RARELY
    return often or rarely_visited


def find_moved(entries: Sequence[Entry]) -> list[Finding]:
    """Entry points that the site has moved for good, as it said at two visits at least."""
    findings = []
    for entry in entries:
        point = entry.point
        if not point.named or not point.location or not point.moved_since:
            continue
        if point.visited_at > point.moved_since:
            figures: dict[str, float | str] = {
                "url": entry.url,
                "kind": point.kind,
                "location": point.location,
            }
            findings.append(
                Finding("moved", "warning", point.moved_since, ("moved_to",), "moved_to", figures)
            )
    return findings


def find_late(entries: Sequence[Entry], due: datetime | None, now: datetime) -> list[Finding]:
    """A source that is due and not visited any more; where nobody schedules it, one that was
    visited at intervals.
    """
    if not entries:
        return []
    newest = max(entries, key=lambda entry: entry.point.visited_at).point
    expected = due or newest.visited_at + timedelta(seconds=LATE * (newest.interval or 0.0))
    if newest.interval is None or now - max(expected, newest.visited_at) < LATE_LEAST:
        return []
    hours = (now - newest.visited_at).total_seconds() / 3600
    figures: dict[str, float | str] = {"hours": round(hours, 1), "expected": expected.isoformat()}
    return [Finding("late", "warning", expected, ("late",), "late", figures)]


def find_walled(tallies: Sequence[HourlyCounts], now: datetime) -> list[Finding]:
    """Article pages that are answered with a check for robots or a login, while their listing is
    not.
    """
    recent = _recent(tallies, now)
    blocked = sum(tally.blocked for tally in recent)
    pages = blocked + sum(tally.articles + tally.refused for tally in recent)
    if blocked < WALLED or blocked < WALLED_SHARE * pages:
        return []
    since = next(tally.hour for tally in recent if tally.blocked)
    figures: dict[str, float | str] = {"blocked": blocked, "pages": pages}
    return [Finding("blocked", "bad", since, ("walled",), "blocked", figures)]


def find_slow(tallies: Sequence[HourlyCounts], now: datetime) -> list[Finding]:
    """A site that answers much more slowly than it used to, or always too slowly."""
    recent = _recent(tallies, now)
    before = [tally for tally in tallies if tally.hour <= now - RECENT]
    seconds = _mean_seconds(recent, SLOW_VISITS)
    if seconds is None or seconds < SLOW_SECONDS:
        return []
    usual = _mean_seconds(before, USUAL_VISITS)
    slower = usual is not None and seconds >= SLOW_FACTOR * usual
    if not slower and seconds < SLOW_ALWAYS:
        return []
    figures: dict[str, float | str] = {"seconds": round(seconds, 2)}
    code: Code = "slow"
    if usual is not None:
        figures["usual_seconds"] = round(usual, 2)
        code = "slower"
    return [Finding("slow", "warning", recent[0].hour, (code,), "slow", figures)]


def find_gaps(hours: float, of: float, since: datetime) -> list[Finding]:
    """A source whose listings turn over between two visits: `hours` of the last `of` hours are
    gaps.
    """
    if of < 24 or hours < GAP_VISITS_SHARE * of:
        return []
    figures: dict[str, float | str] = {"hours": round(hours, 1), "of": round(of, 1)}
    return [Finding("gaps", "warning", since, ("gaps",), "gaps", figures)]


def _failing(failure: Failure, entries: Sequence[Entry], level: Level) -> Finding:
    first = min(entries, key=lambda entry: _failing_since(entry.point))
    figures: dict[str, float | str] = {
        "url": first.url,
        "kind": first.point.kind,
        "outcome": first.point.outcome,
        "failures": first.point.failures,
        "entry_points": len(entries),
    }
    since = _failing_since(first.point)
    advice: Advice = "render" if first.point.outcome == "shell" else failure
    return Finding(failure, level, since, (_CODES[failure],), advice, figures)


def _failing_since(point: EntryPointState) -> datetime:
    return point.failing_since or point.visited_at


def _recent(tallies: Sequence[HourlyCounts], now: datetime) -> list[HourlyCounts]:
    return [tally for tally in tallies if tally.hour > now - RECENT]


def _mean_seconds(tallies: Sequence[HourlyCounts], least_visits: int) -> float | None:
    """Seconds of a visit that was read; None where too few were."""
    visits = sum(tally.visits - tally.failed for tally in tallies)
    if visits < least_visits:
        return None
    return sum(tally.seconds for tally in tallies) / visits

"""What is wrong with the entry points of a source: they fail, have moved, are slow or list too
little. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from crawler.coverage import EntryPointState, Reason, cause
from crawler.health.findings import Code, Finding, Level
from crawler.health.tally import HourlyCounts

FAILURES, FAILING = 3, timedelta(minutes=30)
"""Visits in a row that must fail, over such a time, until it is told: a site may restart."""
FAILING_RARELY = timedelta(hours=6)
"""Where visits are rare, two that fail over such a time are enough."""
LATE = 6
"""Usual intervals without a visit after which a source that nobody schedules is late."""
LATE_LEAST = timedelta(hours=2)
"""How long it must be late to be told."""
WALLED, WALLED_SHARE = 5, 0.5
"""Article pages of the last hours that were answered with a check or a login: so many, and this
share.
"""
RECENT = timedelta(hours=24)
SLOW_SECONDS, SLOW_FACTOR, SLOW_ALWAYS = 5.0, 3.0, 15.0
SLOW_VISITS, USUAL_VISITS = 8, 50
GAP_VISITS_SHARE = 0.2

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
    groups: dict[Failure, list[Entry]] = {}
    for entry in entries:
        if is_failing(entry.point, now):
            why = cause(entry.point.outcome)
            groups.setdefault(_FAILURES.get(why, "errors") if why else "errors", []).append(entry)
    failed = sum(map(len, groups.values()))
    level: Level = "bad" if failed == len(entries) else "warning"
    return [_failing(failure, held, level) for failure, held in groups.items()]


def is_failing(point: EntryPointState, now: datetime) -> bool:
    """Whether an entry point has failed for long enough to be told: at once where it was never read."""
    if point.failing_since is None:
        return False
    if point.read_at is None:
        return True
    length = now - point.failing_since
    return (point.failures >= FAILURES and length >= FAILING) or (
        point.failures >= 2 and length >= FAILING_RARELY
    )


def find_moved(entries: Sequence[Entry]) -> list[Finding]:
    """Entry points that the site has moved for good, as it said at two visits at least."""
    found = []
    for entry in entries:
        point = entry.point
        if (
            point.named
            and point.location
            and point.moved_since
            and point.visited_at > point.moved_since
        ):
            figures: dict[str, float | str] = {
                "url": entry.url,
                "kind": point.kind,
                "location": point.location,
            }
            found.append(
                Finding("moved", "warning", point.moved_since, ("moved_to",), "moved_to", figures)
            )
    return found


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
    """Article pages that are answered with a check for robots or a login, while their listing is not."""
    recent = [tally for tally in tallies if tally.hour > now - RECENT]
    blocked = sum(tally.blocked for tally in recent)
    pages = blocked + sum(tally.articles + tally.refused for tally in recent)
    if blocked < WALLED or blocked < WALLED_SHARE * pages:
        return []
    since = next(tally.hour for tally in recent if tally.blocked)
    return [
        Finding(
            "blocked", "bad", since, ("walled",), "blocked", {"blocked": blocked, "pages": pages}
        )
    ]


def find_slow(tallies: Sequence[HourlyCounts], now: datetime) -> list[Finding]:
    """A site that answers much more slowly than it used to, or always too slowly."""
    recent = [tally for tally in tallies if tally.hour > now - RECENT]
    usual = [tally for tally in tallies if tally.hour <= now - RECENT]
    reads, before = _reads(recent), _reads(usual)
    if reads < SLOW_VISITS:
        return []
    seconds = sum(tally.seconds for tally in recent) / reads
    normal = sum(tally.seconds for tally in usual) / before if before >= USUAL_VISITS else None
    if seconds < SLOW_SECONDS or (
        seconds < SLOW_ALWAYS and (normal is None or seconds < SLOW_FACTOR * normal)
    ):
        return []
    figures: dict[str, float | str] = {"seconds": round(seconds, 2)}
    figures |= {"usual_seconds": round(normal, 2)} if normal is not None else {}
    code: Code = "slow" if normal is None else "slower"
    return [Finding("slow", "warning", recent[0].hour, (code,), "slow", figures)]


def find_gaps(hours: float, of: float, since: datetime) -> list[Finding]:
    """A source whose listings turn over between two visits: `hours` of the last `of` hours are gaps."""
    if of < 24 or hours < GAP_VISITS_SHARE * of:
        return []
    figures: dict[str, float | str] = {"hours": round(hours, 1), "of": round(of, 1)}
    return [Finding("gaps", "warning", since, ("gaps",), "gaps", figures)]


def _failing(failure: Failure, held: Sequence[Entry], level: Level) -> Finding:
    first = min(held, key=lambda entry: entry.point.failing_since or entry.point.visited_at)
    since = first.point.failing_since or first.point.visited_at
    figures: dict[str, float | str] = {
        "url": first.url,
        "kind": first.point.kind,
        "outcome": first.point.outcome,
        "failures": first.point.failures,
        "entry_points": len(held),
    }
    return Finding(failure, level, since, (_CODES[failure],), failure, figures)


def _reads(tallies: Sequence[HourlyCounts]) -> int:
    return sum(tally.visits - tally.failed for tally in tallies)

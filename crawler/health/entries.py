"""What is wrong with the entry points of a source: they fail, have moved, are slow or list too little. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.coverage import Point, Reason, cause
from crawler.health.findings import Finding, Level, Problem, advice
from crawler.store.tallies import Tally

FAILURES, FAILING = 3, timedelta(minutes=30)
"""Visits in a row that must fail, over such a time, until it is told: a site may restart."""
FAILING_RARELY = timedelta(hours=6)
"""Where visits are rare, two that fail over such a time are enough."""
LATE = 6
"""Usual intervals without a visit after which a source that nobody schedules is late."""
LATE_LEAST = timedelta(hours=2)
"""How long it must be late to be told."""
WALLED, WALLED_SHARE = 5, 0.5
"""Article pages of the last hours that were answered with a check or a login: so many, and this share."""
RECENT = timedelta(hours=24)
SLOW_SECONDS, SLOW_FACTOR, SLOW_ALWAYS = 5.0, 3.0, 15.0
SLOW_VISITS, USUAL_VISITS = 8, 50
GAP_VISITS_SHARE = 0.2

_PROBLEMS: dict[Reason, Problem] = {"blocked": "blocked", "moved": "moved", "robots": "robots"}
_WORDS: dict[Problem, str] = {
    "blocked": "refuses Veille",
    "errors": "can't be read",
    "moved": "is gone",
    "robots": "is forbidden by robots.txt",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry point and how it stands."""

    url: str
    point: Point


def failing(source: str, entries: Sequence[Entry], now: datetime) -> list[Finding]:
    """Entry points that fail again and again, one finding for each kind of failure; bad where none is read any more."""
    groups: dict[Problem, list[Entry]] = {}
    for entry in entries:
        if lasting(entry.point, now):
            why = cause(entry.point.outcome)
            groups.setdefault(_PROBLEMS.get(why, "errors") if why else "errors", []).append(entry)
    failed = sum(map(len, groups.values()))
    level: Level = "bad" if failed == len(entries) else "warning"
    return [_failing(source, problem, held, level) for problem, held in groups.items()]


def lasting(point: Point, now: datetime) -> bool:
    """Whether an entry point has failed for long enough to be told: at once where it was never read."""
    if point.failing_since is None:
        return False
    if point.read_at is None:
        return True
    length = now - point.failing_since
    return (point.failures >= FAILURES and length >= FAILING) or (point.failures >= 2 and length >= FAILING_RARELY)


def moved(source: str, entries: Sequence[Entry]) -> list[Finding]:
    """Entry points that the site has moved for good, as it said at two visits at least."""
    found = []
    for entry in entries:
        point = entry.point
        if point.named and point.location and point.moved_since and point.visited_at > point.moved_since:
            sentence = f"{point.kind} {entry.url} has moved to {point.location}."
            what = advice("moved", source, "what it lists is still read there as long as it redirects.")
            figures: dict[str, float | str] = {"url": entry.url, "location": point.location}
            found.append(Finding("moved", "warning", point.moved_since, sentence, what, figures))
    return found


def late(source: str, entries: Sequence[Entry], due: datetime | None, now: datetime) -> list[Finding]:
    """A source that is due and not visited any more; where nobody schedules it, one that was visited at intervals."""
    if not entries:
        return []
    newest = max(entries, key=lambda entry: entry.point.visited_at).point
    expected = due or newest.visited_at + timedelta(seconds=LATE * (newest.interval or 0.0))
    if newest.interval is None or now - max(expected, newest.visited_at) < LATE_LEAST:
        return []
    hours = (now - newest.visited_at).total_seconds() / 3600
    sentence = f"It was not visited for {hours:.0f} hours, and should have been by {expected:%Y-%m-%d %H:%M} UTC."
    figures: dict[str, float | str] = {"hours": round(hours, 1), "expected": expected.isoformat()}
    return [Finding("late", "warning", expected, sentence, advice("late", source), figures)]


def walled(source: str, tallies: Sequence[Tally], now: datetime) -> list[Finding]:
    """Article pages that are answered with a check for robots or a login, while their listing is not."""
    recent = [tally for tally in tallies if tally.hour > now - RECENT]
    blocked = sum(tally.blocked for tally in recent)
    pages = blocked + sum(tally.articles + tally.refused for tally in recent)
    if blocked < WALLED or blocked < WALLED_SHARE * pages:
        return []
    since = next(tally.hour for tally in recent if tally.blocked)
    sentence = (
        f"The site refused {blocked} of its {pages} new pages of the last day: a check for robots, a login or 403."
    )
    figures: dict[str, float | str] = {"blocked": blocked, "pages": pages}
    return [Finding("blocked", "bad", since, sentence, advice("blocked", source), figures)]


def slow(source: str, tallies: Sequence[Tally], now: datetime) -> list[Finding]:
    """A site that answers much more slowly than it used to, or always too slowly."""
    recent = [tally for tally in tallies if tally.hour > now - RECENT]
    usual = [tally for tally in tallies if tally.hour <= now - RECENT]
    reads, before = _reads(recent), _reads(usual)
    if reads < SLOW_VISITS:
        return []
    seconds = sum(tally.seconds for tally in recent) / reads
    normal = sum(tally.seconds for tally in usual) / before if before >= USUAL_VISITS else None
    if seconds < SLOW_SECONDS or (seconds < SLOW_ALWAYS and (normal is None or seconds < SLOW_FACTOR * normal)):
        return []
    sentence = f"Its entry points took {seconds:.1f} seconds to answer in the last day"
    sentence += f"; before, {normal:.1f}." if normal is not None else "."
    figures: dict[str, float | str] = {"seconds": round(seconds, 2)}
    figures |= {"usual_seconds": round(normal, 2)} if normal is not None else {}
    return [Finding("slow", "warning", recent[0].hour, sentence, advice("slow", source), figures)]


def gaps(source: str, hours: float, of: float, since: datetime) -> list[Finding]:
    """A source whose listings turn over between two visits: `hours` of the last `of` hours are gaps."""
    if of < 24 or hours < GAP_VISITS_SHARE * of:
        return []
    sentence = f"In {hours:.0f} of the last {of:.0f} hours more may have been published than its entry points listed."
    figures: dict[str, float | str] = {"hours": round(hours, 1), "of": round(of, 1)}
    return [Finding("gaps", "warning", since, sentence, advice("gaps", source), figures)]


def _failing(source: str, problem: Problem, held: Sequence[Entry], level: Level) -> Finding:
    first = min(held, key=lambda entry: entry.point.failing_since or entry.point.visited_at)
    since = first.point.failing_since or first.point.visited_at
    others = f" (and {len(held) - 1} more)" if len(held) > 1 else ""
    sentence = (
        f"{first.point.kind} {first.url}{others} {_WORDS[problem]} ({first.point.outcome}), "
        f"at the last {first.point.failures} visits."
    )
    figures: dict[str, float | str] = {
        "url": first.url,
        "outcome": first.point.outcome,
        "failures": first.point.failures,
        "entry_points": len(held),
    }
    return Finding(problem, level, since, sentence, advice(problem, source), figures)


def _reads(tallies: Sequence[Tally]) -> int:
    return sum(tally.visits - tally.failed for tally in tallies)

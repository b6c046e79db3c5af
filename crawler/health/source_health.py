"""How a source does: every finding of every kind, worst first. Pure; the clock is an argument."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crawler.health import entry_points, fruit
from crawler.health.drift import Drift, find_drifts
from crawler.health.entry_points import Entry
from crawler.health.findings import Code, Finding, Level
from crawler.health.garbled import find_garbled
from crawler.health.rhythm import PublishingRate, Silence, rhythm_of, silence_of
from crawler.health.tally import HourlyCounts

State = Literal["well", "warning", "bad", "paused", "new"]

UNREAD = 3
"""New pages without an article that make a silence a change of layout."""

_DRIFTS: dict[str, Code] = {
    "words": "drift_words",
    "undated": "drift_undated",
    "repeated": "drift_repeated",
    "language": "drift_language",
    "refused": "drift_refused",
}


@dataclass(frozen=True, slots=True)
class SourceHistory:
    """What is known of a source: its entry points that are watched now, and its hours in order.

    `gap_hours` says in how many of the last `known_hours` a listing had turned over, `due` when it
    is due, None where nobody schedules it.
    """

    source: str
    entries: Sequence[Entry]
    tallies: Sequence[HourlyCounts]
    paused: bool = False
    gap_hours: float = 0.0
    known_hours: float = 0.0
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How a source does, its findings worst first, and its rhythm where enough is known."""

    source: str
    state: State
    findings: tuple[Finding, ...]
    rhythm: PublishingRate | None
    silence: Silence | None


def judge(record: SourceHistory, now: datetime) -> Health:
    """Every finding about a source at the moment `now` (aware)."""
    rhythm = rhythm_of(record.tallies, now)
    silence = silence_of(record.tallies, rhythm, now) if rhythm else None
    if record.paused:
        return Health(record.source, "paused", (), rhythm, silence)
    if not record.entries:
        return Health(record.source, "new", (), rhythm, silence)
    findings = sorted(_findings(record, silence, now), key=lambda finding: finding.rank)
    state: State = findings[0].level if findings else "well"
    return Health(record.source, state, tuple(findings), rhythm, silence)


def _findings(record: SourceHistory, silence: Silence | None, now: datetime) -> list[Finding]:
    """Everything that is wrong, without what follows from another finding."""
    findings = _entry_point_findings(record, now)
    # Articles in no language are others than they were: that is told once.
    findings += find_garbled(record.tallies) or _drift(find_drifts(record.tallies, now))
    if all(finding.level != "bad" for finding in findings):
        findings += fruit.find_fruitless(record.tallies)
        findings += fruit.find_doubled(record.tallies)
    if not findings and silence and silence.is_unusual:
        findings.append(_silence_finding(silence, now))
    findings += entry_points.find_slow(record.tallies, now)
    since = record.tallies[-1].hour if record.tallies else now
    findings += entry_points.find_gaps(record.gap_hours, record.known_hours, since)
    return findings


def _entry_point_findings(record: SourceHistory, now: datetime) -> list[Finding]:
    findings = entry_points.find_failing(record.entries, now)
    findings += entry_points.find_moved(record.entries)
    findings += fruit.find_empty(record.entries)
    if not findings:
        findings += entry_points.find_late(record.entries, record.due, now)
    if all(finding.problem != "blocked" for finding in findings):
        findings += entry_points.find_walled(record.tallies, now)
    return findings


def _silence_finding(silence: Silence, now: datetime) -> Finding:
    """New pages without an article say that the layout changed, none that nothing is published."""
    return _unread(silence) if silence.refused >= UNREAD else _silent(silence, now)


def _silent(silence: Silence, now: datetime) -> Finding:
    figures: dict[str, float | str] = {
        "hours": round((now - silence.since).total_seconds() / 3600, 1),
        "missing": round(silence.missing, 1),
        "limit": round(silence.limit, 1),
    }
    return Finding("silent", "bad", silence.since, ("silent",), "silent", figures)


def _unread(silence: Silence) -> Finding:
    figures: dict[str, float | str] = {
        "refused": silence.refused,
        "missing": round(silence.missing, 1),
    }
    return Finding("drift", "bad", silence.since, ("unread",), "drift", figures)


def _drift(drifts: Sequence[Drift]) -> list[Finding]:
    if not drifts:
        return []
    figures: dict[str, float | str] = {}
    for drift in drifts:
        figures[f"{drift.what}_before"] = round(drift.before, 3)
        figures[f"{drift.what}_after"] = round(drift.after, 3)
    codes = tuple(_DRIFTS[drift.what] for drift in drifts)
    level: Level = "bad" if "drift_refused" in codes else "warning"
    since = min(drift.since for drift in drifts)
    return [Finding("drift", level, since, codes, "drift", figures)]

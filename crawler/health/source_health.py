"""How a source does: every finding of every kind, worst first. Pure; the clock is an argument."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crawler.health import entry_points as of_entries
from crawler.health.drift import Drift, find_drifts
from crawler.health.entry_points import Entry
from crawler.health.findings import Code, Finding, Level
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
    """What is known of a source: its entry points that are watched now, its hours in order, in how
    many of the last `known_hours` a listing had turned over, and when it is `due`, None where
    nobody schedules it.
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
    found = sorted(_findings(record, silence, now), key=lambda finding: finding.rank)
    state: State = "well" if not found else found[0].level
    return Health(record.source, state, tuple(found), rhythm, silence)


def _findings(record: SourceHistory, silence: Silence | None, now: datetime) -> list[Finding]:
    tallies = record.tallies
    found = [*of_entries.find_failing(record.entries, now), *of_entries.find_moved(record.entries)]
    found += [] if found else of_entries.find_late(record.entries, record.due, now)
    unread = any(finding.level == "bad" for finding in found)
    found += (
        []
        if any(finding.problem == "blocked" for finding in found)
        else of_entries.find_walled(tallies, now)
    )
    found += _drift(find_drifts(tallies, now))
    if silence and silence.told and not unread and not found:
        found.append(_unread(silence) if silence.refused >= UNREAD else _silent(silence, now))
    found += of_entries.find_slow(tallies, now)
    since = tallies[-1].hour if tallies else now
    return found + of_entries.find_gaps(record.gap_hours, record.known_hours, since)


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


def _drift(held: Sequence[Drift]) -> list[Finding]:
    if not held:
        return []
    figures: dict[str, float | str] = {}
    for drift in held:
        figures |= {
            f"{drift.what}_before": round(drift.before, 3),
            f"{drift.what}_after": round(drift.after, 3),
        }
    level: Level = "bad" if any(drift.what == "refused" for drift in held) else "warning"
    codes = tuple(_DRIFTS[drift.what] for drift in held)
    return [Finding("drift", level, min(drift.since for drift in held), codes, "drift", figures)]

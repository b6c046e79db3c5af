"""How a source does: every finding of every kind, worst first. Pure; the clock is an argument."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crawler.health import entries as of_entries
from crawler.health.drift import Drift, drifts
from crawler.health.entries import Entry
from crawler.health.findings import Finding, advice
from crawler.health.rhythm import Rhythm, Silence, rhythm_of, silence_of
from crawler.store.tallies import Tally

State = Literal["well", "warning", "bad", "paused", "new"]

UNREAD = 3
"""New pages without an article that make a silence a change of layout."""

_DRIFTS = {
    "words": "Its articles had {before:.0f} words, typically; the newest have {after:.0f}.",
    "undated": "{before:.0%} of its articles had no date; of the newest {after:.0%}.",
    "repeated": "{before:.0%} of an article's lines came back from earlier ones; of the newest {after:.0%}.",
    "language": "{before:.0%} of its articles were in its language; of the newest {after:.0%}.",
    "refused": "{before:.0%} of its new pages held no article; of the newest {after:.0%}.",
}


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a source: its entry points that are watched now, its hours in order, in how many of the last
    `known_hours` a listing had turned over, and when it is `due`, None where nobody schedules it."""

    source: str
    entries: Sequence[Entry]
    tallies: Sequence[Tally]
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
    rhythm: Rhythm | None
    silence: Silence | None


def judge(record: Record, now: datetime) -> Health:
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


def _findings(record: Record, silence: Silence | None, now: datetime) -> list[Finding]:
    source, tallies = record.source, record.tallies
    found = [*of_entries.failing(source, record.entries, now), *of_entries.moved(source, record.entries)]
    found += [] if found else of_entries.late(source, record.entries, record.due, now)
    unread = any(finding.level == "bad" for finding in found)
    found += [] if any(finding.problem == "blocked" for finding in found) else of_entries.walled(source, tallies, now)
    changed = _drift(source, drifts(tallies, now))
    found += changed
    if silence and silence.told and not unread and not found:
        found.append(_unread(source, silence) if silence.refused >= UNREAD else _silent(source, silence, now))
    found += of_entries.slow(source, tallies, now)
    since = tallies[-1].hour if tallies else now
    return found + of_entries.gaps(source, record.gap_hours, record.known_hours, since)


def _silent(source: str, silence: Silence, now: datetime) -> Finding:
    hours = (now - silence.since).total_seconds() / 3600
    length = f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"
    sentence = (
        f"It is read without trouble, but nothing new has come for {length}: by its own weekly rhythm, about "
        f"{silence.missing:.0f} articles are missing."
    )
    figures: dict[str, float | str] = {
        "hours": round(hours, 1),
        "missing": round(silence.missing, 1),
        "limit": round(silence.limit, 1),
    }
    return Finding("silent", "bad", silence.since, sentence, advice("silent", source), figures)


def _unread(source: str, silence: Silence) -> Finding:
    sentence = (
        f"{silence.refused} new pages came and none held an article, where by its own weekly rhythm about "
        f"{silence.missing:.0f} articles are missing."
    )
    figures: dict[str, float | str] = {"refused": silence.refused, "missing": round(silence.missing, 1)}
    return Finding("drift", "bad", silence.since, sentence, advice("drift", source), figures)


def _drift(source: str, held: Sequence[Drift]) -> list[Finding]:
    if not held:
        return []
    since = min(drift.since for drift in held)
    sentence = " ".join(_DRIFTS[drift.what].format(before=drift.before, after=drift.after) for drift in held)
    figures: dict[str, float | str] = {}
    for drift in held:
        figures |= {f"{drift.what}_before": round(drift.before, 3), f"{drift.what}_after": round(drift.after, 3)}
    level: Literal["bad", "warning"] = "bad" if any(drift.what == "refused" for drift in held) else "warning"
    return [Finding("drift", level, since, sentence, advice("drift", source), figures)]

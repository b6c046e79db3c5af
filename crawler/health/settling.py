"""From judgements to what is told: a finding is told once it lasts, and ends once it stays away, so
that one which comes and goes is told once. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from crawler.health.findings import Finding, Problem

OPENS_AFTER = timedelta(minutes=30)
"""How long a finding is found before it is told."""
CLOSES_AFTER = timedelta(hours=3)
"""How long a finding that was told is not found before it counts as ended."""

FindingKey = tuple[str, Problem]
"""The source's id and the problem: a source has each problem once."""


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """A finding about a source: which judgements found it first and last, and when it was told."""

    source: str
    finding: Finding
    first_seen: datetime
    seen_at: datetime
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FindingEvent:
    """That a finding about a source was opened or closed, at a moment; `seq` is its number in the
    log, 0 before it stands there.
    """

    source: str
    finding: Finding
    state: Literal["opened", "closed"]
    at: datetime
    seq: int = 0


@dataclass(slots=True)
class Judgement:
    """What a judgement changes: findings to keep as they are now, those that are gone, and what is
    to be told.
    """

    kept: list[KeptFinding] = field(default_factory=list)
    gone: list[FindingKey] = field(default_factory=list)
    events: list[FindingEvent] = field(default_factory=list)


def settle(
    before: Mapping[FindingKey, KeptFinding],
    judged: Mapping[str, Sequence[Finding]],
    now: datetime,
) -> Judgement:
    """What becomes of the findings `before` by what the `judged` sources have now. Other sources
    stay as they are.
    """
    settled = Judgement()
    found: set[FindingKey] = set()
    for source, findings in judged.items():
        for finding in findings:
            key = (source, finding.problem)
            if key not in found:
                found.add(key)
                _find(settled, before.get(key), KeptFinding(source, finding, now, now))
    for key, kept in before.items():
        if kept.source in judged and key not in found:
            _miss(settled, key, kept, now)
    return settled


def close(kept: KeptFinding, now: datetime) -> list[FindingEvent]:
    """What is told of a finding that is gone: nothing of one that nobody was told of."""
    if kept.opened_at is None:
        return []
    return [FindingEvent(kept.source, kept.finding, "closed", now)]


def _find(settled: Judgement, before: KeptFinding | None, fresh: KeptFinding) -> None:
    kept = fresh
    if before:
        kept = replace(fresh, first_seen=before.first_seen, opened_at=before.opened_at)
    if kept.opened_at is None and kept.seen_at - kept.first_seen >= OPENS_AFTER:
        kept = replace(kept, opened_at=kept.seen_at)
        settled.events.append(FindingEvent(kept.source, kept.finding, "opened", kept.seen_at))
    settled.kept.append(kept)


def _miss(settled: Judgement, key: FindingKey, kept: KeptFinding, now: datetime) -> None:
    is_over = kept.opened_at is None or now - kept.seen_at >= CLOSES_AFTER
    if is_over:
        settled.gone.append(key)
        settled.events += close(kept, now)

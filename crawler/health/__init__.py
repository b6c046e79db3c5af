"""How the sources do, with reasons: blocked, errors, moved, fruitless, empty, silent, drift, gaps,
slow. Pure. A door module.
"""

from crawler.health.entry_points import Entry
from crawler.health.findings import ORDER, Advice, Code, Finding, Level, Problem
from crawler.health.rhythm import PublishingRate, Silence
from crawler.health.settling import FindingEvent, KeptFinding
from crawler.health.source_health import Health, SourceHistory, State, judge

__all__ = [
    "ORDER",
    "Advice",
    "Code",
    "Entry",
    "Finding",
    "FindingEvent",
    "Health",
    "KeptFinding",
    "Level",
    "Problem",
    "PublishingRate",
    "Silence",
    "SourceHistory",
    "State",
    "judge",
]  # fmt: skip

"""How the sources do, with reasons: blocked, errors, moved, silent, drift, gaps, slow. Pure. A door
module.
"""

from crawler.health.entry_points import Entry
from crawler.health.findings import ORDER, Advice, Code, Finding, Level, Problem
from crawler.health.judge import Health, Record, State, judge
from crawler.health.rhythm import Rhythm, Silence

__all__ = [
    "ORDER", "Advice", "Code", "Entry", "Finding", "Health", "Level", "Problem", "Record", "Rhythm", "Silence", "State",
    "judge",
]  # fmt: skip

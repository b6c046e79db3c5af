"""What can be wrong with a source, how bad it is, and what to do about it. Values only.

The sentences stand in the catalogues of search/i18n/locale, each under its code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Problem = Literal[
    "blocked",
    "errors",
    "moved",
    "robots",
    "fruitless",
    "empty",
    "doubled",
    "garbled",
    "silent",
    "drift",
    "gaps",
    "slow",
    "late",
]
Level = Literal["bad", "warning"]
Code = Literal[
    "fails_blocked",
    "fails_errors",
    "fails_moved",
    "fails_robots",
    "moved_to",
    "walled",
    "fruitless",
    "mostly_fruitless",
    "lists_nothing",
    "doubled",
    "same_title",
    "garbled",
    "silent",
    "unread",
    "drift_words",
    "drift_undated",
    "drift_repeated",
    "drift_language",
    "drift_refused",
    "late",
    "gaps",
    "slow",
    "slower",
]
"""A sentence about a source; the figures of its finding fill it in."""
Advice = Literal[Problem, "moved_to", "render"]
"""A sentence that says what to do."""

ORDER: tuple[Problem, ...] = (
    "blocked",
    "errors",
    "moved",
    "robots",
    "fruitless",
    "empty",
    "doubled",
    "garbled",
    "silent",
    "drift",
    "late",
    "gaps",
    "slow",
)
"""From worst to mildest, among findings of one level."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: since when (aware), in which sentences, with the figures behind it,
    and what to do.
    """

    problem: Problem
    level: Level
    since: datetime
    codes: tuple[Code, ...]
    advice: Advice
    figures: Mapping[str, float | str]

    @property
    def rank(self) -> tuple[bool, int, datetime]:
        """Worst first: bad before warnings, then by problem, then the longest."""
        return (self.level != "bad", ORDER.index(self.problem), self.since)

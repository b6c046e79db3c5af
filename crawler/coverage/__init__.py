"""The ledger of coverage: for any stretch of time, whether a source was watched, and if not, why.
Pure.

A door module.
"""

from crawler.coverage.backfill import (
    Backfill,
    days_backfilled,
    merge_backfills,
    times_listed,
    with_backfills,
)
from crawler.coverage.causes import REASONS, Reason, cause
from crawler.coverage.spans import Span, State
from crawler.coverage.update import (
    CoverageUpdate,
    EntryPointState,
    OpenGap,
    VisitFacts,
    close_gap,
    update_coverage,
)
from crawler.coverage.watch import (
    CoverageStretch,
    CoverageSummary,
    EntryPointStatus,
    Pause,
    coverage_stretches,
    spans_until_now,
    steps,
)

__all__ = [
    "REASONS",
    "Backfill",
    "CoverageStretch",
    "CoverageSummary",
    "CoverageUpdate",
    "EntryPointState",
    "EntryPointStatus",
    "OpenGap",
    "Pause",
    "Reason",
    "Span",
    "State",
    "VisitFacts",
    "cause",
    "close_gap",
    "coverage_stretches",
    "days_backfilled",
    "merge_backfills",
    "spans_until_now",
    "steps",
    "times_listed",
    "update_coverage",
    "with_backfills",
]  # fmt: skip

"""The ledger of coverage: for any stretch of time, whether a source was watched, and if not, why.
Pure.

A door module.
"""

from crawler.coverage.advance import Advance, Point, Seen, advance
from crawler.coverage.causes import REASONS, Reason, cause
from crawler.coverage.spans import Span, State
from crawler.coverage.watch import Pause, Piece, Standing, Watched, pieces, steps, told

__all__ = [
    "REASONS", "Advance", "Pause", "Piece", "Point", "Reason", "Seen", "Span", "Standing", "State", "Watched",
    "advance", "cause", "pieces", "steps", "told",
]  # fmt: skip

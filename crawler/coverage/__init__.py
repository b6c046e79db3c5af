"""The ledger of coverage: for any stretch of time, whether a source was watched, and if not, why. Pure.

A door module.
"""

from crawler.coverage.advance import Advance, Point, Seen, advance
from crawler.coverage.causes import REASONS, cause
from crawler.coverage.spans import Span

__all__ = ["REASONS", "Advance", "Point", "Seen", "Span", "advance", "cause"]

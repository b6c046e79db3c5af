"""Reads the past that a volume alert compares with: counts from the index, what was watched from
the ledger.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from crawler.coverage import CoverageStretch, Reason, steps
from crawler.monitor.coverage import Coverage
from crawler.store import Alert
from indexer.backend import Backend
from indexer.query import And, Published, Search
from indexer.query.timeline import edges, extend
from search.alerts.volume import WEEKS, Baseline
from search.sources.scope import sources_of

_SOURCES = 1_000
"""Sources whose share of the matches is asked for."""
_BACK = timedelta(weeks=WEEKS, days=1)
"""A day more than the history reaches back, so that a change of clocks cuts none of its buckets."""
_UNKNOWN: Reason = "idle"


@dataclass(frozen=True, slots=True)
class BaselineReader:
    """Looks back on the matches of a search in the buckets of a volume alert. Raises `QueryError`
    and `Unavailable`.
    """

    backend: Backend
    coverage: Coverage
    search: Search
    alert: Alert

    @property
    def step(self) -> Literal["hour", "day"]:
        """How long a bucket is."""
        return "hour" if self.alert.timing == "hour" else "day"

    def within(self, start: datetime, end: datetime) -> Search:
        """The matches of a period."""
        return replace(self.search, tree=And((self.search.tree, Published(start, end))))

    def past(self, first: datetime, end: datetime) -> Baseline:
        """All buckets that the one which begins at `first` is compared with, and those from it up to `end`."""
        asked, zone = replace(self.within(first - _BACK, end), limit=1), self.alert.tz
        line = extend(self.backend.timeline(asked, self.step, zone), first - _BACK, end)
        begins = edges(line)
        counts = {
            begin: one.count - one.coarse for begin, one in zip(begins, line.buckets, strict=False)
        }
        return Baseline(counts, dict(zip(begins, self._shares(asked, begins), strict=False)))

    def _shares(self, asked: Search, bounds: Sequence[datetime]) -> list[float]:
        weights = self._weights(asked)
        held = self.coverage.pieces(list(weights), bounds[0], bounds[-1])
        weighed = [list(_weighed(pieces, weights[source])) for source, pieces in held.items()]
        return [one.share for one in steps(weighed, bounds)]

    def _weights(self, asked: Search) -> Mapping[str, int]:
        """How many matches each source has brought: blindness to one that brings none changes no count."""
        found = self.backend.search(replace(asked, facets=("source",), facet_size=_SOURCES)).facets[
            "source"
        ]
        chosen = self.search.filters.get("source")
        brought = {one.value: one.count for one in found if not chosen or one.value in chosen}
        return brought or dict.fromkeys(sources_of(self.search, self.coverage.listed), 1)


def _weighed(pieces: Iterable[CoverageStretch], weight: int) -> Iterator[CoverageStretch]:
    """Pieces that count so much; what only the next visit can tell is not watched yet."""
    for piece in pieces:
        lost = dict[Reason, float]()
        for reason, share in piece.lost.items():
            known = _UNKNOWN if reason == "pending" else reason
            lost[known] = lost.get(known, 0.0) + share * weight
        yield replace(piece, share=piece.share * weight, lost=lost)

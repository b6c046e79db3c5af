"""Reads the baseline of a volume alert: counts from the index, what was watched from the ledger."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

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
_HISTORY = timedelta(weeks=WEEKS, days=1)
"""A day more than the history reaches back, so that a change of clocks cuts none of its buckets."""
_NOT_WATCHED: Reason = "idle"
"""The reason given to time of which only the next visit can tell."""


@dataclass(frozen=True, slots=True)
class BaselineReader:
    """Reads the matches of a search in the buckets of a volume alert. Raises `QueryError` and
    `IndexUnavailable`.
    """

    backend: Backend
    coverage: Coverage
    search: Search
    alert: Alert

    @property
    def step(self) -> Literal["hour", "day"]:
        """How long a bucket is."""
        return "hour" if self.alert.timing == "hour" else "day"

    def in_period(self, start: datetime, end: datetime) -> Search:
        """The search, for what was published in [start, end), by the days of the alert's zone."""
        zone = ZoneInfo(self.alert.tz)
        published = Published(start.astimezone(zone), end.astimezone(zone))
        return replace(self.search, tree=And((self.search.tree, published)))

    def read(self, first: datetime, end: datetime) -> Baseline:
        """All buckets that the one which begins at `first` is compared with, and those from it up
        to `end`.
        """
        start = first - _HISTORY
        search = replace(self.in_period(start, end), limit=1)
        timeline = self.backend.timeline(search, self.step, self.alert.tz)
        timeline = extend(timeline, start, end)
        bounds = edges(timeline)
        counts = {}
        for begin, bucket in zip(bounds, timeline.buckets, strict=False):
            # A date that is coarser than a bucket can't be counted in one.
            counts[begin] = bucket.count - bucket.coarse
        watched = dict(zip(bounds, self._watched_shares(search, bounds), strict=False))
        return Baseline(counts, watched)

    def _watched_shares(self, search: Search, bounds: Sequence[datetime]) -> list[float]:
        weights = self._weights(search)
        stretches = self.coverage.pieces(list(weights), bounds[0], bounds[-1])
        weighted = [
            list(_weighted(stretches_of_source, weights[source]))
            for source, stretches_of_source in stretches.items()
        ]
        return [step.share for step in steps(weighted, bounds)]

    def _weights(self, search: Search) -> Mapping[str, int]:
        """How many matches each source has brought: blindness to one that brings none changes no
        count. Where none brought any, all that the search asks for weigh the same.
        """
        page = self.backend.search(replace(search, facets=("source",), facet_size=_SOURCES))
        chosen = self.search.filters.get("source")
        weights = {
            bucket.value: bucket.count
            for bucket in page.facets["source"]
            if not chosen or bucket.value in chosen
        }
        return weights or dict.fromkeys(sources_of(self.search, self.coverage.listed), 1)


def _weighted(stretches: Iterable[CoverageStretch], weight: int) -> Iterator[CoverageStretch]:
    """Stretches that count so much; what only the next visit can tell is not watched yet."""
    for stretch in stretches:
        lost = dict[Reason, float]()
        for reason, share in stretch.lost.items():
            settled = _NOT_WATCHED if reason == "pending" else reason
            lost[settled] = lost.get(settled, 0.0) + share * weight
        yield replace(stretch, share=stretch.share * weight, lost=lost)

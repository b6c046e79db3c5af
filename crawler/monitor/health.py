"""Reads from the store what health is judged by. A door module."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.coverage.spans import Span
from crawler.health.entry_points import Entry
from crawler.health.rhythm import WEEKS
from crawler.health.source_health import Health, SourceHistory, judge
from crawler.monitor.coverage import Coverage
from crawler.sources import Source
from crawler.store import Store

GAPS_OF = timedelta(days=3)
"""The last days of which the hours of gaps are counted."""
_ORDER = {"bad": 0, "warning": 1, "new": 2, "paused": 3, "well": 4}


@dataclass(frozen=True, slots=True)
class SourceMonitor:
    """The sources of the sources file, as the store knows them."""

    store: Store
    listed: Sequence[Source]

    def health(self, now: datetime) -> list[Health]:
        """How every source does, worst first; those that do well in the order of the sources
        file.
        """
        healths = [judge(history, now) for history in self.records(now)]
        return sorted(healths, key=_rank)

    def records(self, now: datetime) -> list[SourceHistory]:
        """What is known of each source, in the order of the sources file."""
        ids = [source.id for source in self.listed]
        paused = self.store.pauses.running(now)
        tallies = self.store.tallies.since(now - timedelta(weeks=WEEKS), ids)
        entries = self._entries(ids, now)
        gaps = self._gaps(ids, now)
        due = self.store.queue.due()
        histories = []
        for source_id in ids:
            gap_hours, known_hours = gaps.get(source_id, (0.0, 0.0))
            histories.append(
                SourceHistory(
                    source_id,
                    entries.get(source_id, []),
                    tallies.get(source_id, []),
                    source_id in paused,
                    gap_hours,
                    known_hours,
                    due.get(source_id),
                )
            )
        return histories

    def _entries(self, ids: Sequence[str], now: datetime) -> dict[str, list[Entry]]:
        """The entry points that are watched now, by source."""
        current = Coverage(self.store, self.listed, now).current()
        entries: dict[str, list[Entry]] = {}
        for state in self.store.spans.states(ids):
            if (state.source, state.url) in current:
                entries.setdefault(state.source, []).append(Entry(state.url, state.point))
        return entries

    def _gaps(self, ids: Sequence[str], now: datetime) -> dict[str, tuple[float, float]]:
        """Hours of gaps in the last days, and how many of these hours are known, by source (the
        mean over its entry points).
        """
        start = now - GAPS_OF
        by_source: dict[str, list[Sequence[Span]]] = {}
        for (source, _), spans in self.store.spans.between(ids, start, now).items():
            by_source.setdefault(source, []).append(spans)
        return {
            source: _mean_gap_hours(entry_spans, start, now)
            for source, entry_spans in by_source.items()
        }


def _mean_gap_hours(
    entry_spans: Sequence[Sequence[Span]], start: datetime, end: datetime
) -> tuple[float, float]:
    """Hours of gaps, and of all spans, between two moments; the mean of some entry points."""
    gap_hours = known_hours = 0.0
    for spans in entry_spans:
        gap_seconds = known_seconds = 0.0
        for span in spans:
            seconds = (min(span.end, end) - max(span.start, start)).total_seconds()
            known_seconds += seconds
            if span.reason == "gap":
                gap_seconds += seconds
        gap_hours += gap_seconds / 3600
        known_hours += known_seconds / 3600
    return gap_hours / len(entry_spans), known_hours / len(entry_spans)


def _rank(health: Health) -> tuple[int, list[tuple[bool, int, datetime]]]:
    return _ORDER[health.state], [finding.rank for finding in health.findings[:1]]

"""Reads from the store what health is judged by. A door module."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.health.entry_points import Entry
from crawler.health.rhythm import WEEKS
from crawler.health.source_health import Health, SourceHistory, judge
from crawler.monitor.coverage import Coverage
from crawler.sources import Source
from crawler.store import Store

GAPS_OF = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class SourceMonitor:
    """The sources of the sources file, as the store knows them."""

    store: Store
    listed: Sequence[Source]

    def health(self, now: datetime) -> list[Health]:
        """How every source does, worst first; those that do well in the order of the sources file."""
        found = [judge(record, now) for record in self.records(now)]
        order = {"bad": 0, "warning": 1, "new": 2, "paused": 3, "well": 4}
        return sorted(
            found,
            key=lambda one: (order[one.state], [finding.rank for finding in one.findings[:1]]),
        )

    def records(self, now: datetime) -> list[SourceHistory]:
        """What is known of each source, in the order of the sources file."""
        ids = [source.id for source in self.listed]
        coverage = Coverage(self.store, self.listed, now)
        current, paused = coverage.current(), self.store.pauses.running(now)
        tallies = self.store.tallies.since(now - timedelta(weeks=WEEKS), ids)
        entries: dict[str, list[Entry]] = {}
        for state in self.store.spans.states(ids):
            if (state.source, state.url) in current:
                entries.setdefault(state.source, []).append(Entry(state.url, state.point))
        lost, due = self._gaps(ids, now), self.store.queue.due()
        return [
            SourceHistory(
                one,
                entries.get(one, []),
                tallies.get(one, []),
                one in paused,
                *lost.get(one, (0.0, 0.0)),
                due=due.get(one),
            )
            for one in ids
        ]

    def _gaps(self, ids: Sequence[str], now: datetime) -> dict[str, tuple[float, float]]:
        """Hours of gaps in the last days, and how many of these hours are known, by source (over
        its entry points).
        """
        start = now - GAPS_OF
        found: dict[str, tuple[float, float]] = {}
        counted: dict[str, int] = {}
        for (source, _), spans in self.store.spans.between(ids, start, now).items():
            gap = sum(
                (min(s.end, now) - max(s.start, start)).total_seconds()
                for s in spans
                if s.reason == "gap"
            )
            known = sum((min(s.end, now) - max(s.start, start)).total_seconds() for s in spans)
            held = found.get(source, (0.0, 0.0))
            counted[source] = counted.get(source, 0) + 1
            found[source] = (held[0] + gap / 3600, held[1] + known / 3600)
        return {
            source: (gap / counted[source], known / counted[source])
            for source, (gap, known) in found.items()
        }

"""Reads from the store what health is judged by, and how it was judged. A door module."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from crawler.coverage.spans import Span
from crawler.health.entry_points import Entry
from crawler.health.rhythm import WEEKS
from crawler.health.source_health import Health, SourceHistory, judge
from crawler.monitor.coverage import Coverage
from crawler.sources import Source
from crawler.store import SourceJudgement, Store

GAPS_OF = timedelta(days=3)
"""The last days of which the hours of gaps are counted."""
JUDGED_EVERY = timedelta(hours=1)
"""How often a source is judged that nobody crawls: a silence shows by the clock alone."""
_TOGETHER = 100
"""Sources whose weeks are held in memory at a time."""
_NEVER = datetime.min.replace(tzinfo=UTC)
_ORDER = {"bad": 0, "warning": 1, "new": 2, "paused": 3, "well": 4}


@dataclass(frozen=True, slots=True)
class SourceMonitor:
    """The sources of the sources file, as the store knows them."""

    store: Store
    listed: Sequence[Source]

    def health(self, now: datetime, at_most: int | None = None) -> list[Health]:
        """How every source does, worst first; those that do well in the order of the sources
        file.

        What was judged within the last hour stands as it was judged, but that a pause holds at
        once; the rest is judged now. Where that is more than `at_most` sources, those beyond it
        stand as they were judged last, and those never judged as new.
        """
        ids = [source.id for source in self.listed]
        kept = self.store.judgements.kept(ids)
        paused = self.store.pauses.running(now)
        stale = _stale(ids, kept, paused, now)
        if at_most is not None:
            stale = sorted(stale, key=lambda source: _judged_at(kept.get(source)))[:at_most]
        judged = {judgement.health.source: judgement for judgement in self.judged(now, stale)}
        healths = []
        for source_id in ids:
            judgement = judged.get(source_id) or kept.get(source_id)
            health = judgement.health if judgement else Health(source_id, "new", (), None, None)
            if source_id in paused:
                health = replace(health, state="paused", findings=())
            healths.append(health)
        return sorted(healths, key=_rank)

    def stale(self, now: datetime) -> list[str]:
        """The sources that were not judged within the last hour, by id."""
        ids = [source.id for source in self.listed]
        kept = self.store.judgements.kept(ids)
        return _stale(ids, kept, self.store.pauses.running(now), now)

    def judged(self, now: datetime, sources: Sequence[str]) -> Iterator[SourceJudgement]:
        """How these of the sources do, judged now by all that the store knows of them."""
        wanted = set(sources)
        listed = [source for source in self.listed if source.id in wanted]
        for start in range(0, len(listed), _TOGETHER):
            batch = SourceMonitor(self.store, listed[start : start + _TOGETHER])
            for history in batch.records(now):
                yield SourceJudgement(judge(history, now), now)

    def records(self, now: datetime) -> list[SourceHistory]:
        """What is known of each source, in the order of the sources file."""
        ids = [source.id for source in self.listed]
        paused = self.store.pauses.running(now)
        tallies = self.store.tallies.since(now - timedelta(weeks=WEEKS), ids)
        entries = self._entries(ids, now)
        gaps = self._gaps(ids, now)
        due = self.store.queue.due(ids)
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


def _stale(
    ids: Sequence[str], kept: Mapping[str, SourceJudgement], paused: Container[str], now: datetime
) -> list[str]:
    """The sources that are to be judged again: what was judged lies an hour back, or in a time to
    come since a clock went back, or says of a source that goes on that it is paused.
    """
    stale = []
    for source in ids:
        judgement = kept.get(source)
        if judgement is None:
            stale.append(source)
            continue
        is_fresh = timedelta() <= now - judgement.judged_at < JUDGED_EVERY
        goes_on = judgement.health.state == "paused" and source not in paused
        if goes_on or not is_fresh:
            stale.append(source)
    return stale


def _judged_at(judgement: SourceJudgement | None) -> datetime:
    return judgement.judged_at if judgement else _NEVER


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

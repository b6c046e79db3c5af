"""Reads the ledger of coverage from the store. A door module."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.coverage.backfill import with_backfills
from crawler.coverage.spans import Span
from crawler.coverage.watch import (
    CoverageStretch,
    CoverageSummary,
    EntryPointStatus,
    Pause,
    coverage_stretches,
    spans_until_now,
    steps,
)
from crawler.sources import Source
from crawler.store import Store


@dataclass(frozen=True, slots=True)
class Coverage:
    """The ledger of a store as it stands at `now` (aware), for the sources of the sources file
    (`listed`).
    """

    store: Store
    listed: Sequence[Source]
    now: datetime

    def pieces(
        self, sources: Sequence[str], start: datetime, end: datetime
    ) -> dict[str, list[CoverageStretch]]:
        """How each of the sources (by id) was watched over [start, end); nothing is said of what is
        yet to come.
        """
        until = min(end, self.now)
        entries: dict[str, list[list[Span]]] = {source: [] for source in sources}
        added: dict[str, datetime] = {}
        for source, first_at, spans in self._spans_by_entry_point(sources, start, until):
            entries[source].append(spans)
            first = min(first_at, spans[0].start) if spans else first_at
            added[source] = min(first, added.get(source, first))
        backfills = self.store.backfills.between(sources, start, until)
        by_source = {}
        for source, source_spans in entries.items():
            stretches = coverage_stretches(source_spans, start, until, added.get(source))
            by_source[source] = with_backfills(stretches, backfills.get(source, ()))
        return by_source

    def _spans_by_entry_point(
        self, sources: Sequence[str], start: datetime, until: datetime
    ) -> Iterator[tuple[str, datetime, list[Span]]]:
        """The source, the first visit and the spans of each entry point that was ever visited."""
        current = self.current()
        due = self.store.queue.due()
        stored_spans = self.store.spans.between(sources, start, until)
        pauses = self._pauses(start, until)
        for state in self.store.spans.states(sources):
            key = (state.source, state.url)
            status = EntryPointStatus(
                key in current, due.get(state.source), pauses.get(state.source, ())
            )
            spans = spans_until_now(state.point, stored_spans.get(key, ()), self.now, status)
            yield state.source, state.point.first_at, spans

    def steps(self, sources: Sequence[str], edges: Sequence[datetime]) -> list[CoverageSummary]:
        """How each step between two edges was watched by all of the sources, each counting
        alike.
        """
        if len(edges) < 2:
            return []
        return steps(self.pieces(sources, edges[0], edges[-1]).values(), edges)

    def current(self) -> set[tuple[str, str]]:
        """The entry points that are watched now, as source and address: those that the sources file
        names, and those that they name in their turn.
        """
        named = {(source.id, url) for source in self.listed for url in source.addresses}
        return named | self.store.ledger.named_by_sites([source.id for source in self.listed])

    def _pauses(self, start: datetime, end: datetime) -> dict[str, list[Pause]]:
        pauses: dict[str, list[Pause]] = {}
        for source, since, until in self.store.pauses.between(start, end):
            pauses.setdefault(source, []).append(Pause(since, until))
        return pauses

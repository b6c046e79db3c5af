"""Reads the ledger of coverage from the store. A door module."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
        current, due = self.current(), self.store.queue.due()
        held, pauses = self.store.spans.between(sources, start, until), self._pauses(start, until)
        entries: dict[str, list[list[Span]]] = {source: [] for source in sources}
        added: dict[str, datetime] = {}
        for state in self.store.spans.states(sources):
            key = (state.source, state.url)
            standing = EntryPointStatus(
                key in current, due.get(state.source), pauses.get(state.source, ())
            )
            spans = spans_until_now(state.point, held.get(key, ()), self.now, standing)
            entries[state.source].append(spans)
            first = min([state.point.first_at, *(span.start for span in spans[:1])])
            added[state.source] = min(first, added.get(state.source, first))
        return {
            source: coverage_stretches(found, start, until, added.get(source))
            for source, found in entries.items()
        }

    def steps(self, sources: Sequence[str], edges: Sequence[datetime]) -> list[CoverageSummary]:
        """How each step between two edges was watched by all of the sources, each counting alike."""
        return (
            steps(self.pieces(sources, edges[0], edges[-1]).values(), edges)
            if len(edges) > 1
            else []
        )

    def current(self) -> set[tuple[str, str]]:
        """The entry points that are watched now, as source and address: those that the sources file
        names, and those that they name in their turn.
        """
        named = {(source.id, url) for source in self.listed for url in source.addresses}
        return named | self.store.ledger.named_by_sites()

    def _pauses(self, start: datetime, end: datetime) -> dict[str, list[Pause]]:
        found: dict[str, list[Pause]] = {}
        for source, since, until in self.store.pauses.between(start, end):
            found.setdefault(source, []).append(Pause(since, until))
        return found

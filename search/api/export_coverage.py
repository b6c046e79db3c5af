"""Exports that say how their time was watched: each article, each step of a timeline, and the whole
period.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from crawler.coverage import CoverageStretch, CoverageSummary, steps
from crawler.monitor.coverage import Coverage
from crawler.sources import Source
from crawler.store import Store
from indexer.backend import Document
from indexer.query import Search, Timeline
from indexer.query.timeline import edges
from search.api.coverage import coverage_values
from search.sources.scope import sources_of

HEADER = "Veille-Watched"
TIMELINE_COLUMNS = ("date", "count", "coarse", "watched", "watched_share", "watched_reasons")
_EVER = datetime(1900, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


@dataclass(slots=True)
class ExportCoverage:
    """How the sources of one export were watched, read from the store once for each source."""

    store: Store
    listed: Sequence[Source]
    now: datetime
    _pieces: dict[str, list[CoverageStretch]] = field(default_factory=dict)
    _days: dict[tuple[str, datetime], dict[str, Any]] = field(default_factory=dict)

    def annotated(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The documents with `watched`: how their source was watched on the day (UTC) of their
        publication, null where they have no date.
        """
        for document in documents:
            yield {**document, "watched": self._of(document)}

    def steps(self, search: Search, line: Timeline) -> list[dict[str, Any]]:
        """How each step of a timeline was watched by the sources that the search is of."""
        coverage = Coverage(self.store, self.listed, self.now)
        summaries = coverage.steps(sources_of(search, self.listed), edges(line))
        return [coverage_values(summary) for summary in summaries]

    def whole_period(self, search: Search) -> CoverageSummary:
        """How the period of a search was watched; without `from`, since the first source began."""
        ids = sources_of(search, self.listed)
        began = [state.point.first_at for state in self.store.spans.states(ids)]
        start = search.start or min(began, default=self.now - _DAY)
        end = min(search.end or self.now, self.now)
        if start >= end:
            return steps([], [start, start + _DAY])[0]
        return Coverage(self.store, self.listed, self.now).steps(ids, [start, end])[0]

    def _of(self, document: Document) -> dict[str, Any] | None:
        source = document.get("source")
        published = document.get("published")
        if not source or not published:
            return None
        moment = datetime.fromisoformat(str(published)).astimezone(UTC)
        day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        key = (str(source), day)
        if key not in self._days:
            summary = steps([self._source(str(source))], [day, day + _DAY])[0]
            self._days[key] = coverage_values(summary)
        return self._days[key]

    def _source(self, source: str) -> list[CoverageStretch]:
        if source not in self._pieces:
            coverage = Coverage(self.store, self.listed, self.now)
            self._pieces[source] = coverage.pieces([source], _EVER, self.now)[source]
        return self._pieces[source]


def header_value(watched: CoverageSummary) -> str:
    """How a period was watched, as the value of an HTTP header: `partly; share=0.93;
    reasons=down,blocked`.
    """
    reasons = f"; reasons={','.join(watched.reasons)}" if watched.reasons else ""
    return f"{watched.state}; share={watched.share:g}{reasons}"


def coverage_sentence(watched: CoverageSummary) -> str:
    """How a period was watched, as a sentence for people."""
    reasons = f" ({', '.join(watched.reasons)})" if watched.reasons else ""
    share = f"{watched.share:.1%} of this time{reasons}"
    return f"The sources were watched for {share}: `veille coverage` tells more."


def timeline_rows(line: Timeline, watched: Sequence[dict[str, Any] | None]) -> Iterator[list[Any]]:
    """A row of `TIMELINE_COLUMNS` for each step, and one without date for the undated matches."""
    for bucket, step in zip(line.buckets, watched, strict=True):
        coverage = ["", "", ""]
        if step:
            coverage = [step["state"], step["share"], "; ".join(step["reasons"])]
        yield [bucket.date, bucket.count, bucket.coarse, *coverage]
    if line.undated:
        yield ["", line.undated, "", "", "", ""]

"""How entry points stand in the ledger of coverage, and the spans of time that were watched
or not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from crawler.coverage import REASONS, CoverageUpdate, EntryPointState, Span
from crawler.coverage.spans import State
from crawler.entrypoints.listing import Kind
from crawler.store.dialect import by_sources, insert_or
from crawler.store.tables import UNKNOWN_MOMENT, points, spans
from crawler.store.transactions import Database

_FIELDS = tuple(field.name for field in fields(EntryPointState))


@dataclass(frozen=True, slots=True)
class EntryState:
    """An entry point of a source and how it stands."""

    source: str
    url: str
    point: EntryPointState


@dataclass(frozen=True, slots=True)
class LastVisits:
    """When a source was visited last, and when that brought a list last, in UTC."""

    visited: datetime | None = None
    read: datetime | None = None


class Spans:
    """Points and spans. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database

    def states(self, sources: Sequence[str] | None = None) -> list[EntryState]:
        """Every entry point that was visited, of these sources or of all."""
        query = select(points).order_by(points.c.source, points.c.first_at)
        states = []
        with self._reads.connect() as connection:
            for part in by_sources(query, points.c.source, sources):
                for row in filter(_is_whole_point, connection.execute(part)):
                    states.append(EntryState(row.source, row.url, _point(row)))
        return states

    def last_visits(self) -> dict[str, LastVisits]:
        """When any entry point of each source was visited last, and read last, by the source's
        id.
        """
        newest = select(points.c.source, func.max(points.c.visited_at), func.max(points.c.read_at))
        with self._reads.connect() as connection:
            rows = connection.execute(newest.group_by(points.c.source))
            return {source: LastVisits(visited, read) for source, visited, read in rows}

    def between(
        self, sources: Sequence[str] | None, start: datetime, end: datetime
    ) -> Mapping[tuple[str, str], list[Span]]:
        """The spans that touch [start, end), by source and address, each in order of time."""
        query = select(spans).where(spans.c.end > start, spans.c.start < end).order_by(spans.c.id)
        by_entry_point: dict[tuple[str, str], list[Span]] = {}
        with self._reads.connect() as connection:
            for part in by_sources(query, spans.c.source, sources):
                for row in filter(_is_whole_span, connection.execute(part)):
                    by_entry_point.setdefault((row.source, row.url), []).append(_span(row))
        for in_order in by_entry_point.values():
            in_order.sort(key=lambda span: span.start)
        return by_entry_point


def point_of(connection: Connection, source: str, url: str) -> EntryPointState | None:
    """How an entry point stands; None before its first visit, and where its row is damaged."""
    query = select(points).where(points.c.source == source, points.c.url == url)
    row = connection.execute(query).one_or_none()
    return _point(row) if row and _is_whole_point(row) else None


def keep_advance(connection: Connection, source: str, url: str, step: CoverageUpdate) -> None:
    """Keep what a visit changes, within the transaction that records it."""
    row = asdict(step.point)
    upsert = insert_or(connection, points).values(source=source, url=url, **row)
    connection.execute(upsert.on_conflict_do_update(index_elements=["source", "url"], set_=row))
    mine = and_(spans.c.source == source, spans.c.url == url)
    connection.execute(
        delete(spans).where(mine, spans.c.end > step.since, spans.c.start >= step.since)
    )
    connection.execute(update(spans).where(mine, spans.c.end > step.since).values(end=step.since))
    for span in step.spans:
        _append(connection, source, url, span)


def _append(connection: Connection, source: str, url: str, span: Span) -> None:
    mine = and_(spans.c.source == source, spans.c.url == url)
    last = connection.execute(
        select(spans).where(mine).order_by(spans.c.end.desc()).limit(1)
    ).one_or_none()
    if last is not None and _is_whole_span(last) and span.continues(_span(last)):
        connection.execute(update(spans).where(spans.c.id == last.id).values(end=span.end))
    else:
        connection.execute(insert(spans).values(source=source, url=url, **asdict(span)))


def _is_whole_point(row: Any) -> bool:
    """Whether it is known what an entry point is and when it was visited: a visit long ago would be
    told as a long gap.
    """
    return row.kind in get_args(Kind) and UNKNOWN_MOMENT not in (row.first_at, row.visited_at)


def _is_whole_span(row: Any) -> bool:
    """Whether it is known when a span was, and how it was watched."""
    is_told = row.state in get_args(State) and (row.reason is None or row.reason in REASONS)
    return is_told and UNKNOWN_MOMENT not in (row.start, row.end)


def _point(row: Any) -> EntryPointState:
    return EntryPointState(**{name: getattr(row, name) for name in _FIELDS})


def _span(row: Any) -> Span:
    return Span(row.start, row.end, row.state, row.reason)

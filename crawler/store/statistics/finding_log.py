"""The findings as they were judged, and the log of those that were opened and closed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, get_args

from sqlalchemy import Connection, delete, func, insert, select, tuple_

from crawler.health.findings import ORDER, Finding, Level
from crawler.health.settling import FindingEvent, FindingKey, KeptFinding, close, settle
from crawler.store.dialect import by_sources, insert_or, parts
from crawler.store.tables import finding_events, findings
from crawler.store.transactions import Database

KEPT_FOR = timedelta(days=400)
"""How long the log is kept."""
_VALUES = ("problem", "level", "since", "codes", "advice", "figures")


class FindingLog:
    """What is wrong with sources, as it was judged. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def record(self, judged: Mapping[str, Sequence[Finding]], now: datetime) -> list[FindingEvent]:
        """Note what the judged sources (by id) have now; returns what was opened and closed by
        that.
        """
        if not judged:
            return []
        with self._writes.begin() as connection:
            settled = settle(_kept(connection, list(judged)), judged, now)
            _keep(connection, settled.kept)
            _drop(connection, settled.gone)
            return _log(connection, settled.events)

    def leave_out(self, listed: Sequence[str], now: datetime) -> list[FindingEvent]:
        """Close what was found of sources that are not `listed` any more, and forget what the log
        holds for too long; returns what was closed.
        """
        watched = set(listed)
        with self._writes.begin() as connection:
            connection.execute(delete(finding_events).where(finding_events.c.at < now - KEPT_FOR))
            known = _kept(connection, None)
            left = {key: kept for key, kept in known.items() if kept.source not in watched}
            _drop(connection, list(left))
            closed: list[FindingEvent] = []
            for kept in left.values():
                closed += close(kept, now)
            return _log(connection, closed)

    def newest(self) -> int:
        """The number of the last event; 0 where there is none."""
        with self._reads.connect() as connection:
            return newest_event(connection)

    def events(
        self, after: int, until: datetime | None = None, since: datetime | None = None
    ) -> list[FindingEvent]:
        """The events behind a number, in order: those from `since` on and before `until`."""
        query = select(finding_events).where(finding_events.c.seq > after)
        if until is not None:
            query = query.where(finding_events.c.at < until)
        if since is not None:
            query = query.where(finding_events.c.at >= since)
        with self._reads.connect() as connection:
            rows = connection.execute(query.order_by(finding_events.c.seq))
            return [
                FindingEvent(row.source, _finding(row), row.state, row.at, row.seq)
                for row in rows
                if _is_whole(row)
            ]


def newest_event(connection: Connection) -> int:
    """The number of the last event of findings; 0 where there is none."""
    return int(connection.execute(select(func.max(finding_events.c.seq))).scalar_one() or 0)


def _kept(connection: Connection, sources: Sequence[str] | None) -> dict[FindingKey, KeptFinding]:
    """What is known of these sources, or of all."""
    query = select(findings).order_by(findings.c.source, findings.c.problem)
    queries = by_sources(query, findings.c.source, sources)
    rows = [row for one in queries for row in connection.execute(one)]
    return {
        (row.source, row.problem): KeptFinding(
            row.source, _finding(row), row.first_seen, row.seen_at, row.opened_at
        )
        for row in rows
        if _is_whole(row)
    }


def _keep(connection: Connection, kept: Sequence[KeptFinding]) -> None:
    for one in kept:
        values = {
            **_finding_row(one.finding),
            "first_seen": one.first_seen,
            "seen_at": one.seen_at,
            "opened_at": one.opened_at,
        }
        added = insert_or(connection, findings).values(source=one.source, **values)
        connection.execute(
            added.on_conflict_do_update(index_elements=["source", "problem"], set_=values)
        )


def _drop(connection: Connection, keys: Sequence[FindingKey]) -> None:
    for batch in parts(keys):
        own = tuple_(findings.c.source, findings.c.problem).in_(batch)
        connection.execute(delete(findings).where(own))


def _log(connection: Connection, events: Sequence[FindingEvent]) -> list[FindingEvent]:
    logged = []
    for one in events:
        row = {**_finding_row(one.finding), "source": one.source, "state": one.state, "at": one.at}
        added = insert(finding_events).values(row).returning(finding_events.c.seq)
        seq = connection.execute(added).scalar_one()
        logged.append(FindingEvent(one.source, one.finding, one.state, one.at, seq))
    return logged


def _is_whole(row: Any) -> bool:
    """Whether a row says what was found. One that is damaged counts as none: what is still wrong is
    found again.
    """
    return row.problem in ORDER and row.level in get_args(Level)


def _finding(row: Any) -> Finding:
    # Without its figures no sentence can be told, and nothing else is lost.
    is_damaged = row.figures is None or "damaged" in row.figures
    codes = () if is_damaged else tuple(row.codes.split())
    return Finding(row.problem, row.level, row.since, codes, row.advice, row.figures or {})


def _finding_row(finding: Finding) -> dict[str, Any]:
    values = {name: getattr(finding, name) for name in _VALUES}
    return {**values, "codes": " ".join(finding.codes), "figures": dict(finding.figures)}

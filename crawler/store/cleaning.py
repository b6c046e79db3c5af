"""What has had its time: old crawls, tallies, learned lines, messages of alerts, ended leases."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, delete, func, select

from crawler.store.crawls.visits import prune
from crawler.store.statistics import tallies as hourly
from crawler.store.tables import (
    alert_hits,
    crawls,
    host_waits,
    leases,
    lines,
    notices,
    tallies,
)
from crawler.store.transactions import Database

_AT_ONCE = 500
"""Messages that one transaction removes: others wait for it on SQLite."""
_LEASES_KEPT = timedelta(days=1)
"""How long the row of a lease stays that has ended: of a host that is crawled no more, for ever
otherwise.
"""
_DONE = ("sent", "failed", "dropped")


@dataclass(frozen=True, slots=True)
class Ages:
    """How long things are kept."""

    visits: timedelta
    tallies: timedelta
    lines: timedelta
    notices: timedelta


class Cleaning:
    """Removes what is older than it may be. Every method is one transaction of bounded size."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def next_source(self, after: str) -> str | None:
        """The first source behind this one that has anything which ages, in the order of ids, also
        one that is no longer monitored.
        """
        with self._reads.connect() as connection:
            found = [_first_behind(connection, table, after) for table in (crawls, tallies, lines)]
        return min((source for source in found if source is not None), default=None)

    def clean_source(self, source: str, ages: Ages, now: datetime) -> Counter[str]:
        """Remove what is too old of a source; returns how many rows by kind."""
        counts: Counter[str] = Counter()
        with self._writes.begin() as connection:
            counts.update(prune(connection, source, now - ages.visits))
            counts["tallies"] += hourly.prune(connection, source, now - ages.tallies)
            old = (lines.c.source == source) & (lines.c.seen_at < now - ages.lines)
            counts["lines"] += connection.execute(delete(lines).where(old)).rowcount
        return counts

    def clean_notices(self, ages: Ages, now: datetime) -> int:
        """Remove some messages of alerts that were sent or given up long ago, with the hits that
        they told; returns how many, 0 where none is left.
        """
        old = notices.c.state.in_(_DONE) & (notices.c.created_at < now - ages.notices)
        with self._writes.begin() as connection:
            query = select(notices.c.id).where(old).order_by(notices.c.created_at).limit(_AT_ONCE)
            ids = list(connection.execute(query).scalars())
            connection.execute(delete(alert_hits).where(alert_hits.c.notice.in_(ids)))
            connection.execute(delete(notices).where(notices.c.id.in_(ids)))
        return len(ids)

    def clean_ended(self, now: datetime) -> int:
        """Remove leases and waits of hosts that ended long ago; returns how many."""
        ended = now - _LEASES_KEPT
        with self._writes.begin() as connection:
            rows = connection.execute(delete(leases).where(leases.c.expires_at < ended)).rowcount
            waits = connection.execute(delete(host_waits).where(host_waits.c.until < ended))
            return rows + waits.rowcount


def _first_behind(connection: Connection, table: Table, after: str) -> str | None:
    query = select(func.min(table.c.source)).where(table.c.source > after)
    source: str | None = connection.execute(query).scalar_one()
    return source

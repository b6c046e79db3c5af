"""Everything that waits for a moment: brought forward where the clock by which it was put off went
back.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, bindparam, select, update

from crawler.fetch.host_waits import LONGEST_WAIT
from crawler.policy.pace import LONGEST
from crawler.store.alerts.notices import NOTICE_LONGEST_WAIT
from crawler.store.articles.outbox import OUTBOX_LONGEST_WAIT
from crawler.store.tables import alerts, due, host_waits, leases, notices, outbox, paces, pages
from crawler.store.transactions import Database

CLOCK = "clock"
"""The lease of who puts a jump right: of all processes that notice it, one does."""
DAY = timedelta(days=1)
SLACK = timedelta(minutes=1)
"""By how much the clocks of several machines may differ."""
_TRIES: tuple[tuple[Column[Any], timedelta], ...] = (
    (outbox.c.next_try, OUTBOX_LONGEST_WAIT),
    (notices.c.next_try, NOTICE_LONGEST_WAIT),
    (alerts.c.next_try, NOTICE_LONGEST_WAIT),
)
"""What is put off after a failure, and by how much at most."""


class ClockRepair:
    """Moments that are waited for. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._writes = database.execution_options(writes=True)

    def pull_back(self, now: datetime, by: timedelta, host: str) -> None:
        """After the clock of a host went back `by` so much, to `now`: what would wait that much
        longer does not.

        What was put off after a failure may be tried at once. Sources, pages that were to be
        visited within a day, hosts that asked to wait, and the leases of the host's processes have
        their moments earlier by as much.
        """
        with self._writes.begin() as connection:
            for column, _ in _TRIES:
                connection.execute(
                    update(column.table).where(column > now).values({column.name: now})
                )
            _shift(connection, pages.c.next_visit, now, by, pages.c.next_visit <= now + by + DAY)
            _shift(connection, due.c.due_at, now, by)
            _shift(connection, paces.c.due_at, now, by)
            _shift(connection, host_waits.c.until, now, by)
            mine = leases.c.owner.startswith(f"{host}:", autoescape=True) & (leases.c.name != CLOCK)
            _shift(connection, leases.c.expires_at, now, by, mine)

    def bring_forward(self, now: datetime) -> int:
        """Let what lies further in the future than it can be put off be tried now; returns how many
        moments.
        """
        with self._writes.begin() as connection:
            count = 0
            for column, longest in (*_TRIES, (host_waits.c.until, LONGEST_WAIT)):
                too_late = update(column.table).where(column > now + longest + SLACK)
                count += connection.execute(too_late.values({column.name: now})).rowcount
            return count + _bring_paces_forward(connection, now)


def _bring_paces_forward(connection: Connection, now: datetime) -> int:
    """Let entry points be due now that lie further off than their own interval."""
    query = select(paces.c.source, paces.c.url, paces.c.due_at, paces.c.interval)
    count = 0
    for row in connection.execute(query.where(paces.c.due_at > now + LONGEST + SLACK)).all():
        if row.due_at > now + timedelta(seconds=row.interval) + SLACK:
            mine = (paces.c.source == row.source) & (paces.c.url == row.url)
            count += connection.execute(update(paces).where(mine).values(due_at=now)).rowcount
    return count


def _shift(
    connection: Connection,
    column: Column[Any],
    now: datetime,
    by: timedelta,
    *which: ColumnElement[bool],
) -> None:
    """Bring moments of a column forward, none of them to before now."""
    keys = list(column.table.primary_key.columns)
    query = select(*keys, column.label("at")).where(column > now, *which)
    rows = connection.execute(query).mappings().all()
    if not rows:
        return
    moved = []
    for row in rows:
        values = {f"key_{key.name}": row[key.name] for key in keys}
        moved.append(values | {"at": max(row["at"] - by, now)})
    same = [key == bindparam(f"key_{key.name}") for key in keys]
    shifted = update(column.table).where(*same).values({column.name: bindparam("at")})
    connection.execute(shifted, moved)

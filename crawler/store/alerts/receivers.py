"""Whether the receivers of alerts take what is sent: one that fails rests, with all that waits for
it, until its next try. A receiver is a channel and an address; the state stands at each alert that
tells it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update

from crawler.store.alerts.alerts import Alert
from crawler.store.tables import alerts, notices
from crawler.store.transactions import Database

SEVERAL = 2
"""From so many different notices on, that fail in a row, it is the receiver that fails, and not one
of them.
"""


@dataclass(frozen=True, slots=True)
class DeliveryFailure:
    """Why a receiver took a notice not: `failures` different ones in a row by now; it rests until
    `next_try`.
    """

    reason: str
    failures: int
    next_try: datetime


class Receivers:
    """The receivers of alerts. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._writes = database.execution_options(writes=True)

    def failed(self, alert: Alert, failure: DeliveryFailure, now: datetime) -> bool:
        """The receiver of an alert rests; whether it did not before."""
        values = {
            "failures": failure.failures,
            "failure": failure.reason[:500],
            "next_try": failure.next_try,
        }
        fresh = (
            update(alerts)
            .where(_same(alert), alerts.c.failing_since.is_(None))
            .values(failing_since=now)
        )
        with self._writes.begin() as connection:
            connection.execute(update(alerts).where(_same(alert)).values(values))
            return bool(connection.execute(fresh).rowcount)

    def took(self, alert: Alert, now: datetime) -> None:
        """The receiver of an alert takes notices again: where several had failed, what waits may be
        tried at once.
        """
        well = {"failures": 0, "failing_since": None, "failure": None, "next_try": None}
        with self._writes.begin() as connection:
            if alert.failures >= SEVERAL:
                connection.execute(update(notices).where(_waiting(alert)).values(next_try=now))
            connection.execute(update(alerts).where(_same(alert)).values(well))

    def give_up(self, alert: Alert, before: datetime, reason: str) -> int:
        """Give up what waits for the receiver of an alert since `before`; returns how many notices."""
        old = update(notices).where(_waiting(alert), notices.c.created_at < before)
        with self._writes.begin() as connection:
            return int(connection.execute(old.values(state="failed", reason=reason[:500])).rowcount)


def _same(alert: Alert) -> ColumnElement[bool]:
    return and_(alerts.c.channel == alert.channel, alerts.c.target == alert.target)


def _waiting(alert: Alert) -> ColumnElement[bool]:
    mine = select(alerts.c.id).where(_same(alert))
    return and_(notices.c.state == "waiting", notices.c.alert.in_(mine))

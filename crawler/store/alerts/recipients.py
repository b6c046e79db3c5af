"""Whether the recipients of alerts take what is sent: one that fails rests, with all that waits for
it, until its next try. A recipient is a channel and an address; its state is repeated in the row of
each alert that sends to it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update

from crawler.store.alerts.alerts import Alert
from crawler.store.tables import alerts, notices
from crawler.store.transactions import Database

SEVERAL = 2
"""From so many different notices on, that fail in a row, it is the recipient that fails, and not
one of them.
"""


@dataclass(frozen=True, slots=True)
class DeliveryFailure:
    """Why a recipient did not take a notice: `failures` different ones in a row by now; it rests
    until `next_try`.
    """

    reason: str
    failures: int
    next_try: datetime


class Recipients:
    """The recipients of alerts. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._writes = database.execution_options(writes=True)

    def record_failure(self, alert: Alert, failure: DeliveryFailure, now: datetime) -> bool:
        """Let the recipient of an alert rest; returns whether it did not rest before."""
        values = {
            "failures": failure.failures,
            "failure": failure.reason[:500],
            "next_try": failure.next_try,
        }
        begin = update(alerts).where(_same_recipient(alert), alerts.c.failing_since.is_(None))
        with self._writes.begin() as connection:
            connection.execute(update(alerts).where(_same_recipient(alert)).values(values))
            return bool(connection.execute(begin.values(failing_since=now)).rowcount)

    def record_success(self, alert: Alert, now: datetime) -> None:
        """The recipient of an alert takes notices again: where several had failed, what waits may
        be tried at once.
        """
        healthy = {"failures": 0, "failing_since": None, "failure": None, "next_try": None}
        with self._writes.begin() as connection:
            if alert.failures >= SEVERAL:
                connection.execute(update(notices).where(_waiting(alert)).values(next_try=now))
            connection.execute(update(alerts).where(_same_recipient(alert)).values(healthy))

    def give_up(self, alert: Alert, before: datetime, reason: str) -> int:
        """Give up what waits for the recipient of an alert since `before`; returns how many
        notices.
        """
        old = update(notices).where(_waiting(alert), notices.c.created_at < before)
        given_up = old.values(state="failed", reason=reason[:500])
        with self._writes.begin() as connection:
            return int(connection.execute(given_up).rowcount)


def _same_recipient(alert: Alert) -> ColumnElement[bool]:
    return and_(alerts.c.channel == alert.channel, alerts.c.target == alert.target)


def _waiting(alert: Alert) -> ColumnElement[bool]:
    same_recipient = select(alerts.c.id).where(_same_recipient(alert))
    return and_(notices.c.state == "waiting", notices.c.alert.in_(same_recipient))

"""What is to be sent: notices are made with the hits that they hold, and sent at least once, each
under its own id.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update

from crawler.store.alerts.alerts import AlertHit
from crawler.store.tables import alert_hits, alerts, notices
from crawler.store.transactions import Database

LONGEST_WAIT = timedelta(hours=1)
"""How long a notice, or a receiver, waits for its next try at most."""
RECENT = 20
"""Messages of an alert that count as recent: an error further back is no news of the alert."""
Bundle = tuple[str, Sequence[AlertHit], dict[str, Any] | None]
"""A notice to make: its id, the hits that it holds, and the details of a volume."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one receiver; `state` is waiting, sent, failed (given up) or dropped (its
    alert was paused).
    """

    id: str
    alert: str
    state: str
    articles: int
    details: dict[str, Any] | None
    created_at: datetime
    tries: int
    next_try: datetime
    reason: str | None
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """What became of an alert's messages: when one was last sent, and why the newest that met an
    error, of its `RECENT` ones, was not taken. None where there is no such message.
    """

    last_sent: datetime | None = None
    last_error: str | None = None


class Notices:
    """The notices. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def make(
        self,
        alert: str,
        bundles: Sequence[Bundle],
        now: datetime,
        due: tuple[datetime | None, datetime | None],
    ) -> bool:
        """Make notices and move `due_at` from the first to the second of `due` with them.

        False, and nothing made, where another process did so before.
        """
        was, becomes = due
        with self._writes.begin() as connection:
            same = alerts.c.due_at.is_(None) if was is None else alerts.c.due_at == was
            mine = update(alerts).where(alerts.c.id == alert, same, alerts.c.paused_at.is_(None))
            if not connection.execute(mine.values(due_at=becomes)).rowcount:
                return False
            for id, hits, details in bundles:
                row = {
                    "id": id,
                    "alert": alert,
                    "state": "waiting",
                    "details": details,
                    "created_at": now,
                }
                count = len(hits) if details is None else int(details["count"])
                connection.execute(
                    insert(notices).values(**row, articles=count, tries=0, next_try=now)
                )
                for hit in hits:
                    this = (alert_hits.c.alert == alert) & (alert_hits.c.article == hit.article)
                    this &= (alert_hits.c.revision == hit.revision) & alert_hits.c.notice.is_(None)
                    connection.execute(update(alert_hits).where(this).values(notice=id))
        return True

    def ready(self, now: datetime, size: int) -> list[Notice]:
        """Those that wait and may be tried now, as their receivers may: the least tried first, then
        the oldest, so that one which is never taken stands in no other's way.
        """
        awake = alerts.c.next_try.is_(None) | (alerts.c.next_try <= now)
        query = select(notices).join(alerts, alerts.c.id == notices.c.alert)
        query = query.where(notices.c.state == "waiting", notices.c.next_try <= now, awake)
        return self._listed(
            query.order_by(notices.c.tries, notices.c.created_at, notices.c.id).limit(size)
        )

    def claim(self, notice: Notice, until: datetime) -> bool:
        """Begin to send one, so that no other process does before `until`; False where one has
        begun already.
        """
        this = (
            (notices.c.id == notice.id)
            & (notices.c.state == "waiting")
            & (notices.c.next_try == notice.next_try)
        )
        with self._writes.begin() as connection:
            return bool(
                connection.execute(update(notices).where(this).values(next_try=until)).rowcount
            )

    def unclaim(self, notice: Notice) -> None:
        """Give back what was begun and could not be sent for a reason that is not the receiver's."""
        self._set(notice.id, {"next_try": notice.next_try})

    def sent(self, id: str, now: datetime) -> None:
        """It has arrived."""
        self._set(id, {"state": "sent", "sent_at": now, "reason": None})

    def put_off(self, id: str, reason: str, next_try: datetime | None) -> None:
        """It has not arrived: try again at `next_try`; None gives it up."""
        values: dict[str, Any] = {"reason": reason[:500], "tries": notices.c.tries + 1}
        self._set(id, {**values, **({"next_try": next_try} if next_try else {"state": "failed"})})

    def retry(self, now: datetime) -> int:
        """Try everything again now that waits after a failure, behind one or was given up; returns
        how many.
        """
        behind = notices.c.alert.in_(select(alerts.c.id).where(alerts.c.next_try.is_not(None)))
        failing = (notices.c.state == "failed") | (
            (notices.c.state == "waiting") & ((notices.c.tries > 0) | behind)
        )
        with self._writes.begin() as connection:
            again = (
                update(notices).where(failing).values(state="waiting", next_try=now, created_at=now)
            )
            count = int(connection.execute(again).rowcount)
            connection.execute(
                update(alerts).where(alerts.c.next_try.is_not(None)).values(next_try=now)
            )
        return count

    def of_alert(self, alert: str, size: int = RECENT) -> list[Notice]:
        """The newest of an alert."""
        query = select(notices).where(notices.c.alert == alert)
        return self._listed(query.order_by(notices.c.created_at.desc(), notices.c.id).limit(size))

    def waiting(self) -> dict[str, int]:
        """How many of each alert are still to be sent."""
        query = select(notices.c.alert, func.count().label("number")).where(
            notices.c.state == "waiting"
        )
        with self._reads.connect() as connection:
            return {
                row.alert: row.number for row in connection.execute(query.group_by(notices.c.alert))
            }

    def delivery_status(
        self, alert_ids: Collection[str] | None = None
    ) -> dict[str, DeliveryStatus]:
        """What became of the messages of these alerts, or of all, in one question; an alert without
        messages is left out.
        """
        alert = notices.c.alert
        newest_first = (notices.c.created_at.desc(), notices.c.id)
        ranked = select(
            alert,
            notices.c.reason,
            func.max(notices.c.sent_at).over(partition_by=alert).label("last_sent"),
            func.row_number().over(partition_by=alert, order_by=newest_first).label("place"),
        )
        if alert_ids is not None:
            ranked = ranked.where(alert.in_(alert_ids))
        rows = ranked.subquery()
        recent_error = rows.c.reason.is_not(None) & (rows.c.place <= RECENT)
        query = select(rows).where((rows.c.place == 1) | recent_error)
        statuses: dict[str, DeliveryStatus] = {}
        with self._reads.connect() as connection:
            for row in connection.execute(query.order_by(rows.c.alert, rows.c.place)):
                status = statuses.get(row.alert, DeliveryStatus(row.last_sent))
                statuses[row.alert] = replace(status, last_error=status.last_error or row.reason)
        return statuses

    def failing(self) -> list[Notice]:
        """Those that were tried and have not arrived, the oldest first."""
        failing = (notices.c.state == "failed") | (
            (notices.c.state == "waiting") & (notices.c.tries > 0)
        )
        return self._listed(select(notices).where(failing).order_by(notices.c.created_at))

    def _set(self, id: str, values: dict[str, Any]) -> None:
        with self._writes.begin() as connection:
            connection.execute(update(notices).where(notices.c.id == id).values(values))

    def _listed(self, query: Any) -> list[Notice]:
        with self._reads.connect() as connection:
            return [Notice(**row) for row in connection.execute(query).mappings()]

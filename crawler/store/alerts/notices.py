"""What is to be sent: notices are made with the hits that they hold, and sent at least once, each
under its own id.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from crawler.store.alerts.alerts import AlertHit
from crawler.store.tables import alert_hits, alerts, notices
from crawler.store.transactions import Database

NOTICE_LONGEST_WAIT = timedelta(hours=1)
"""How long a notice, or a recipient, waits for its next try at most."""
RECENT = 20
"""Messages of an alert that count as recent: an error further back is no news of the alert."""


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """A notice to make: its id, the hits that it holds, and the details of a volume."""

    id: str
    hits: Sequence[AlertHit]
    details: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one recipient; `state` is waiting, sent, failed (given up) or dropped (its
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
        alert_id: str,
        drafts: Sequence[NoticeDraft],
        now: datetime,
        due: tuple[datetime | None, datetime | None],
    ) -> bool:
        """Make notices and move `due_at` from the first to the second of `due` with them.

        False, and nothing made, where another process did so before.
        """
        due_before, due_after = due
        # Compare and set: `IS NOT DISTINCT FROM` also compares the null of an alert at once.
        unmoved = update(alerts).where(
            alerts.c.id == alert_id,
            alerts.c.due_at.is_not_distinct_from(due_before),
            alerts.c.paused_at.is_(None),
        )
        with self._writes.begin() as connection:
            if not connection.execute(unmoved.values(due_at=due_after)).rowcount:
                return False
            for draft in drafts:
                _insert(connection, alert_id, draft, now)
        return True

    def ready(self, now: datetime, size: int) -> list[Notice]:
        """Those that wait and may be tried now, as their recipients may: the least tried first,
        then the oldest, so that one which is never taken stands in no other's way.
        """
        is_awake = alerts.c.next_try.is_(None) | (alerts.c.next_try <= now)
        query = select(notices).join(alerts, alerts.c.id == notices.c.alert)
        query = query.where(notices.c.state == "waiting", notices.c.next_try <= now, is_awake)
        query = query.order_by(notices.c.tries, notices.c.created_at, notices.c.id)
        return self._notices(query.limit(size))

    def claim(self, notice: Notice, until: datetime) -> bool:
        """Begin to send one, so that no other process does before `until`; False where one has
        begun already.
        """
        unclaimed = update(notices).where(
            notices.c.id == notice.id,
            notices.c.state == "waiting",
            notices.c.next_try == notice.next_try,
        )
        with self._writes.begin() as connection:
            return bool(connection.execute(unclaimed.values(next_try=until)).rowcount)

    def unclaim(self, notice: Notice) -> None:
        """Give back one that could not be sent for a reason that is not the recipient's."""
        self._set(notice.id, {"next_try": notice.next_try})

    def mark_sent(self, notice_id: str, now: datetime) -> None:
        """It has arrived."""
        self._set(notice_id, {"state": "sent", "sent_at": now, "reason": None})

    def put_off(self, notice_id: str, reason: str, next_try: datetime | None) -> None:
        """It has not arrived: try again at `next_try`; None gives it up."""
        values: dict[str, Any] = {"reason": reason[:500], "tries": notices.c.tries + 1}
        if next_try:
            values["next_try"] = next_try
        else:
            values["state"] = "failed"
        self._set(notice_id, values)

    def retry(self, now: datetime) -> int:
        """Try everything again now that waits after a failure, behind one or was given up; returns
        how many.
        """
        resting = alerts.c.next_try.is_not(None)
        is_behind = notices.c.alert.in_(select(alerts.c.id).where(resting))
        is_waiting = (notices.c.state == "waiting") & ((notices.c.tries > 0) | is_behind)
        failing = update(notices).where((notices.c.state == "failed") | is_waiting)
        # As new, so that what was given up for its age is tried for its full time again.
        again = failing.values(state="waiting", next_try=now, created_at=now)
        with self._writes.begin() as connection:
            count = int(connection.execute(again).rowcount)
            connection.execute(update(alerts).where(resting).values(next_try=now))
        return count

    def of_alert(self, alert_id: str, size: int = RECENT) -> list[Notice]:
        """The newest of an alert."""
        query = select(notices).where(notices.c.alert == alert_id)
        query = query.order_by(notices.c.created_at.desc(), notices.c.id)
        return self._notices(query.limit(size))

    def waiting_counts(self) -> dict[str, int]:
        """How many of each alert are still to be sent."""
        query = select(notices.c.alert, func.count().label("number"))
        query = query.where(notices.c.state == "waiting").group_by(notices.c.alert)
        with self._reads.connect() as connection:
            return {row.alert: row.number for row in connection.execute(query)}

    def delivery_status(
        self, alert_ids: Collection[str] | None = None
    ) -> dict[str, DeliveryStatus]:
        """What became of the messages of these alerts, or of all, in one question; an alert without
        messages is left out.
        """
        alert = notices.c.alert
        newest_first = (notices.c.created_at.desc(), notices.c.id)
        place = func.row_number().over(partition_by=alert, order_by=newest_first)
        last_sent = func.max(notices.c.sent_at).over(partition_by=alert)
        ranked = select(alert, notices.c.reason, last_sent.label("last_sent"), place.label("place"))
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
        is_waiting = (notices.c.state == "waiting") & (notices.c.tries > 0)
        query = select(notices).where((notices.c.state == "failed") | is_waiting)
        return self._notices(query.order_by(notices.c.created_at))

    def _set(self, notice_id: str, values: dict[str, Any]) -> None:
        with self._writes.begin() as connection:
            connection.execute(update(notices).where(notices.c.id == notice_id).values(values))

    def _notices(self, query: Select[Any]) -> list[Notice]:
        with self._reads.connect() as connection:
            return [Notice(**row) for row in connection.execute(query).mappings()]


def _insert(connection: Connection, alert_id: str, draft: NoticeDraft, now: datetime) -> None:
    """Add a notice and give it its hits, unless another notice has them."""
    details = draft.details
    articles = len(draft.hits) if details is None else int(details["count"])
    row = {
        "id": draft.id,
        "alert": alert_id,
        "state": "waiting",
        "articles": articles,
        "details": details,
        "created_at": now,
        "tries": 0,
        "next_try": now,
    }
    connection.execute(insert(notices).values(row))
    for hit in draft.hits:
        waiting_hit = update(alert_hits).where(
            alert_hits.c.alert == alert_id,
            alert_hits.c.article == hit.article,
            alert_hits.c.revision == hit.revision,
            alert_hits.c.notice.is_(None),
        )
        connection.execute(waiting_hit.values(notice=draft.id))

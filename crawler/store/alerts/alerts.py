"""Alerts and what they have found: the cursor of each moves in the transaction that records its
hits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, func, insert, select, update

from crawler.store.articles.first_indexed import FirstIndexed, newest
from crawler.store.dialect import insert_or
from crawler.store.tables import alert_hits, alerts, notices
from crawler.store.transactions import Database

Kind = Literal["matches", "volume"]
Timing = Literal["at-once", "hourly", "daily", "hour", "day"]


@dataclass(frozen=True, slots=True)
class Alert:
    """Who is told what, when and how. `search` is the id of its saved search.

    `timing` is at-once, hourly or daily (at `hour`, HH:MM in the time zone `tz`); of a volume alert
    it is the step of its buckets, hour or day, and `floor` the least count that is news. It
    `begins` behind a row of `firsts`; `cursor` is the last row that was looked at, `due_at` when
    the next digest is made or the next bucket judged. `secret` signs the links that stop it. While
    its receiver does not take what is sent, `failures` counts the different notices that failed in
    a row, `failing_since` and `failure` say since when and why, and it rests until `next_try`.
    """

    id: str
    search: str
    kind: Kind
    channel: str
    target: str
    timing: Timing
    hour: str
    tz: str
    language: str
    on_change: bool
    floor: int
    secret: str
    begins: int
    cursor: int
    due_at: datetime | None
    paused_at: datetime | None
    trouble: str | None
    created_at: datetime
    failures: int = 0
    failing_since: datetime | None = None
    failure: str | None = None
    next_try: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlertHit:
    """A wording of an article that matched; `notice` is what it was sent with, None while it waits."""

    article: str
    revision: int
    seq: int
    at: datetime
    notice: str | None


class Alerts:
    """The alerts. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._reads = database
        self._writes = database.execution_options(writes=True)

    def add(self, alert: Alert) -> Alert:
        """Keep a new one: it begins behind what is searchable now, so that its first run is silent."""
        with self._writes.begin() as connection:
            last = newest(connection)
            row = {**_row(alert), "begins": last, "cursor": last}
            connection.execute(insert(alerts).values(row))
        return Alert(**row)

    def all(self, search: str | None = None) -> list[Alert]:
        """Every alert, or those of one saved search, the oldest first."""
        query = select(alerts).order_by(alerts.c.created_at, alerts.c.id)
        with self._reads.connect() as connection:
            rows = connection.execute(
                query if search is None else query.where(alerts.c.search == search)
            ).mappings()
            return [Alert(**row) for row in rows]

    def find(self, id: str) -> Alert | None:
        """The alert with this id."""
        with self._reads.connect() as connection:
            row = (
                connection.execute(select(alerts).where(alerts.c.id == id)).mappings().one_or_none()
            )
        return Alert(**row) if row else None

    def remove(self, id: str) -> bool:
        """Forget an alert with what it has found; False where there is none."""
        with self._writes.begin() as connection:
            connection.execute(delete(alert_hits).where(alert_hits.c.alert == id))
            connection.execute(delete(notices).where(notices.c.alert == id))
            return bool(connection.execute(delete(alerts).where(alerts.c.id == id)).rowcount)

    def pause(self, id: str, now: datetime) -> bool:
        """Send no more; False where there is none. What waits for its digest is dropped, what is
        being sent stays.
        """
        with self._writes.begin() as connection:
            waiting = (alert_hits.c.alert == id) & alert_hits.c.notice.is_(None)
            connection.execute(update(alert_hits).where(waiting).values(notice=""))
            connection.execute(
                update(notices)
                .where(notices.c.alert == id, notices.c.state == "waiting")
                .values(state="dropped")
            )
            found = (
                update(alerts)
                .where(alerts.c.id == id)
                .values(paused_at=func.coalesce(alerts.c.paused_at, now))
            )
            return bool(connection.execute(found).rowcount)

    def resume(self, id: str, due_at: datetime | None) -> bool:
        """Go on from now: what came during the pause is not told. False where there is none that is paused."""
        with self._writes.begin() as connection:
            last = newest(connection)
            values = {"paused_at": None, "begins": last, "cursor": last, "due_at": due_at}
            paused = update(alerts).where(alerts.c.id == id, alerts.c.paused_at.is_not(None))
            return bool(connection.execute(paused.values(values)).rowcount)

    def troubled(self, id: str, trouble: str | None) -> None:
        """Note why an alert's search can't be asked, or that it can."""
        with self._writes.begin() as connection:
            connection.execute(update(alerts).where(alerts.c.id == id).values(trouble=trouble))

    def told(self, alert: str, articles: Sequence[str]) -> set[str]:
        """Those of the articles that the alert has found in some wording."""
        query = select(alert_hits.c.article).where(
            alert_hits.c.alert == alert, alert_hits.c.article.in_(articles)
        )
        with self._reads.connect() as connection:
            return set(connection.execute(query).scalars())

    def found(self, hits: Mapping[str, Sequence[FirstIndexed]], before: int, after: int) -> None:
        """Move the cursors of these alerts from `before` to `after` together with what each has
        found between.

        An alert whose cursor another process has moved meanwhile is left as it is.
        """
        with self._writes.begin() as connection:
            for alert, rows in hits.items():
                mine = update(alerts).where(alerts.c.id == alert, alerts.c.cursor == before)
                moved = connection.execute(mine.values(cursor=after, trouble=None)).rowcount
                if moved and rows:
                    connection.execute(
                        insert_or(connection, alert_hits).on_conflict_do_nothing(),
                        [
                            {"alert": alert, "article": row.article, "revision": row.revision}
                            | {"seq": row.seq, "at": row.at, "notice": None}
                            for row in rows
                        ],
                    )

    def with_waiting(self) -> set[str]:
        """The alerts that have found something which is not sent yet."""
        with self._reads.connect() as connection:
            query = select(alert_hits.c.alert).where(alert_hits.c.notice.is_(None)).distinct()
            return set(connection.execute(query).scalars())

    def waiting(self, alert: str, before: datetime | None = None) -> list[AlertHit]:
        """What an alert has found and not sent yet, in order; only what became searchable `before` then."""
        query = select(alert_hits).where(alert_hits.c.alert == alert, alert_hits.c.notice.is_(None))
        return self._hits(query if before is None else query.where(alert_hits.c.at < before))

    def of_notice(self, notice: str) -> list[AlertHit]:
        """What a notice tells of, in order."""
        return self._hits(select(alert_hits).where(alert_hits.c.notice == notice))

    def _hits(self, query: Any) -> list[AlertHit]:
        with self._reads.connect() as connection:
            rows = connection.execute(query.order_by(alert_hits.c.seq))
            return [
                AlertHit(row.article, row.revision, row.seq, row.at, row.notice) for row in rows
            ]


def _row(alert: Alert) -> dict[str, Any]:
    return {name: getattr(alert, name) for name in Alert.__slots__}

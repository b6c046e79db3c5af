"""Alerts and what they have found: the cursor of each moves in the transaction that records its
hits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, Select, delete, func, insert, select, tuple_, update

from crawler.store.articles.first_indexed import FirstIndexed, newest
from crawler.store.dialect import insert_or
from crawler.store.statistics.finding_log import newest_event
from crawler.store.tables import alert_hits, alerts, notices
from crawler.store.transactions import Database

Kind = Literal["matches", "headlines", "volume", "findings"]
_OLDEST_FIRST = (alerts.c.created_at, alerts.c.id)
Timing = Literal["at-once", "hourly", "daily", "hour", "day"]


@dataclass(frozen=True, slots=True)
class Alert:
    """Who is told what, when and how. `search` is the id of its saved search.

    `timing` is at-once, hourly or daily (at `hour`, HH:MM in the time zone `tz`); of a volume alert
    it is the step of its buckets, hour or day, and `floor` the least count that is news. It
    `begins` behind a row of `firsts` (one on findings, behind one of their log); `cursor` is the
    last row that was looked at, `due_at` when the next summary is made or the next bucket judged.
    `secret` signs the links that stop it. While its recipient does not take what is sent,
    `failures` counts the different notices that failed in a row, `failing_since` and `failure` say
    since when and why, and it rests until `next_try`.
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

    @property
    def tells_articles(self) -> bool:
        """Whether it tells of single articles."""
        return self.kind in ("matches", "headlines")


@dataclass(frozen=True, slots=True)
class AlertHit:
    """A revision of an article that matched; `notice` is what it was sent with, None while it
    waits.
    """

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
        """Store a new one: it begins behind what is searchable now, so that its first run is
        silent.
        """
        with self._writes.begin() as connection:
            last = last_row(connection, alert.kind)
            row = {**_row(alert), "begins": last, "cursor": last}
            connection.execute(insert(alerts).values(row))
        return Alert(**row)

    def all(self, search: str | None = None) -> list[Alert]:
        """Every alert, or those of one saved search, the oldest first."""
        query = select(alerts).order_by(*_OLDEST_FIRST)
        if search is not None:
            query = query.where(alerts.c.search == search)
        with self._reads.connect() as connection:
            return [_alert(row) for row in connection.execute(query).mappings()]

    def of_searches(self, searches: Sequence[str]) -> list[Alert]:
        """The alerts of these saved searches, the oldest first."""
        query = select(alerts).where(alerts.c.search.in_(searches))
        with self._reads.connect() as connection:
            rows = connection.execute(query.order_by(*_OLDEST_FIRST)).mappings()
            return [_alert(row) for row in rows]

    def page(self, after: tuple[datetime, str] | None, limit: int) -> list[Alert]:
        """Some of the alerts, the oldest first: behind the one of this time with this id, or the
        first.
        """
        query = select(alerts).order_by(*_OLDEST_FIRST).limit(limit)
        if after is not None:
            query = query.where(tuple_(*_OLDEST_FIRST) > tuple_(*after))
        with self._reads.connect() as connection:
            return [_alert(row) for row in connection.execute(query).mappings()]

    def find(self, alert_id: str) -> Alert | None:
        """The alert with this id."""
        query = select(alerts).where(alerts.c.id == alert_id)
        with self._reads.connect() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return _alert(row) if row else None

    def remove(self, alert_id: str) -> bool:
        """Delete an alert with what it has found; False where there is none."""
        with self._writes.begin() as connection:
            connection.execute(delete(alert_hits).where(alert_hits.c.alert == alert_id))
            connection.execute(delete(notices).where(notices.c.alert == alert_id))
            row = delete(alerts).where(alerts.c.id == alert_id)
            return bool(connection.execute(row).rowcount)

    def pause(self, alert_id: str, now: datetime) -> bool:
        """Send no more; False where there is none. What waits for its summary is dropped, what is
        being sent stays.
        """
        waiting_hits = update(alert_hits).where(
            alert_hits.c.alert == alert_id, alert_hits.c.notice.is_(None)
        )
        waiting_notices = update(notices).where(
            notices.c.alert == alert_id, notices.c.state == "waiting"
        )
        # An alert that is paused already keeps the moment of its first pause.
        paused = update(alerts).where(alerts.c.id == alert_id)
        paused = paused.values(paused_at=func.coalesce(alerts.c.paused_at, now))
        with self._writes.begin() as connection:
            connection.execute(waiting_hits.values(notice=""))
            connection.execute(waiting_notices.values(state="dropped"))
            return bool(connection.execute(paused).rowcount)

    def resume(self, alert_id: str, due_at: datetime | None) -> bool:
        """Go on from now: what came during the pause is not sent. False where there is none that is
        paused.
        """
        paused = (alerts.c.id == alert_id) & alerts.c.paused_at.is_not(None)
        with self._writes.begin() as connection:
            kind = connection.execute(select(alerts.c.kind).where(paused)).scalar_one_or_none()
            if kind is None:
                return False
            last = last_row(connection, kind)
            values = {"paused_at": None, "begins": last, "cursor": last, "due_at": due_at}
            return bool(connection.execute(update(alerts).where(paused).values(values)).rowcount)

    def move_cursor(self, alert_id: str, before: int, after: int) -> bool:
        """Move the cursor of an alert; False where another process has moved it meanwhile."""
        unmoved = update(alerts).where(alerts.c.id == alert_id, alerts.c.cursor == before)
        with self._writes.begin() as connection:
            return bool(connection.execute(unmoved.values(cursor=after)).rowcount)

    def set_trouble(self, alert_id: str, trouble: str | None) -> None:
        """Note why an alert's search can't be asked, or that it can."""
        row = update(alerts).where(alerts.c.id == alert_id)
        with self._writes.begin() as connection:
            connection.execute(row.values(trouble=trouble))

    def articles_with_hits(self, alert_id: str, articles: Sequence[str]) -> set[str]:
        """Those of the articles that the alert has found in some revision."""
        query = select(alert_hits.c.article).where(
            alert_hits.c.alert == alert_id, alert_hits.c.article.in_(articles)
        )
        with self._reads.connect() as connection:
            return set(connection.execute(query).scalars())

    def record_hits(
        self, hits: Mapping[str, Sequence[FirstIndexed]], before: int, after: int
    ) -> None:
        """Move the cursors of these alerts from `before` to `after` together with what each has
        found between.

        An alert whose cursor another process has moved meanwhile is left as it is.
        """
        with self._writes.begin() as connection:
            for alert_id, rows in hits.items():
                unmoved = update(alerts).where(alerts.c.id == alert_id, alerts.c.cursor == before)
                moved = connection.execute(unmoved.values(cursor=after, trouble=None)).rowcount
                if moved and rows:
                    new_hits = insert_or(connection, alert_hits).on_conflict_do_nothing()
                    connection.execute(new_hits, [_hit_row(alert_id, row) for row in rows])

    def ids_with_waiting_hits(self) -> set[str]:
        """The alerts that have found something which is not sent yet."""
        query = select(alert_hits.c.alert).where(alert_hits.c.notice.is_(None)).distinct()
        with self._reads.connect() as connection:
            return set(connection.execute(query).scalars())

    def waiting_hits(self, alert_id: str, before: datetime | None = None) -> list[AlertHit]:
        """What an alert has found and not sent yet, in order; only what became searchable `before`
        then.
        """
        query = select(alert_hits).where(
            alert_hits.c.alert == alert_id, alert_hits.c.notice.is_(None)
        )
        if before is not None:
            query = query.where(alert_hits.c.at < before)
        return self._hits(query)

    def hits_of_notice(self, notice_id: str) -> list[AlertHit]:
        """What a notice tells of, in order."""
        return self._hits(select(alert_hits).where(alert_hits.c.notice == notice_id))

    def _hits(self, query: Select[Any]) -> list[AlertHit]:
        with self._reads.connect() as connection:
            rows = connection.execute(query.order_by(alert_hits.c.seq))
            return [
                AlertHit(row.article, row.revision, row.seq, row.at, row.notice) for row in rows
            ]


def last_row(connection: Connection, kind: str) -> int:
    """The last row of what an alert of this kind looks at: an alert that begins now, begins behind
    it.
    """
    return newest_event(connection) if kind == "findings" else newest(connection)


def _alert(row: RowMapping) -> Alert:
    """The alert of a row. Where a damaged value says when it is due, it is told at once, or by
    days.
    """
    values: dict[str, Any] = dict(row)
    if values["kind"] not in get_args(Kind):
        values["kind"] = "matches"
    if values["timing"] not in get_args(Timing):
        values["timing"] = "day" if values["kind"] == "volume" else "at-once"
    if not _is_hour(values["hour"]):
        values["hour"] = "00:00"
    if not _is_zone(values["tz"]):
        values["tz"] = "UTC"
    return Alert(**values)


def _is_hour(text: str) -> bool:
    try:
        time.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError):  # no name, or none of a zone
        return False
    return True


def _row(alert: Alert) -> dict[str, Any]:
    return {name: getattr(alert, name) for name in Alert.__slots__}


def _hit_row(alert_id: str, row: FirstIndexed) -> dict[str, Any]:
    return {
        "alert": alert_id,
        "article": row.article,
        "revision": row.revision,
        "seq": row.seq,
        "at": row.at,
        "notice": None,
    }

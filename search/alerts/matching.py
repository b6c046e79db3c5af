"""Finding what is new: the rows of first indexing are matched in order, and each alert's cursor
moves with its hits.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from crawler.store import Alert, FirstIndexed, SavedSearch, Store
from indexer.backend import Backend
from indexer.query import QueryError, Search
from search.alerts.eligibility import news
from search.query.request import MatchParams, ParameterError, search_of

log = logging.getLogger(__name__)

BATCH = 1_000
"""Rows that are matched at one time."""


def asked(saved: SavedSearch, now: datetime) -> Search:
    """What a saved search asks for at the moment `now`; raises `QueryError` and `ParameterError`
    where it can't be read any more.
    """
    try:
        return search_of(MatchParams.model_validate(saved.query), now)
    except ValidationError as error:
        fault = error.errors()[0]
        raise QueryError(
            f"{fault['loc'][0] if fault['loc'] else 'query'}: {fault['msg']}."
        ) from error


@dataclass(slots=True)
class AlertMatcher:
    """Moves the cursors of alerts over what became searchable; `step` by `step`, so that a lease
    can be renewed.
    """

    store: Store
    backend: Backend

    def step(self, now: datetime, stuck: set[str]) -> bool:
        """Match the next rows for the alerts that are furthest behind; False where none is behind.

        Alerts whose search can't be asked stay where they are, join `stuck`, and are told so.
        Raises `Unavailable`.
        """
        newest = self.store.firsts.newest()
        behind = [
            alert
            for alert in self.store.alerts.all()
            if alert.kind == "matches"
            and not alert.paused_at
            and alert.cursor < newest
            and alert.id not in stuck
        ]
        if not behind:
            return False
        cursor = min(alert.cursor for alert in behind)
        rows = self.store.firsts.after(cursor, BATCH)
        # Alerts that are a little further on are caught up with, so that all go on together.
        end = min((alert.cursor for alert in behind if alert.cursor > cursor), default=rows[-1].seq)
        rows = [row for row in rows if row.seq <= end]
        group = [alert for alert in behind if alert.cursor == cursor]
        self.backend.refresh()
        matched = self._matched(group, rows, now)
        stuck |= {alert.id for alert in group if isinstance(matched[alert.id], str)}
        hits = {
            alert.id: self._news(alert, rows, ids)
            for alert in group
            if not isinstance(ids := matched[alert.id], str)
        }
        self.store.alerts.found(hits, cursor, rows[-1].seq if rows else end)
        return True

    def _matched(
        self, group: Sequence[Alert], rows: Sequence[FirstIndexed], now: datetime
    ) -> dict[str, set[str] | str]:
        """By alert: the articles that its search matches, or why it can't be asked."""
        saved = {one.id: one for one in self.store.saved.all()}
        alerts: defaultdict[str, list[Alert]] = defaultdict(list)
        for alert in group:
            alerts[alert.search].append(alert)
        searches, answers = {}, dict[str, set[str] | str]()
        for id in alerts:
            try:
                searches[id] = asked(saved[id], now)
            except (QueryError, ParameterError) as error:
                answers[id] = str(error)
        ids = list(dict.fromkeys(row.article for row in rows))
        for id, found in zip(
            searches, self.backend.matching(list(searches.values()), ids), strict=True
        ):
            answers[id] = str(found) if isinstance(found, QueryError) else found
        for id, answer in answers.items():
            for alert in alerts[id]:
                self._tell(alert, answer if isinstance(answer, str) else None)
        return {alert.id: answers[alert.search] for alert in group}

    def _news(
        self, alert: Alert, rows: Sequence[FirstIndexed], matched: set[str]
    ) -> list[FirstIndexed]:
        edited = [row.article for row in rows if row.follows is not None and row.article in matched]
        told = self.store.alerts.told(alert.id, edited) if edited else set()
        return news(rows, matched, told, alert.begins, on_change=alert.on_change)

    def _tell(self, alert: Alert, trouble: str | None) -> None:
        if trouble != alert.trouble:
            if trouble:
                log.warning(
                    "the search of alert %s can't be asked and waits: %s", alert.id, trouble
                )
            self.store.alerts.troubled(alert.id, trouble)

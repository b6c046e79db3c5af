"""Finding what is new: the rows of first indexing are matched in order, and each alert's cursor
moves with its hits.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from crawler.sources import Source
from crawler.store import Alert, FirstIndexed, SavedSearch, Store
from indexer.backend import Backend
from indexer.query import QueryError, Search
from search.alerts.eligibility import select_news
from search.alerts.headlines import changed_headlines
from search.parse.names import ANY_NAME, Names
from search.query.names import KnownNames
from search.query.request import MatchParams, ParameterError, search_of

log = logging.getLogger(__name__)

BATCH = 1_000
"""Rows that are matched at one time: bounds the memory of a step, and how long a lease goes
unrenewed.
"""


def search_for(saved: SavedSearch, now: datetime, names: Names = ANY_NAME) -> Search:
    """What a saved search asks for at the moment `now`, by these names; raises `QueryError`
    and `ParameterError` where it can't be read any more.
    """
    try:
        return search_of(MatchParams.model_validate(saved.query), now, names)
    except ValidationError as error:
        fault = error.errors()[0]
        field = fault["loc"][0] if fault["loc"] else "query"
        raise QueryError(f"{field}: {fault['msg']}.") from error


@dataclass(slots=True)
class AlertMatcher:
    """Moves the cursors of alerts over what became searchable; `step` by `step`, so that a lease
    can be renewed.
    """

    store: Store
    backend: Backend
    watched: Sequence[Source] = ()

    def step(self, now: datetime, stuck: set[str]) -> bool:
        """Match the next rows for the alerts that are furthest behind; False where none is behind.

        Alerts whose search can't be asked stay where they are, join `stuck`, and get the reason as
        their `trouble`. Raises `IndexUnavailable`.
        """
        behind = self._behind(stuck)
        if not behind:
            return False
        cursors = sorted({alert.cursor for alert in behind})
        cursor = cursors[0]
        rows, end = self._next_rows(cursors)
        group = {alert.id: alert for alert in behind if alert.cursor == cursor}
        # What was just acknowledged as indexed must be visible to the searches.
        self.backend.refresh()
        hits = {}
        for alert_id, matched in self._matched(list(group.values()), rows, now).items():
            if isinstance(matched, str):
                stuck.add(alert_id)
            else:
                hits[alert_id] = self._news(group[alert_id], rows, matched)
        self.store.alerts.record_hits(hits, cursor, end)
        return True

    def _behind(self, stuck: set[str]) -> list[Alert]:
        """The alerts on single articles that have not seen all that is searchable."""
        newest = self.store.firsts.newest()
        running = [
            alert
            for alert in self.store.alerts.all()
            if alert.tells_articles and not alert.paused_at
        ]
        return [alert for alert in running if alert.cursor < newest and alert.id not in stuck]

    def _next_rows(self, cursors: Sequence[int]) -> tuple[list[FirstIndexed], int]:
        """The rows behind the first of the cursors (sorted), and the row at which they end.

        They end at the next cursor: alerts that are a little further on are caught up with, so that
        all go on together.
        """
        rows = self.store.firsts.after(cursors[0], BATCH)
        if len(cursors) == 1:
            return rows, rows[-1].seq
        rows = [row for row in rows if row.seq <= cursors[1]]
        return rows, rows[-1].seq if rows else cursors[1]

    def _matched(
        self, group: Sequence[Alert], rows: Sequence[FirstIndexed], now: datetime
    ) -> dict[str, set[str] | str]:
        """By alert: the articles that its search matches, or why it can't be asked."""
        search_ids = list(dict.fromkeys(alert.search for alert in group))
        outcomes = self._outcomes(search_ids, rows, now)
        for alert in group:
            outcome = outcomes[alert.search]
            self._note_trouble(alert, outcome if isinstance(outcome, str) else None)
        return {alert.id: outcomes[alert.search] for alert in group}

    def _outcomes(
        self, search_ids: Sequence[str], rows: Sequence[FirstIndexed], now: datetime
    ) -> Mapping[str, set[str] | str]:
        """By saved search: the articles of the rows that it matches, or why it can't be asked."""
        saved = {search.id: search for search in self.store.saved.all()}
        names = KnownNames(
            self.backend,
            self.watched,
            lambda: list(saved.values()),
            now,
            self.store.addresses.current,
        )
        outcomes: dict[str, set[str] | str] = {}
        searches = {}
        for search_id in search_ids:
            try:
                searches[search_id] = search_for(saved[search_id], now, names)
            except (QueryError, ParameterError) as error:
                outcomes[search_id] = str(error)
        articles = list(dict.fromkeys(row.article for row in rows))
        replies = self.backend.matching(list(searches.values()), articles)
        for search_id, reply in zip(searches, replies, strict=True):
            outcomes[search_id] = str(reply) if isinstance(reply, QueryError) else reply
        return outcomes

    def _news(
        self, alert: Alert, rows: Sequence[FirstIndexed], matched: set[str]
    ) -> list[FirstIndexed]:
        if alert.kind == "headlines":
            return changed_headlines(self.store, rows, matched)
        edited = [row.article for row in rows if row.follows is not None and row.article in matched]
        sent = self.store.alerts.articles_with_hits(alert.id, edited) if edited else set()
        return select_news(rows, matched, sent, alert.begins, on_change=alert.on_change)

    def _note_trouble(self, alert: Alert, trouble: str | None) -> None:
        if trouble == alert.trouble:
            return
        if trouble:
            log.warning("the search of alert %s can't be asked and waits: %s", alert.id, trouble)
        self.store.alerts.set_trouble(alert.id, trouble)

"""Judging the sources now and then, so that what is wrong with them is logged and told when it
begins and when it ends.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from crawler.health import FindingEvent
from crawler.monitor.health import SourceMonitor
from crawler.process.events import event
from crawler.sources import Source
from crawler.store import Store

log = logging.getLogger(__name__)

JUDGED_EVERY = timedelta(minutes=15)
"""How often each source is judged."""
TOGETHER = 50
"""Sources that are judged at a time: alerts go on in between."""


class FindingWatch:
    """Judges all sources in turn, a part at each step."""

    def __init__(self) -> None:
        self._waiting: list[Source] = []
        self._begun_at: datetime | None = None

    def step(self, store: Store, sources: Sequence[Source], now: datetime) -> bool:
        """Judge the next sources, if it is time to; False where none is left for now."""
        if not self._waiting and not self._begin(store, sources, now):
            return False
        part = self._waiting[:TOGETHER]
        self._waiting = self._waiting[TOGETHER:]
        healths = SourceMonitor(store, part).health(now)
        judged = {health.source: health.findings for health in healths}
        _log_events(store.findings.record(judged, now))
        return bool(self._waiting)

    def _begin(self, store: Store, sources: Sequence[Source], now: datetime) -> bool:
        """Begin a new round; False where it is too early, or there is nothing to judge."""
        since = now - self._begun_at if self._begun_at else JUDGED_EVERY
        # A clock that was set back must not end the judging.
        is_early = timedelta(0) <= since < JUDGED_EVERY
        if is_early or not sources:
            return False
        self._begun_at = now
        self._waiting = list(sources)
        _log_events(store.findings.leave_out([source.id for source in sources], now))
        return True


def _log_events(events: Sequence[FindingEvent]) -> None:
    for one in events:
        finding = one.finding
        since = finding.since.isoformat()
        values = event(
            "finding",
            state=one.state,
            source=one.source,
            problem=finding.problem,
            severity=finding.level,
            since=since,
        )
        level = logging.WARNING if one.state == "opened" else logging.INFO
        log.log(
            level,
            "%s: the finding %s, since %s, is %s.",
            one.source,
            finding.problem,
            since,
            one.state,
            extra=values,
        )

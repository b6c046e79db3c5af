"""The relay of crawl reports from the store to the index of crawls: at least once, in batches.

It runs beside the relay of articles. A door module.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from crawler.process.clock import utc_now
from crawler.process.outage import OutageLog, describe_error
from crawler.store import Outbox, Report, Reports
from indexer.backend import IndexUnavailable
from indexer.crawls.document import documents

log = logging.getLogger(__name__)

BATCH = 50
"""Crawls of one request."""
REST_SECONDS = 5.0
"""How long the relay rests when there was nothing to tell, and first when the index was away."""
LONGEST_REST_SECONDS = 300.0
"""How long an index that does not answer is left alone at most: articles come first."""
PATIENCE = timedelta(minutes=10)
"""How long a report waits for the articles of its crawl to be searchable; it is told without a lag
afterwards.
"""


class CrawlIndex(Protocol):
    """Where reports go; `indexer.backends.open_crawls` opens it."""

    def setup(self) -> None:
        """Create it where it is missing; raises `IndexUnavailable`."""

    def write(self, documents: Sequence[Mapping[str, Any]]) -> list[str]:
        """Keep documents durably; returns why some never will be. Raises `IndexUnavailable`."""

    def empty(self) -> bool:
        """Whether it holds no report at all; raises `IndexUnavailable`."""

    def close(self) -> None:
        """Release connections."""


@dataclass(slots=True)
class CrawlRelay:
    """Tells the index of crawls of every crawl that is over; a report waits in the store until it
    is there.
    """

    reports: Reports
    outbox: Outbox
    index: CrawlIndex
    now: Callable[[], datetime] = utc_now
    _ready: bool = field(default=False, init=False)

    def deliver(self) -> int:
        """Tell one batch; returns how many reports were told. Raises `IndexUnavailable`."""
        if not self._ready:
            self.index.setup()
            if self.index.empty():
                self.reports.send_again()
            self._ready = True
        moment = self.now()
        oldest = self.outbox.oldest()
        due = []
        for report in self.reports.waiting(BATCH):
            # The outbox is delivered in order: what came before its oldest row is searchable.
            searchable = oldest is None or report.ended_at < oldest
            if searchable or moment - report.ended_at > PATIENCE:
                due.append((report, moment if searchable else None))
        if due:
            self._write(due)
            self.reports.mark_sent([report.id for report, _ in due], moment)
        return len(due)

    def run(self, stop: threading.Event) -> None:
        """Deliver until `stop` is set, with exponential backoff while the index is away.

        Whatever goes wrong here, the articles have their own relay and don't notice.
        """
        outage = OutageLog(log, self.now)
        rest = REST_SECONDS
        while not stop.is_set():
            try:
                delivered = self.deliver()
            except Exception as error:
                outage.away(
                    f"{describe_error(error)} Reports of crawls wait in the store.",
                    error,
                    known=isinstance(error, IndexUnavailable),
                )
                stop.wait(rest)
                rest = min(rest * 2, LONGEST_REST_SECONDS)
                self._ready = False
                continue
            rest = REST_SECONDS
            outage.back("The index of crawls answers again.")
            if not delivered:
                stop.wait(REST_SECONDS)

    def _write(self, reports: Sequence[tuple[Report, datetime | None]]) -> None:
        batch: list[Mapping[str, Any]] = []
        for report, searchable_at in reports:
            batch += documents(report, searchable_at)
        for reason in self.index.write(batch):
            log.error("the index of crawls rejected %s", reason)

"""Running alerts: find what is new, make the notices that are due, send them. One process at a time
does so.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from crawler.process.outage import OutageLog, describe_error
from crawler.runtime.leases import Lease
from crawler.store import Store
from indexer.backend import Backend, IndexUnavailable
from search.alerts.batching import bundle
from search.alerts.channels import Channel
from search.alerts.delivery import DeliveryQueue
from search.alerts.matching import AlertMatcher
from search.alerts.message import MessageBuilder
from search.alerts.volume_runs import judge_all
from search.i18n.catalogue import Texts
from search.sources.source_list import SourceList

log = logging.getLogger(__name__)

REST_SECONDS = 5.0
"""How long what is new is waited for."""
LONGEST_REST_SECONDS = 30.0
"""How long an index that does not answer is left alone at most."""


@dataclass(frozen=True, slots=True)
class Runner:
    """While another process has the `turn`, it does nothing; `home` is where the page stands."""

    store: Store
    backend: Backend
    channels: Mapping[str, Channel]
    texts: Mapping[str, Texts]
    home: str
    now: Callable[[], datetime]
    watched: SourceList
    turn: Lease | None = None

    def tick(self) -> Counter[str]:
        """All that is to be done now; counts of notices by outcome. Raises `Unavailable`; nothing
        is lost by that.
        """
        counts: Counter[str] = Counter()
        if not self._mine() or not self.store.alerts.all():
            return counts
        finding, stuck = AlertMatcher(self.store, self.backend), set[str]()
        while self._mine() and finding.step(self.now(), stuck):
            pass
        if self._mine():
            unusual = judge_all(self.store, self.backend, self.watched.now(), self.now())
            counts["made"] = bundle(self.store, self.now()) + unusual
        writing = MessageBuilder(self.store, self.backend, self.texts, self.home)
        counts.update(DeliveryQueue(self.store, writing, self.channels, self.now).round(self._mine))
        return counts

    def run(self, stop: threading.Event) -> None:
        """Tick until told to stop, whatever happens: what can't be done now is done later."""
        rest, outage = REST_SECONDS, OutageLog(log, self.now)
        while not stop.is_set():
            try:
                self.tick()
            except Exception as error:
                known = isinstance(error, IndexUnavailable)
                outage.away(
                    f"{describe_error(error)} Alerts wait, and miss nothing.", error, known=known
                )
                rest = min(rest * 2, LONGEST_REST_SECONDS)
            else:
                outage.back("Alerts go on.")
                rest = REST_SECONDS
            stop.wait(rest)
        if self.turn:
            self.turn.release()

    def _mine(self) -> bool:
        return self.turn is None or self.turn.take() is None

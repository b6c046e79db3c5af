"""Running alerts: judge the sources, find what is new, make the notices that are due, send them.
One process at a time does so, by a lease.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crawler.process.outage import OutageLog, describe_error
from crawler.runtime.leases import Lease
from crawler.store import Store
from indexer.backend import Backend, IndexUnavailable
from search.alerts.batching import make_due_notices
from search.alerts.channels import Channel
from search.alerts.delivery import DeliveryQueue
from search.alerts.finding_runs import make_finding_notices
from search.alerts.finding_watch import FindingWatch
from search.alerts.matching import AlertMatcher
from search.alerts.message import MessageBuilder
from search.alerts.volume_runs import judge_all
from search.i18n.catalogue import Texts
from search.sources.source_list import SourceList

log = logging.getLogger(__name__)

REST_SECONDS = 5.0
"""How long the runner waits between two looks for what is new."""
LONGEST_REST_SECONDS = 30.0
"""How long an index that does not answer is left alone at most."""


@dataclass(frozen=True, slots=True)
class Runner:
    """Does nothing while another process has the `lease`; `home` is where the page stands."""

    store: Store
    backend: Backend
    channels: Mapping[str, Channel]
    texts: Mapping[str, Texts]
    home: str
    now: Callable[[], datetime]
    source_list: SourceList
    lease: Lease | None = None
    watch: FindingWatch = field(default_factory=FindingWatch)

    def tick(self, *, part: bool = False) -> Counter[str]:
        """All that is to be done now, but of the judging of many sources only the next `part`;
        counts of notices by outcome. Raises `IndexUnavailable`; nothing is lost by that.
        """
        counts: Counter[str] = Counter()
        if not self._has_lease():
            return counts
        while self.watch.step(self.store, self.source_list.now(), self.now()):
            if part or not self._has_lease():
                break
        if not self.store.alerts.all():
            return counts
        matcher = AlertMatcher(self.store, self.backend, self.source_list.now())
        stuck = set[str]()
        # The lease is renewed between the steps: another process may have taken it over meanwhile.
        while self._has_lease() and matcher.step(self.now(), stuck):
            pass
        if self._has_lease():
            unusual = judge_all(self.store, self.backend, self.source_list.now(), self.now())
            findings = make_finding_notices(
                self.store, self.backend, self.source_list.now(), self.now()
            )
            counts["made"] = make_due_notices(self.store, self.now()) + unusual + findings
        builder = MessageBuilder(
            self.store, self.backend, self.texts, self.home, self.source_list.now()
        )
        queue = DeliveryQueue(self.store, builder, self.channels, self.now)
        counts.update(queue.send_ready(self._has_lease))
        return counts

    def run(self, stop: threading.Event) -> None:
        """Tick until told to stop, whatever happens: what can't be done now is done later."""
        rest = REST_SECONDS
        outage = OutageLog(log, self.now)
        while not stop.is_set():
            try:
                self.tick(part=True)
            except Exception as error:
                # An error of ours is logged with its traceback, and must not end the thread.
                is_known = isinstance(error, IndexUnavailable)
                outage.away(
                    f"{describe_error(error)} Alerts wait, and miss nothing.", error, known=is_known
                )
                rest = min(rest * 2, LONGEST_REST_SECONDS)
            else:
                outage.back("Alerts go on.")
                rest = REST_SECONDS
            stop.wait(rest)
        if self.lease:
            self.lease.release()

    def _has_lease(self) -> bool:
        return self.lease is None or self.lease.take() is None

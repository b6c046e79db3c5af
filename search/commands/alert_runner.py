"""The thread that runs alerts beside the other work of a process, while no other process does."""

import threading

from crawler.config import Config
from crawler.runtime.clock_watch import ClockWatch
from crawler.runtime.leases import ALERTS
from indexer.backend import Backend
from search.alerts.setup import runner_of


def alerts_of(
    config: Config, backend: Backend, clock: ClockWatch, stop: threading.Event
) -> threading.Thread:
    """A thread, not yet started, that runs alerts until `stop` is set."""
    runner = runner_of(config, clock.store, backend, clock.lease(ALERTS))
    return threading.Thread(target=runner.run, args=(stop,), name="alerts", daemon=True)

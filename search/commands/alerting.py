"""Alerts beside whatever else a process does: a thread that runs them while no other process does."""

import threading

from crawler.config import Config
from crawler.lease import ALERTS, Turn
from crawler.runtime import utc_now
from crawler.store import Store
from indexer.backend import Backend
from search.alerts.opening import runner_of


def alerts_of(config: Config, store: Store, backend: Backend, owner: str, stop: threading.Event) -> threading.Thread:
    """A thread, not yet started, that runs alerts until `stop` is set."""
    runner = runner_of(config, store, backend, Turn(store.leases, utc_now, owner, ALERTS))
    return threading.Thread(target=runner.run, args=(stop,), name="alerts", daemon=True)

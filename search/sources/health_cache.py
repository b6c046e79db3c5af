"""The health of the sources for those who ask the running server: read at most once a minute."""

import threading
from collections.abc import Sequence
from datetime import datetime
from time import monotonic

from crawler.health import Health
from crawler.monitor.health import SourceMonitor
from crawler.sources import Source
from crawler.store import Store

FRESH_SECONDS = 60.0
"""How long an answer holds: judging reads weeks of visits."""
JUDGED_AT_ONCE = 20
"""Sources that a request judges where nobody else has done so for an hour: on a small installation
that runs no scheduler, all of them. Eight weeks of a source take up to 0.1 s.
"""


class HealthCache:
    """Judges the sources, and remembers it for a while; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._judged: tuple[tuple[str, ...], float, list[Health]] | None = None

    def health(self, store: Store, sources: Sequence[Source], now: datetime) -> list[Health]:
        """How every source does, worst first, as of a minute ago at most."""
        ids = tuple(source.id for source in sources)
        with self._lock:
            if self._judged is not None:
                judged_ids, judged_at, judged = self._judged
                if judged_ids == ids and monotonic() - judged_at < FRESH_SECONDS:
                    return judged
            health = SourceMonitor(store, sources).health(now, JUDGED_AT_ONCE)
            self._judged = (ids, monotonic(), health)
            return health

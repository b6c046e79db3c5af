"""Rate limiting of clients by token buckets: they fill with time and lose one for each request."""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

MOST_CLIENTS = 10_000
"""Clients that are remembered, to bound memory: who has not asked for longest is forgotten."""


@dataclass
class RateLimiter:
    """Requests of each client: `a_minute` in the long run, a `burst` at once.

    `clock` gives seconds, monotonic.
    """

    a_minute: float
    burst: float
    clock: Callable[[], float]
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, client: str) -> int:
        """Take one; 0, or where none is left the seconds until there is one."""
        with self._lock:
            now = self.clock()
            left, then = self._buckets.pop(client, (self.burst, now))
            left = min(self.burst, left + (now - then) * self.a_minute / 60)
            seconds = 0
            if left >= 1:
                left -= 1
            else:
                seconds = max(1, math.ceil((1 - left) * 60 / self.a_minute))
            self._buckets[client] = (left, now)
            while len(self._buckets) > MOST_CLIENTS:
                self._buckets.popitem(last=False)
            return seconds

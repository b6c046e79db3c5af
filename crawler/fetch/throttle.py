"""Politeness: one request at a time for each host, a delay after each answer, across all crawls of
this process.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

START_SPACING = 0.025
"""Seconds between the beginnings of requests to different hosts, about what it costs to read a
page. Hosts that were asked at the same moment once would be asked so for ever, and each of their
pages would wait for all the others.
"""
_SHARE = 0.8
"""Of a host's delay, in which all hosts have their turn: where there are many, they begin closer to
each other.
"""


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    delay: float = 0.0
    ended_at: float = -math.inf
    paused_until: float = -math.inf

    @property
    def free_at(self) -> float:
        """A delay that becomes known with an answer counts from the end of that very answer."""
        return max(self.ended_at + self.delay, self.paused_until)


class HostThrottle:
    """Spaces all requests to a host from the end of the answer before.

    Scrapy spaces those of one crawl by their start: it would press a slow host, and two sources on
    one host would meet.
    """

    def __init__(self, delay: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`delay`: seconds between the end of an answer and the next request to the same host."""
        self._delay = delay
        self._monotonic = monotonic
        self._turns: dict[str, _Turn] = {}
        self._opens_at = 0.0
        self._hosts = 0
        self._next_start_at = -math.inf

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for the host's turn, and hold it until the answer is whole."""
        turn = self._turn(host)
        async with turn.lock:
            self._hosts += 1
            try:
                await self._free(turn)
                if (wait := self._next_start() - self._monotonic()) > 0:
                    await asyncio.sleep(wait)
                    await self._free(turn)  # what was to be left alone meanwhile is left alone
                try:
                    yield
                finally:
                    turn.ended_at = self._monotonic()
            finally:
                self._hosts -= 1

    def pause_all(self, seconds: float) -> None:
        """Send nothing to any host for so long."""
        self._opens_at = max(self._opens_at, self._monotonic() + seconds)

    def wait(self, host: str) -> float:
        """Seconds until the next request to a host may begin."""
        turn = self._turns.get(host)
        return max(0.0, turn.free_at - self._monotonic()) if turn else 0.0

    def set_delay(self, host: str, delay: float) -> None:
        """Keep at least this many seconds between requests to a host (its Crawl-delay)."""
        self._turn(host).delay = max(delay, self._delay)

    def pause(self, host: str, seconds: float) -> None:
        """Send nothing to a host for so long (its Retry-After)."""
        turn = self._turn(host)
        turn.paused_until = max(turn.paused_until, self._monotonic() + seconds)

    async def _free(self, turn: _Turn) -> None:
        while (wait := max(turn.free_at, self._opens_at) - self._monotonic()) > 0:
            await asyncio.sleep(wait)

    def _next_start(self) -> float:
        """When the next request begins that need not wait any more; the one after it begins a
        little later.
        """
        now = self._monotonic()
        most = _SHARE * self._delay
        start = min(max(now, self._next_start_at), now + most)
        self._next_start_at = start + min(START_SPACING, most / self._hosts)
        return start

    def _turn(self, host: str) -> _Turn:
        return self._turns.setdefault(host, _Turn(delay=self._delay))

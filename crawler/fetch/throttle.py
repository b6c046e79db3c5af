"""Politeness: one request at a time for each host, a delay after each answer, across all crawls of
this process.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import islice

START_SPACING = 0.025
"""Seconds between the beginnings of requests to different hosts, about what it costs to read a
page. Hosts that were asked at the same moment once would be asked so for ever, and each of their
pages would wait for all the others.
"""
_SHARE = 0.8
"""Of a host's delay, in which all hosts have their turn: where there are many, they begin closer to
each other.
"""

MOST_HOSTS = 5_000
"""Hosts that are remembered while nothing is asked of them: more than have their robots.txt
remembered, so that one that is forgotten has its Crawl-delay read again before it is asked.
"""
_LOOKED_AT = 20
"""Of those that were used longest ago, how many are looked at when there is one more."""


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    delay: float = 0.0
    ended_at: float = -math.inf
    paused_until: float = -math.inf

    @contextmanager
    def used(self) -> Iterator[None]:
        """Somebody asks the host, or waits to."""
        self.users += 1
        try:
            yield
        finally:
            self.users -= 1

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
        with turn.used():
            async with turn.lock:
                self._hosts += 1
                try:
                    await self._begin(turn)
                    yield
                finally:
                    turn.ended_at = self._monotonic()
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

    async def _begin(self, turn: _Turn) -> None:
        await self._free(turn)
        if (wait := self._next_start() - self._monotonic()) > 0:
            await asyncio.sleep(wait)
            await self._free(turn)  # what was to be left alone meanwhile is left alone

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
        turn = self._turns.pop(host, None)
        if turn is None:
            turn = _Turn(delay=self._delay)
            self._forget_hosts()
        self._turns[host] = turn  # the one that was used last is the last
        return turn

    def _forget_hosts(self) -> None:
        """Forget hosts that were used longest ago and may be asked at once, where there are very
        many.
        """
        if len(self._turns) < MOST_HOSTS:
            return
        now = self._monotonic()
        for host in list(islice(self._turns, _LOOKED_AT)):
            turn = self._turns.pop(host)
            if turn.users or turn.free_at > now:
                self._turns[host] = turn  # looked at again when all others were

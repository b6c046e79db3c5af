"""Clocks that jump: back, when a wrong one is set right, or forward, also when a machine was
asleep. A door module.

A clock that goes back would let everything wait that much longer; one that goes forward ends leases
whose owners are alive. Both are noticed by a second clock that never jumps.
"""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from crawler.process.clock import utc_now
from crawler.runtime.leases import RELAY, RENEWAL, Lease
from crawler.store import Store
from crawler.store.clock_jumps import CLOCK

log = logging.getLogger(__name__)

TOLERANCE = timedelta(seconds=5)
"""By how much the clocks may differ from one look to the next."""
LOOK_SECONDS = 1.0
"""How often the clocks are compared."""
HOLD_SECONDS = RENEWAL.total_seconds() + 5
"""How long nothing is taken over after a jump forward: by then every living owner has renewed its
leases.
"""


class ClockSample(NamedTuple):
    """Both clocks at one moment: the time, aware, and the seconds of the clock that never jumps."""

    wall: datetime
    steady: float


def jump(before: ClockSample, after: ClockSample) -> timedelta:
    """How far the wall clock went beyond the time that passed; negative where it went back, zero
    within `TOLERANCE`. Pure.
    """
    beyond = after.wall - before.wall - timedelta(seconds=after.steady - before.steady)
    return beyond if abs(beyond) > TOLERANCE else timedelta()


@dataclass(slots=True)
class ClockWatch:
    """Puts right in the store what a jump of this machine's clock would do. Threads may
    share it.
    """

    store: Store
    owner: str
    now: Callable[[], datetime] = utc_now
    steady: Callable[[], float] = time.monotonic
    _last: ClockSample | None = field(default=None, init=False)
    _owed: timedelta = field(default=timedelta(), init=False)
    _held_until: float = field(default=float("-inf"), init=False)

    @contextmanager
    def watching(self) -> Iterator["ClockWatch"]:
        """Look after the clock, in a thread, until the end of the block."""
        stop = threading.Event()
        self.begin()
        thread = threading.Thread(target=self.run, args=(stop,), name="clock", daemon=True)
        thread.start()
        try:
            yield self
        finally:
            stop.set()
            thread.join(10)

    def begin(self) -> None:
        """At the start of a process: nothing tells whether the clock jumped before, but some waits
        can't be so long.
        """
        self._last = self._read()
        if count := self.store.clock_repair.bring_forward(self.now()):
            log.warning(
                "%d times lay too far in the future, as after a clock that went back: "
                "they are due now.",
                count,
            )

    def look(self) -> None:
        """Look whether the clock has jumped since the last look, and put right what follows from
        it.
        """
        reading = self._read()
        if reading is None or self._last is None:
            return
        jumped = jump(self._last, reading)
        self._last = reading
        if jumped > timedelta():
            self._held_until = reading.steady + HOLD_SECONDS
            log.warning(
                "The clock went forward by %s, or this machine was asleep: nothing is taken over "
                "from other processes for %.0f s, until they have shown that they are there.",
                _in_seconds(jumped),
                HOLD_SECONDS,
            )
        self._owed = max(self._owed - jumped, timedelta())
        if self._owed:
            self._pull_back(reading.wall)

    def settling(self) -> bool:
        """Whether the leases of other processes may seem to have ended only because the clock went
        forward.
        """
        return self.steady() < self._held_until

    def lease(self, name: str = RELAY) -> Lease:
        """The lease of what one process does for the store; it knows when the leases of others
        seem to have ended.
        """
        return Lease(self.store.leases, self.now, self.owner, name, self.settling)

    def run(self, stop: threading.Event) -> None:
        """Look until told to stop; a store that is away is asked again."""
        while not stop.wait(LOOK_SECONDS):
            try:
                self.look()
            except Exception:
                log.exception("what follows from a jump of the clock is put right later")

    def _pull_back(self, now: datetime) -> None:
        by = self._owed
        if Lease(self.store.leases, self.now, self.owner, CLOCK).take() is None:
            self.store.clock_repair.pull_back(now, by, socket.gethostname())
            log.warning(
                "The clock went back by %s: what waits was brought forward by as much, and nothing "
                "is lost.",
                _in_seconds(by),
            )
        self._owed = timedelta()

    def _read(self) -> ClockSample | None:
        """Both clocks; None where the process stood still between them."""
        before = self.steady()
        reading = ClockSample(self.now(), self.steady())
        return reading if reading.steady - before < TOLERANCE.total_seconds() / 2 else None


def _in_seconds(span: timedelta) -> str:
    return str(timedelta(seconds=round(span.total_seconds())))

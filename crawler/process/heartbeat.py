"""A heartbeat for health checks: a file that is touched as long as work goes on. A door module."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

BEAT_SECONDS = 5.0


class Heartbeat:
    """Touches `file` where work goes on, but no more often than every few seconds; without a file
    it does nothing.
    """

    def __init__(self, file: Path | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._file = file
        self._clock = clock
        self._next = 0.0

    def beat(self) -> None:
        """Work goes on here and now."""
        if self._file and self._clock() >= self._next:
            self._next = self._clock() + BEAT_SECONDS
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.touch()

    async def keep(self) -> None:
        """Beat as long as the loop runs, which it does not while something holds it up."""
        while True:
            self.beat()
            await asyncio.sleep(BEAT_SECONDS)

"""Reading in worker processes that can be killed: a page of a few kilobytes can cost a parser minutes. A door
module."""

import asyncio
import gc
import logging
import resource
import signal
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from crawler import forking
from crawler.extract import Refused
from crawler.memory import GARBAGE

P = ParamSpec("P")
T = TypeVar("T")

CPU_SECONDS = 5
"""What one page may cost before it is given up on."""
WALL_SECONDS = 60
"""Where the machine is so busy that the processor time above is not reached."""
MEMORY = 3 * 1024**3
"""Bytes of address space for one worker."""
TASKS = 5000
"""Pages after which a worker is replaced, against slow leaks of parsers."""


class ReadingPool:
    """Runs pure functions on hostile input in other processes."""

    def __init__(self, workers: int, cpu_seconds: int = CPU_SECONDS) -> None:
        self._cpu_seconds = cpu_seconds
        self._closed = False
        self._pool = ProcessPool(max_workers=workers, max_tasks=TASKS, initializer=_begin, context=forking.context())

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the function returns; raises what it raises, `Refused` where it costs too much, and `CancelledError`
        where the pool is closed meanwhile."""
        call = (function, self._cpu_seconds, args, kwargs)
        future = self._pool.schedule(_bounded, args=call, timeout=WALL_SECONDS)
        try:
            return await asyncio.wrap_future(future)
        except (ProcessExpired, TimeoutError) as error:
            if self._closed:  # nothing is known of the input: it must be read another time
                raise asyncio.CancelledError from error
            raise Refused("too-slow", f"reading it cost more than {self._cpu_seconds} s of CPU or crashed") from error
        except (MemoryError, RecursionError) as error:
            raise Refused("too-large", f"reading it took too much memory: {error!r}") from error

    def close(self) -> None:
        """End the workers, whatever they do."""
        self._closed = True
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def _begin() -> None:
    # Ctrl-C reaches the whole group: the parent decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Parsers complain of hostile input line by line: without a handler Python would print that on the terminal.
    logging.getLogger().addHandler(logging.NullHandler())
    gc.set_threshold(GARBAGE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _bounded(function: Callable[..., T], cpu_seconds: int, args: tuple[object, ...], kwargs: dict[str, object]) -> T:
    # SIGPROF, which nobody handles, ends the process even within C code, where no Python handler would run.
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    try:
        return function(*args, **kwargs)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)

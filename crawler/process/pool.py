"""Reading in worker processes that can be killed: a page of a few kilobytes can cost a parser
minutes. A door module.
"""

import asyncio
import gc
import logging
import os
import resource
import signal
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from crawler.article import Page
from crawler.extract import Refused
from crawler.process import forkserver
from crawler.process.memory import GARBAGE

P = ParamSpec("P")
T = TypeVar("T")

CPU_SECONDS = 4.0
"""What one page may cost before it is given up on; with what it cost at first this is less than 5
s.
"""
FIRST_CPU_SECONDS = 0.25
"""What it may cost at first, many times what most do; then it is set aside, so that others need not
wait for it.
"""
LARGE_PAGE_BYTES = 250_000
"""Bytes from which a page is set aside at once, if it also holds `LARGE_PAGE_TAGS`."""
LARGE_PAGE_TAGS = 40_000
"""Signs of tags and attributes from which a large page is set aside at once."""
SLOW_WORKER_NICE = 10
"""How much the worker that reads what was set aside stands back for others (nice)."""
WALL_SECONDS = 60
"""Where the machine is so busy that the processor time above is not reached."""
MEMORY = 3 * 1024**3
"""Bytes of address space for one worker."""
TASKS = 5000
"""Pages after which a worker is replaced, against slow leaks of parsers."""


class _Costly(Exception):
    """The processor time that was given is used up."""


class ReadingPool:
    """Runs pure functions on hostile input in other processes.

    Each runs at first among others, and where it costs more than they do, once more in a process of
    its own that stands back for them.
    """

    def __init__(self, workers: int, cpu_seconds: float = CPU_SECONDS) -> None:
        self._cpu_seconds = cpu_seconds
        self._closed = False
        processes = partial(
            ProcessPool, max_tasks=TASKS, initializer=_prepare_worker, context=forkserver.context()
        )
        self._pool = processes(max_workers=workers, initargs=[0])
        self._aside = processes(max_workers=1, initargs=[SLOW_WORKER_NICE])

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the function returns; raises what it raises, `Refused` where it costs too much, and
        `CancelledError` where the pool is closed meanwhile.
        """
        call = partial(function, *args, **kwargs)
        try:
            if not _looks_costly(args):
                with suppress(_Costly):
                    return await self._within(FIRST_CPU_SECONDS, self._pool, call)
            return await self._within(self._cpu_seconds, self._aside, call)
        except (_Costly, ProcessExpired, TimeoutError) as error:
            raise Refused(
                "too-slow", f"reading it cost more than {self._cpu_seconds} s of CPU or crashed"
            ) from error
        except (MemoryError, RecursionError) as error:
            raise Refused("too-large", f"reading it took too much memory: {error!r}") from error

    async def _within(self, cpu_seconds: float, pool: ProcessPool, call: Callable[[], T]) -> T:
        future: Future[T] = pool.schedule(
            _run_bounded, args=(call, cpu_seconds), timeout=WALL_SECONDS
        )
        try:
            return await asyncio.wrap_future(future)
        except (ProcessExpired, TimeoutError) as error:
            if self._closed:  # nothing is known of the input: it must be read another time
                raise asyncio.CancelledError from error
            if isinstance(error, ProcessExpired) and error.exitcode == -signal.SIGPROF:
                raise _Costly from error
            raise

    def close(self) -> None:
        """End the workers, whatever they do."""
        self._closed = True
        for pool in (self._pool, self._aside):
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()


def _looks_costly(args: Iterable[object]) -> bool:
    for page in args:
        if isinstance(page, Page) and len(page.body) >= LARGE_PAGE_BYTES:
            marks = page.body.count(b"<") + page.body.count(b"=")
            if marks >= LARGE_PAGE_TAGS:
                return True
    return False


def _prepare_worker(standing_back: int) -> None:
    os.nice(standing_back)
    # Ctrl-C reaches the whole group: the parent decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Parsers complain of hostile input line by line: without a handler Python would print that on
    # the terminal.
    logging.getLogger().addHandler(logging.NullHandler())
    gc.set_threshold(GARBAGE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _run_bounded(call: Callable[[], T], cpu_seconds: float) -> T:
    # SIGPROF, which nobody handles, ends the process even within C code, where no Python handler
    # would run.
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    try:
        return call()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)

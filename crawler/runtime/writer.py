"""One thread that calls the store in batches, so that commits follow each other and the event loop
never waits for the disk.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, TypeVar

from crawler.store import Store

P = ParamSpec("P")
F = TypeVar("F")
T = TypeVar("T")

TOGETHER = 32
"""Calls of the store that share a transaction at most: for so long other processes wait for the
lock.
"""

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Call:
    """What waits for the thread, and then what came of it; `make` is given what comes of `first`,
    if there is one.
    """

    make: Callable[..., Any]
    future: asyncio.Future[Any]
    first: Callable[[], Any] | None = None
    result: Any = None
    error: BaseException | None = None

    def prepare(self) -> None:
        """Do what comes before the transaction, once."""
        if self.first is None:
            return
        try:
            self.make = partial(self.make, self.first())
        except BaseException as error:
            self.error = error

    def carry_out(self) -> None:
        """Make the call, in a transaction of its own."""
        try:
            self.result = self.make()
        except BaseException as error:
            self.error = error

    def settle(self) -> None:
        if self.future.done():  # nobody waits for it any more
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class BatchWriter:
    """Makes calls of the store one after another; those that wait at one time share a transaction
    where one writer is all that the database has, since waiting for the disk costs more than all
    that they do.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: deque[_Call] = deque()
        self._thread = ThreadPoolExecutor(1, "store")
        self._awake = False

    async def call(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the call returns, or raises; it is committed then."""
        result: T = await self._result(partial(call, *args, **kwargs))
        return result

    async def call_after(self, first: Callable[[], F], call: Callable[[F], T]) -> T:
        """What the call returns, given what comes of `first`, which is done before the transaction
        and never again.
        """
        result: T = await self._result(call, first)
        return result

    def close(self) -> None:
        """Make the calls that wait, and end."""
        self._thread.shutdown(wait=True)

    async def _result(
        self, make: Callable[..., Any], first: Callable[[], Any] | None = None
    ) -> Any:
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(_Call(make, future, first))
        if not self._awake:
            self._awake = True
            self._thread.submit(self._work)
        return await future

    def _work(self) -> None:
        while self._waiting:
            self._carry_out_batch()
            if not self._waiting:
                # Whoever adds a call from here on wakes the thread; one that was added before this
                # line is seen above.
                self._awake = False

    def _carry_out_batch(self) -> None:
        batch = self._next_batch()
        for call in batch:
            call.prepare()
        ready = [call for call in batch if call.error is None]
        done_together = len(ready) > 1 and self._together(ready)
        if not done_together:
            for call in ready:
                call.carry_out()
        _tell(batch)

    def _next_batch(self) -> list[_Call]:
        """The calls that share the next transaction, without those that nobody waits for
        any more.
        """
        count = min(len(self._waiting), TOGETHER if self._store.one_writer else 1)
        calls = [self._waiting.popleft() for _ in range(count)]
        return [call for call in calls if not call.future.cancelled()]

    def _together(self, calls: Sequence[_Call]) -> bool:
        try:
            with self._store.together():
                results = [call.make() for call in calls]
        except Exception:
            log.info(
                "%s calls of the store failed together: each is made alone",
                len(calls),
                exc_info=True,
            )
            return False
        for call, result in zip(calls, results, strict=True):
            call.result = result
        return True


def _tell(batch: Sequence[_Call]) -> None:
    """Hand each result to the event loop that waits for it."""
    for loop in {call.future.get_loop() for call in batch}:
        calls = [call for call in batch if call.future.get_loop() is loop]
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(_settle, calls)


def _settle(calls: Sequence[_Call]) -> None:
    for call in calls:
        call.settle()

"""The DevTools protocol of Chromium over its two pipes: JSON messages that end with a zero byte."""

import asyncio
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

import orjson

LARGEST_MESSAGE = 32 * 1024 * 1024
"""Bytes of one message of the browser; one that says more is ended."""
ANSWER_SECONDS = 15.0
"""How long a command may take. What waits for a site waits for events, not for commands."""

Values = Mapping[str, Any]
EventHandler = Callable[[str, Values], None]
"""Is called with the method of an event and its parameters."""


class BrowserGone(Exception):
    """The browser ended, does not answer, or says too much: it must be begun anew."""


class CommandFailed(Exception):
    """The browser refused a command; the message says why."""


class DevTools:
    """Commands to a browser and its events, which go to the one handler that `on_event` names."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[Values]] = {}
        self.on_event: EventHandler | None = None
        self._loop = asyncio.get_running_loop()
        self._reading = self._loop.create_task(self._read())

    @property
    def is_open(self) -> bool:
        """Whether the browser still listens."""
        return not self._reading.done()

    async def send(self, method: str, session: str | None = None, **params: Any) -> Values:
        """What the browser answers to a command; raises `CommandFailed` or `BrowserGone`."""
        future = self._post(method, session, params)
        try:
            return await asyncio.wait_for(future, ANSWER_SECONDS)
        except TimeoutError as error:
            raise BrowserGone(f"no answer to {method}") from error

    def post(self, method: str, session: str | None = None, **params: Any) -> None:
        """Send a command whose answer does not matter, as that to a request which the page has
        given up meanwhile.
        """
        self._post(method, session, params).add_done_callback(_ignore)

    def close(self) -> None:
        """Close the pipe to the browser; from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._writer.close)

    def _post(self, method: str, session: str | None, params: Values) -> asyncio.Future[Values]:
        if not self.is_open:
            raise BrowserGone("the browser has ended")
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        future = self._waiting[number] = self._loop.create_future()
        self._writer.write(orjson.dumps(message) + b"\0")
        return future

    async def _read(self) -> None:
        error = BrowserGone("the browser has ended")
        try:
            while True:
                self._take(orjson.loads((await self._reader.readuntil(b"\0"))[:-1]))
        except asyncio.LimitOverrunError:
            error = BrowserGone(f"a message of more than {LARGEST_MESSAGE} bytes")
        except (asyncio.IncompleteReadError, OSError, orjson.JSONDecodeError):
            pass
        self._end(error)

    def _take(self, message: Values) -> None:
        if "id" not in message:
            if self.on_event:
                self.on_event(message["method"], message.get("params", {}))
            return
        future = self._waiting.pop(message["id"], None)
        if future is None or future.done():
            return
        if "error" in message:
            future.set_exception(CommandFailed(message["error"].get("message", "")))
        else:
            future.set_result(message.get("result", {}))

    def _end(self, error: BrowserGone) -> None:
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(error)
        self._waiting.clear()


def _ignore(future: asyncio.Future[Values]) -> None:
    if not future.cancelled():
        future.exception()

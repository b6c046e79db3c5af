"""What one request may take: time, bytes and a place among the others. Beyond that it gets an error
in the one form.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.web.bodies import BodyReceiver, Gone
from search.web.errors import Declined, Error, error_answer

_TOO_MANY = "Too many requests at once: try again in a moment."
_TOO_SLOW = "This takes too long: ask for less, or try again when the server is less busy."
_PREVIEWS = ("/api/v1/sources/preview", "/sources/preview")


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """Seconds until an answer begins (`patience` gives some paths more), seconds that a reader may
    stall one, bytes of a request's body and seconds in which it has to come, how many bodies are
    received and how many requests are worked on at once.
    """

    seconds: float = 10.0
    patience: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(_PREVIEWS, 160.0))
    stall: float = 60.0
    body: int = 1 << 20
    body_seconds: float = 4.0
    bodies: int = 32
    bodies_of_one: int = 8
    at_once: int = 64


class LimitsMiddleware:
    """Answers for an app that takes too long, is asked too much or sent too much.

    Work in a thread can't be stopped: it goes on unheard and holds its place until it is done,
    which bounds how much of it there can be.
    """

    def __init__(self, app: ASGIApp, bounds: RequestLimits) -> None:
        self._app = app
        self._bounds = bounds
        self._bodies = BodyReceiver(
            bounds.body, bounds.body_seconds, bounds.bodies, bounds.bodies_of_one
        )
        self._running: set[asyncio.Future[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            receive = await self._bodies.whole(scope, receive)
        except Gone:
            return
        except Declined as declined:
            refusal = _refusal(scope, declined.status_code, declined.key, declined.detail)
            await refusal(scope, receive, send)
            return
        if len(self._running) >= self._bounds.at_once:
            await _refusal(scope, 503, "busy", _TOO_MANY)(scope, receive, send)
        else:
            await self._bounded(scope, receive, send)

    async def _bounded(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Answer(send, self._bounds.stall)
        work = asyncio.ensure_future(self._app(scope, receive, answer))
        self._running.add(work)
        work.add_done_callback(self._ended)
        seconds = self._bounds.patience.get(scope["path"], self._bounds.seconds)
        try:
            await asyncio.wait({work}, timeout=seconds)
            if not work.done() and not answer.begun:
                answer.given_up = True
                await _refusal(scope, 504, "too_slow", _TOO_SLOW)(scope, receive, send)
            else:
                await work
        except asyncio.CancelledError:
            work.cancel()
            raise

    def _ended(self, work: "asyncio.Future[None]") -> None:
        self._running.discard(work)
        if work.cancelled():
            return
        error = work.exception()
        if error is not None:
            logging.getLogger("veille.serve").debug("a request ended with %r", error)


class _Answer:
    """Passes on what is answered, as long as somebody waits for it and takes it."""

    def __init__(self, send: Send, stall: float) -> None:
        self._send = send
        self._stall = stall
        self.begun = False
        self.given_up = False

    async def __call__(self, message: Message) -> None:
        if self.given_up:
            return
        self.begun = True
        try:
            await asyncio.wait_for(self._send(message), self._stall)
        except TimeoutError:
            raise OSError("the reader of an answer takes nothing of it") from None


def _refusal(scope: Scope, status: int, code: str, message: str) -> ASGIApp:
    headers = {"Retry-After": "10"} if status >= 500 else {}
    error = Error(code=code, message=message)
    return error_answer(Request(scope), status, error, {**headers, "Connection": "close"})

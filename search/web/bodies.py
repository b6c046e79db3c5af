"""A request's body is received as a whole before anything works on the request: one that never ends
holds no place that others need.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from search.web.errors import Declined
from search.web.peer import client_of

_TOO_LARGE = "A request has at most {} bytes."
_TOO_SLOW = "The request's body did not come within {:g} seconds."
_TOO_MANY = "Too many requests at once: try again in a moment."


class Gone(Exception):
    """Whoever sent the request has left before it was whole."""


@dataclass
class BodyReceiver:
    """Receives bodies of up to `most` bytes within `seconds`; so many at once, of all and of one
    client.
    """

    most: int
    seconds: float
    at_once: int
    of_one: int
    _by_client: Counter[str] = field(default_factory=Counter)

    async def whole(self, scope: Scope, receive: Receive) -> Receive:
        """What gives the body again, or `receive` itself where the request has none.

        Raises `Declined` for a body that is too large, too slow or one too many, and `Gone`.
        """
        headers = Headers(scope=scope)
        length = _announced(headers)
        if not length and "transfer-encoding" not in headers:
            return receive
        if length > self.most:
            raise Declined(413, _TOO_LARGE.format(self.most), "too_large")
        with self._place(client_of(scope)):
            try:
                async with asyncio.timeout(self.seconds):
                    body = await self._body(receive)
            except TimeoutError:
                raise Declined(408, _TOO_SLOW.format(self.seconds), "too_slow") from None
        return _again(body, receive)

    @contextmanager
    def _place(self, client: str) -> Iterator[None]:
        if self._by_client.total() >= self.at_once or self._by_client[client] >= self.of_one:
            raise Declined(503, _TOO_MANY, "busy")
        self._by_client[client] += 1
        try:
            yield
        finally:
            self._by_client[client] -= 1
            self._by_client += Counter()  # forgets clients that send nothing now

    async def _body(self, receive: Receive) -> bytes:
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            body += message.get("body", b"")
            if len(body) > self.most:
                raise Declined(413, _TOO_LARGE.format(self.most), "too_large")
            more = message.get("more_body", False)
        return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives the body once, and then what else comes of the connection."""
    given = False

    async def give() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give


def _announced(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    # `int` takes digits of any script, and a long time for very many of them.
    is_number = length.isascii() and length.isdigit() and len(length) < 20
    return int(length) if is_number else 0

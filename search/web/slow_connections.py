"""Connections of the server: a request's head has to come soon (protection against slowloris), and
errors of HTTP itself are answered in the one form.
"""

import asyncio
from typing import Any, cast

import h11
import orjson
from uvicorn.protocols.http.h11_impl import H11Protocol

from search.web.addresses import percent_encoded
from search.web.connections import ConnectionTable

ASK_SECONDS = 10.0
"""Until the whole head of a request has come, from the connection's or the last answer's beginning
on.
"""
HEAD_BYTES = 64 * 1024
"""Of a request's line and headers; a query of 4,000 Arabic letters takes 24,000."""


class Connection(H11Protocol):
    """One connection of a client, counted in `table`."""

    peer = ""
    """The address at its other end."""
    _deadline: asyncio.TimerHandle | None = None
    _line_ended = False
    """Whether the first line of the request that is being read has come whole."""

    def __init__(self, table: ConnectionTable, **parts: Any) -> None:
        """`parts` are what uvicorn hands to its own class."""
        super().__init__(**parts)
        self._table = table

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.peer = str((transport.get_extra_info("peername") or ("",))[0])
        self._deadline = self.loop.call_later(ASK_SECONDS, self._too_slow)
        self._table.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self._table.closed(self)
        super().connection_lost(exc)

    def drop(self) -> None:
        """Close it at once: others need its place."""
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self.conn.their_state is h11.IDLE and not self._line_ended:
            line, end, rest = data.partition(b"\n")
            self._line_ended = bool(end) and not line.isspace()
            data = percent_encoded(line) + end + rest
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._line_ended = False

    def handle_events(self) -> None:
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self._stop_waiting()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._stop_waiting()
        if not self.transport.is_closing():
            self._deadline = self.loop.call_later(
                self.timeout_keep_alive + ASK_SECONDS, self._too_slow
            )
            self._table.waits(self)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, or has too long a head."""
        message = f"{msg.rstrip('.')}, or its head is too long."
        body = orjson.dumps({"error": {"code": "invalid_request", "message": message}})
        headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
        for event in (
            h11.Response(status_code=400, headers=headers),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            self.transport.write(cast(Any, self.conn.send(event)))
        self.transport.close()

    def _too_slow(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.abort()

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
            self._table.asks(self)

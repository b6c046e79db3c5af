"""Who is told, on loopback: an SMTP server that keeps what it takes, and a receiver of webhooks."""

import asyncio
import email
import email.policy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
from aiosmtpd.smtp import SMTP


class Mailbox:
    """The mails that arrived, in order; while it is `closed`, the server refuses them for now."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.recipients: list[list[str]] = []
        self.closed = False
        self.port = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        parsed = (email.message_from_bytes(one, policy=email.policy.default) for one in self.raw)
        return [one for one in parsed if isinstance(one, EmailMessage)]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.closed:
            return "451 not now"
        self.raw.append(envelope.content)
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 taken"


@contextmanager
def mailbox(port: int = 0) -> Iterator[Mailbox]:
    """A mail server on loopback."""
    box, loop, ready = Mailbox(), asyncio.new_event_loop(), threading.Event()

    async def serve() -> asyncio.Server:
        return await loop.create_server(
            lambda: SMTP(box, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", port
        )

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(serve())
        box.port = server.sockets[0].getsockname()[1]
        ready.set()
        loop.run_forever()
        server.close()
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield box
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


class Hook:
    """The webhooks that arrived: headers and body; while it is `closed`, each is answered 503."""

    def __init__(self) -> None:
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.refused = 0
        self.closed = False
        self.answer = 204
        self.location = ""
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def bodies(self) -> list[Any]:
        return [orjson.loads(body) for _, body in self.calls]


@contextmanager
def hook(port: int = 0) -> Iterator[Hook]:
    """A receiver of webhooks on loopback."""
    kept = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            kept.refused += kept.closed
            if not kept.closed:
                kept.calls.append(
                    ({name.lower(): value for name, value in self.headers.items()}, body)
                )
            self.send_response(503 if kept.closed else kept.answer)
            if kept.location:
                self.send_header("location", kept.location)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    kept.port = server.server_address[1]
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)

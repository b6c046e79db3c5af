"""A server between a client and Elasticsearch that passes requests on, unless a test wants them to
fail.
"""

import contextlib
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DROP, DROP_AFTER = 0, -1
Fault = Callable[[str, bytes], int | None]
"""Path and body of a request → the status to answer with, None to pass it on. `DROP` ends the
connection instead, and `DROP_AFTER` ends it after Elasticsearch has done what was asked.
"""


@dataclass
class Between:
    """Where the server answers; `fault` may be changed at any time."""

    url: str
    fault: Fault = lambda path, body: None


@contextlib.contextmanager
def between(target: str) -> Iterator[Between]:
    """Answers on loopback until the block ends."""
    found = Between("")

    class Passing(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            status = found.fault(self.path, body)
            if status == DROP:
                self._drop()
                return
            if status not in (None, DROP_AFTER):
                self._answer(
                    status,
                    {"x-elastic-product": "Elasticsearch"},
                    b'{"error": {"type": "made by a test"}}',
                )
                return
            kept = {
                name: value
                for name, value in self.headers.items()
                if name.lower() not in {"host", "connection"}
            }
            asked = urllib.request.Request(
                target + self.path, body or None, kept, method=self.command
            )
            try:
                with urllib.request.urlopen(asked, timeout=60) as answer:
                    if status == DROP_AFTER:
                        answer.read()
                        self._drop()
                        return
                    self._answer(answer.status, dict(answer.headers), answer.read())
            except urllib.error.HTTPError as answer:
                self._answer(answer.code, dict(answer.headers), answer.read())

        def _drop(self) -> None:
            self.close_connection = True
            self.connection.close()

        def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name in ("x-elastic-product", "content-type"):
                if value := {key.lower(): value for key, value in headers.items()}.get(name):
                    self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _pass

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Passing) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield found
        server.shutdown()

"""The network of the world: a proxy on loopback that answers for every host at the world's time."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

from benchmarks.world.answers import Answer, Request, html
from benchmarks.world.site import Site

_MISSING = html("<!doctype html><title>404</title><h1>Not Found</h1>", 404)
_NO_HOST = html("<!doctype html><title>502</title><h1>No such host</h1>", 502)


@dataclass
class Network:
    """What answers: `proxy` is its address, `now` the time of the world; `requests` counts by
    site, `failures` says what broke in the world itself.
    """

    sites: dict[str, Site]
    now: datetime
    proxy: str = ""
    requests: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def answer(self, url: str, headers: dict[str, str]) -> tuple[Answer, Site | None]:
        """The answer to a request by an absolute address, and the site that gave it."""
        parts = urlsplit(url)
        site = self.sites.get(parts.hostname or "")
        if site is None:
            return _NO_HOST, None
        self.requests[site.id] += 1
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        request = Request(parts.hostname or "", path, self.now, headers)
        try:
            return site.answer(request) or _MISSING, site
        except Exception as error:
            self.failures.append(f"{url}: {error!r}")
            return html("<h1>the world is broken</h1>", 500), site


@contextmanager
def serving(sites: Iterable[Site], now: datetime) -> Iterator[Network]:
    """A network of these sites, until the block ends."""
    network = Network({host: site for site in sites for host in site.hosts()}, now)
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"network": network}))
    network.proxy = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield network
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


class _Handler(BaseHTTPRequestHandler):
    network: Network
    protocol_version = "HTTP/1.1"
    # Head and body leave in one packet.
    wbufsize = -1

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer, site = self.network.answer(self.path, headers)
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        tag = f'"{blake2b(body, digest_size=8).hexdigest()}"'
        validates = site is not None and site.has_validators and answer.status == 200
        is_known = validates and headers.get("if-none-match") == tag
        self.send_response(304 if is_known else answer.status)
        if validates:
            self.send_header("ETag", tag)
        if not is_known:
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not is_known:
            self.wfile.write(body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date of answers: the time of the world."""
        return format_datetime(self.network.now.replace(microsecond=0), usegmt=True)

    def log_message(self, _format: str, *_args: object) -> None:
        """Nothing: `Network.requests` counts."""

"""A generated web with rules for robots and delays: is anything fetched that is forbidden, or too
early?

    python -m benchmarks.robots_web [--pages 20000] [--hosts 200] [--seconds 3600]

Serves so many pages on so many hosts through a proxy on loopback. Each host's robots.txt forbids
half of its pages in one of several ways (prefixes, wildcards, ends, exceptions, groups for robots
of several names), asks for a delay of its own, or answers with an error; which pages are forbidden
is known because the names of the pages were chosen by it. Prints, as JSON, requests, pages that
were allowed and not fetched, forbidden requests, and those that came sooner after the end of the
answer before than the host's delay (or Veille's own, where that is longer) asks for. An answer ends
between the moment in which it is handed to the network and the one in which the server's thread
runs again, which may have to wait for its turn. `early` counts by the first, `unclear` what is
early by the second alone.
"""

import argparse
import json
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from tests.support.hostile import page_of
from tests.support.replay import Replay, environment, start

OWN_DELAY = 0.2
TOLERANCE = 0.005
"""Seconds by which two clocks on one machine may see an answer end."""

WAYS = (
    ("User-agent: *\nDisallow: /no/\n", "/no/{}", "/yes/{}"),
    ("User-agent: *\nDisallow: /*.php\n", "/a/{}.php?x=1", "/a/{}.html"),
    ("User-agent: *\nDisallow: /*/end$\n", "/{}/end", "/{}/end/more"),
    ("User-agent: *\nDisallow: /a/\nAllow: /a/open/\n", "/a/{}", "/a/open/{}"),
    ("User-agent: *\nDisallow:\n\nUser-agent: Veille\nDisallow: /no\n", "/no-{}", "/yes-{}"),
    (
        "User-agent: other\nDisallow: /\n\nUser-agent: veille\nUser-agent: third\nDisallow: /x?id=\n",
        "/x?id={}",
        "/x?nr={}",
    ),
    ("User-agent: *\nDisallow: /caf%C3%A9/\n", "/café/{}", "/cafe/{}"),
    (
        "User-agent: Veille/0.1 (media)\nDisallow: /no/\nUser-agent: *\nDisallow: /yes/\n",
        "/no/{}",
        "/yes/{}",
    ),
)
"""Rules, and the names of pages that they forbid and allow."""
DELAYS = (
    "",
    "Crawl-delay: 0.3\n",
    "Crawl-delay: 0.6\n",
    "Crawl-delay: -1\n",
    "Crawl-delay: nonsense\n",
)
ASKED = (0.0, 0.3, 0.6, 0.0, 0.0)
BROKEN = 20
"""One host in so many answers 503 for its robots.txt: nothing of it may be fetched."""


@dataclass
class Host:
    """One host: its rules, its pages, what it was asked, and between which moments its last answer
    ended.
    """

    number: int
    pages: int
    asked: list[str] = field(default_factory=list)
    early: int = 0
    unclear: int = 0
    handed: float = 0.0
    ended: float = 0.0

    @property
    def broken(self) -> bool:
        return self.number % BROKEN == BROKEN - 1

    @property
    def delay(self) -> float:
        """Seconds that must pass between an answer and the next request."""
        return max(OWN_DELAY, 0.0 if self.broken else ASKED[self.number % len(ASKED)])

    @property
    def robots(self) -> str:
        rules = WAYS[self.number % len(WAYS)][0]
        return rules.replace("\nDisallow", f"\n{DELAYS[self.number % len(DELAYS)]}Disallow")

    def paths(self, *, allowed: bool) -> list[str]:
        """The pages that may, or must not, be fetched."""
        if self.broken:
            return [] if allowed else [f"/any/{number}" for number in range(self.pages)]
        name = WAYS[self.number % len(WAYS)][2 if allowed else 1]
        return [name.format(number) for number in range(self.pages // 2)]

    def came(self, path: str, now: float) -> None:
        """Note a request; the delay that a host asks for is known from the answer to the first one on."""
        if self.asked and now - self.handed < self.delay - TOLERANCE:
            self.early += 1
        elif self.asked and now - self.ended < self.delay - TOLERANCE:
            self.unclear += 1
        self.asked.append(path)

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, type and body."""
        if path == "/robots.txt":
            return (
                (503, "text/plain", b"")
                if self.broken
                else (200, "text/plain", self.robots.encode())
            )
        if path == "/sitemap.xml":
            every = [*self.paths(allowed=True), *self.paths(allowed=False)]
            urls = "".join(
                f"<url><loc>http://h{self.number}.example{one}</loc></url>" for one in every
            )
            return 200, "application/xml", f"<urlset>{urls}</urlset>".encode()
        return 200, "text/html", page_of(f"Page {path} of host {self.number}")


def _served(hosts: list[Host]) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            now, parts = time.monotonic(), urlsplit(self.path)
            host = hosts[int(parts.netloc.partition(".")[0][1:])]
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            host.came(path, now)
            status, kind, body = host.answer(path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            host.handed = time.monotonic()
            self.wfile.write(body)
            host.ended = time.monotonic()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def figures(pages: int, hosts: int, seconds: float) -> dict[str, int]:
    """Crawl such a web once, and count."""
    web = [Host(number, pages // hosts) for number in range(hosts)]
    server = _served(web)
    text = "\n".join(
        f'[[source]]\nid = "h{n}"\nname = "H{n}"\nhome = "http://h{n}.example/"\n'
        f'sitemaps = ["http://h{n}.example/sitemap.xml"]\n'
        for n in range(hosts)
    )
    with TemporaryDirectory() as folder:
        sources = Path(folder) / "sources.toml"
        sources.write_text(text, encoding="utf-8")
        proxy = f"http://127.0.0.1:{server.server_port}"
        env = environment(
            Replay(proxy, sources, sources, sources), Path(folder) / "data", delay=OWN_DELAY
        )
        crawl = start(env | {"VEILLE_ARCHIVE": "false"}, "crawl", output=Path(folder) / "log")
        try:
            crawl.wait(seconds)
        finally:
            if crawl.poll() is None:
                crawl.kill()
            server.shutdown()
    return _counted(web)


def _counted(web: list[Host]) -> dict[str, int]:
    forbidden = missed = 0
    for host in web:
        asked = {path.replace("/caf%C3%A9/", "/café/") for path in host.asked}
        own = {"/robots.txt"} if host.broken else {"/robots.txt", "/sitemap.xml"}
        allowed = set(host.paths(allowed=True))
        forbidden += len(asked - own - allowed)
        missed += len(allowed - asked)
    return {
        "hosts": len(web),
        "pages": sum(len(host.paths(allowed=kind)) for host in web for kind in (True, False)),
        "requests": sum(len(host.asked) for host in web),
        "forbidden": forbidden,
        "early": sum(host.early for host in web),
        "unclear": sum(host.unclear for host in web),
        "allowed_and_missed": missed,
    }


def main() -> None:
    """Run it and print the figures."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--pages", type=int, default=20000)
    options.add_argument("--hosts", type=int, default=200)
    options.add_argument("--seconds", type=float, default=3600, help="give up after so long")
    chosen = options.parse_args()
    sys.stdout.write(json.dumps(figures(chosen.pages, chosen.hosts, chosen.seconds)) + "\n")


if __name__ == "__main__":
    main()

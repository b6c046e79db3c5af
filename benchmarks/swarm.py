"""A source with a swarm of sub-hosts, each with a hostile robots.txt, beside an ordinary source: how
long does that wait?

    python -m benchmarks.swarm [--hosts 150] [--pages 60] [--seconds 300]

Serves both through a proxy on loopback and crawls them together, then the ordinary one alone.
Prints, as JSON, how many pages of the ordinary source were fetched, the longest gap between two of
its requests in seconds, and the most memory of the crawl's main process in megabytes, each with and
without the swarm. Expected on two cores: a gap of 2 s at most, and 64 MB more at most.
"""

import argparse
import json
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from tests.support.hostile import page_of
from tests.support.replay import Replay, environment, start

DELAY = 0.2
ORDINARY = "ordinary.example.net"
SWARM = "swarm.example.org"
KINDS = (
    "".join(f"Disallow: /*{number}*a$\n" for number in range(25_000)),
    "".join(f"Disallow: /archive/{number}\n" for number in range(24_000)),
    ("Disallow: /" + "*a" * 20 + "b\n") * 9_000,
    "".join(f"User-agent: {number}\n" for number in range(25_000)) + "Disallow: /x\n",
)
"""What the files of the swarm hold, in turn; each has half a megabyte."""


class Web:
    """The ordinary host and the swarm; `asked` are the moments when the ordinary one was asked for
    a page.
    """

    def __init__(self, hosts: int, pages: int) -> None:
        self.hosts = hosts
        self.pages = pages
        self.asked: list[float] = []
        self.swarm_asked = 0

    def answer(self, host: str, path: str) -> bytes | None:
        """The body; None for what is not there."""
        self.swarm_asked += host.endswith(f".{SWARM}")
        if path == "/robots.txt":
            return self._robots(host)
        if path == "/sitemap.xml":
            return self._sitemap(host)
        if host == ORDINARY:
            self.asked.append(time.monotonic())
        return page_of(f"Page {path} of {host}")

    def _robots(self, host: str) -> bytes | None:
        if host in (ORDINARY, SWARM):
            return None
        number = int(host.partition(".")[0][1:])
        return f"User-agent: *\n{KINDS[number % len(KINDS)]}".encode()

    def _sitemap(self, host: str) -> bytes:
        addresses = [f"http://{ORDINARY}/page-{number}" for number in range(self.pages)]
        if host != ORDINARY:
            addresses = [
                f"http://s{host_number}.{SWARM}/page-{number}"
                for host_number in range(self.hosts)
                for number in range(3)
            ]
        entries = "".join(f"<url><loc>{address}</loc></url>" for address in addresses)
        return f"<urlset>{entries}</urlset>".encode()


def _served(web: Web) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = web.answer(parts.netloc, parts.path)
            self.send_response(404 if body is None else 200)
            kind = "application/xml" if parts.path.endswith(".xml") else "text/html"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            with suppress(OSError):  # what is longer than what is read of it is cut off
                self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def figures(web: Web, seconds: float) -> dict[str, float]:
    """Crawl such a web once, and measure."""
    server = _served(web)
    names = {"ordinary": ORDINARY}
    if web.hosts:
        names["swarm"] = SWARM
    with TemporaryDirectory() as folder:
        sources = Path(folder) / "sources.toml"
        tables = [
            f'[[source]]\nid = "{name}"\nname = "{name}"\nhome = "http://{host}/"\n'
            f'sitemaps = ["http://{host}/sitemap.xml"]\n'
            for name, host in names.items()
        ]
        sources.write_text("\n".join(tables), encoding="utf-8")
        proxy = f"http://127.0.0.1:{server.server_port}"
        replay = Replay(proxy, sources, sources, sources)
        env = environment(replay, Path(folder) / "data", delay=DELAY)
        crawl = start(env, "crawl", output=Path(folder) / "log")
        most = _watched(crawl.pid, web, seconds)
        crawl.kill()
        crawl.wait(20)
        server.shutdown()
    gaps = [later - earlier for earlier, later in zip(web.asked, web.asked[1:], strict=False)]
    return {
        "pages": len(web.asked),
        "requests_to_the_swarm": web.swarm_asked,
        "longest_gap": round(max(gaps, default=0.0), 2),
        "megabytes": round(most / 1024),
    }


def _watched(process: int, web: Web, seconds: float) -> int:
    """The most kilobytes that the process held until the ordinary source was fetched."""
    most = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end and len(web.asked) < web.pages:
        with suppress(OSError):
            status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
            lines = [line for line in status.splitlines() if line.startswith("VmHWM")]
            most = max([most, *(int(line.split()[1]) for line in lines)])
        time.sleep(0.2)
    return most


def main() -> None:
    """Run it and print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--hosts", type=int, default=150)
    options.add_argument("--pages", type=int, default=60)
    options.add_argument("--seconds", type=float, default=300)
    given = options.parse_args()
    told = {
        "with": figures(Web(given.hosts, given.pages), given.seconds),
        "without": figures(Web(0, given.pages), given.seconds),
    }
    json.dump(told, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()

"""Whether the memory of every process stays flat while many pages are crawled in one run.

    python -m benchmarks.memory [--pages 20000] [--hosts 40] [--settled 2000] [--seconds 3600]

Serves the pages of VEILLE_SHARED/replay/orange again and again under addresses of their own, by
many hosts and their sitemaps, and crawls them with `veille crawl` and no delay into the embedded
index. Reads the resident memory of its process and of each that it started. Prints, as JSON, the
pages that were answered, pages a second, and the memory in MB after `settled` pages and at the end:
of the main process, and of the largest process that reads pages; with the growth in percent. Takes
ten minutes on two free cores.
"""

import argparse
import json
import lzma
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from tests.support.replay import Replay, environment, start

LOOK_SECONDS = 1.0
WINDOW = 15
"""Looks whose median counts: memory goes up and down with every batch."""


class Sites:
    """Hosts that answer through a proxy, each with a sitemap of its share of the pages."""

    def __init__(self, bodies: Sequence[bytes], pages: int, hosts: int) -> None:
        self.answered, share = 0, pages // hosts
        sites = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                if parts.path == "/sitemap.xml":
                    urls = (
                        f"<url><loc>http://{parts.netloc}/a/{number}</loc></url>"
                        for number in range(share)
                    )
                    return self._answer(
                        200, f"<urlset>{''.join(urls)}</urlset>".encode(), "application/xml"
                    )
                if parts.path.startswith("/a/"):
                    sites.answered += 1
                    host, number = int(parts.netloc.split(".")[0][1:]), int(parts.path[3:])
                    return self._answer(
                        200,
                        bodies[(host * share + number) % len(bodies)],
                        "text/html; charset=utf-8",
                    )
                return self._answer(404, b"", "text/plain")

            def _answer(self, status: int, body: bytes, kind: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def main() -> None:
    """Run it and print the figures."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--pages", type=int, default=20000)
    options.add_argument("--hosts", type=int, default=40)
    options.add_argument("--settled", type=int, default=2000)
    options.add_argument(
        "--seconds", type=float, default=3600, help="stop after so long, whatever was crawled"
    )
    chosen = options.parse_args()
    shared = Path(os.environ.get("VEILLE_SHARED", "../shared")).resolve()
    with lzma.open(
        shared / "replay" / "orange" / "pages.jsonl.xz", "rt", encoding="utf-8"
    ) as lines:
        bodies = [json.loads(line)["html"].encode() for line in lines]
    sites = Sites(bodies, chosen.pages, chosen.hosts)
    with TemporaryDirectory() as folder:
        looks, seconds = _crawl(sites, Path(folder), chosen)
    sys.stdout.write(json.dumps(_figures(looks, seconds, chosen.settled)) + "\n")


def _crawl(
    sites: Sites, folder: Path, chosen: argparse.Namespace
) -> tuple[list[tuple[int, int, int]], float]:
    """Crawl; each look is the pages answered, and the memory of the main process and of the largest
    other in KB.
    """
    homes = (f"http://h{number}.example" for number in range(chosen.hosts))
    text = "\n".join(
        f'[[source]]\nid = "h{number}"\nname = "H{number}"\nhome = "{home}/"\nsitemaps = ["{home}/sitemap.xml"]\n'
        for number, home in enumerate(homes)
    )
    sources = folder / "sources.toml"
    sources.write_text(text, encoding="utf-8")
    proxy = f"http://127.0.0.1:{sites.server.server_port}"
    env = environment(Replay(proxy, sources, sources, sources), folder / "data", delay=0)
    crawl, begun, looks = start(env, "crawl", output=folder / "crawl.log"), time.monotonic(), []
    while crawl.poll() is None and time.monotonic() - begun < chosen.seconds:
        others = [kilobytes(child, "VmRSS") for child in children(crawl.pid)]
        looks.append((sites.answered, kilobytes(crawl.pid, "VmRSS"), max(others, default=0)))
        time.sleep(LOOK_SECONDS)
    seconds = time.monotonic() - begun
    if crawl.poll() is None:
        crawl.send_signal(signal.SIGTERM)
    crawl.wait(120)
    return looks[:-1], seconds


def _figures(
    looks: Sequence[tuple[int, int, int]], seconds: float, settled: int
) -> dict[str, object]:
    first = next((at for at, look in enumerate(looks) if look[0] >= settled), 0)
    early, late = looks[first : first + WINDOW], looks[-WINDOW:]
    main, other = (
        [median(look[part] for look in some) / 1024 for some in (early, late)] for part in (1, 2)
    )
    return {
        "pages": looks[-1][0],
        "pages_a_second": round(looks[-1][0] / seconds, 1),
        "main_mb": [round(one) for one in main],
        "main_growth_percent": round((main[1] / main[0] - 1) * 100, 1),
        "reader_mb": [round(one) for one in other],
        "reader_growth_percent": round((other[1] / other[0] - 1) * 100, 1) if other[0] else None,
    }


def kilobytes(process: int, figure: str) -> int:
    """A figure of a process in KB: VmRSS, the memory that it has now, or VmHWM, its peak; 0 where
    it has ended.
    """
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return next(
        (int(line.split()[1]) for line in status.splitlines() if line.startswith(f"{figure}:")), 0
    )


def children(process: int) -> list[int]:
    """The processes that a process started, and those that they did."""
    found, waiting = list[int](), [process]
    while waiting:
        parent = waiting.pop()
        try:
            direct = [
                int(child)
                for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
            ]
        except OSError:
            continue
        found += direct
        waiting += direct
    return found


if __name__ == "__main__":
    main()

"""No crawl connects to a private address: not by a link, a redirect, robots.txt, or a name that
resolves to one.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from xml.sax.saxutils import escape

import pytest
from scrapy import Request

from crawler.downloader.conditional import ConditionalGetMiddleware
from crawler.downloader.ssrf import SsrfMiddleware
from crawler.fetch.errors import AddressForbidden
from crawler.runtime import CrawlContext

ROOT = Path(__file__).resolve().parent.parent
PUBLIC = "93.184.216.34"
NAMES = {
    "mixed.test": [PUBLIC, "10.0.0.1"],
    "rebind.test": ["127.0.0.1"],
    "metadata.test": ["169.254.169.254"],
    "six.test": ["::1", "fd00:ec2::254"],
    "xn--bcher-kva.example": [PUBLIC],
}

ROBOTS = ((500, ""), (302, "http://169.254.169.254/robots.txt"), (302, "/robots.txt"))
"""Status and Location of the other sites' robots.txt."""


class Site:
    """A hostile site on loopback: its feed lists hostile addresses, and redirects to each of them."""

    def __init__(self, hostile: list[str], robots: tuple[int, str]) -> None:
        self.hostile = hostile
        self.robots = robots
        self.asked: list[tuple[str, str]] = []
        self.port = 0

    def answer(self, path: str) -> tuple[int, str, str]:
        """Status, Location and body."""
        number = path.removeprefix("/go/")
        if number.isdecimal():
            return 302, self.hostile[int(number)], ""
        if path == "/sitemap.xml":
            inside = [f"http://127.0.0.1:{self.port}/items.xml", *self.hostile[:40]]
            entries = "".join(f"<sitemap><loc>{escape(one)}</loc></sitemap>" for one in inside[:30])
            return 200, "", f"<sitemapindex>{entries}</sitemapindex>"
        if path in ("/feed.xml", "/items.xml"):
            base = f"http://127.0.0.1:{self.port}"
            links = [*self.hostile, *(f"{base}/go/{number}" for number in range(len(self.hostile)))]
            links.append(f"http://rebind.test:{self.port}/secret")
            if path == "/items.xml":
                items = "".join(f"<url><loc>{escape(link)}</loc></url>" for link in links)
                return 200, "", f"<urlset>{items}</urlset>"
            items = "".join(f"<item><link>{escape(link)}</link></item>" for link in links)
            return 200, "", f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"
        if path == "/robots.txt":
            return (
                *self.robots,
                "User-agent: *\nDisallow:\nSitemap: http://169.254.169.254/sitemap.xml\n",
            )
        return 404, "", ""


@contextmanager
def _served(site: Site) -> Iterator[Site]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.headers.get("Host", ""), self.path))
            status, location, body = site.answer(self.path)
            self.send_response(status)
            if location:
                self.send_header("Location", location.encode("utf-8").decode("latin-1"))
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        site.port = server.server_port
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield site
        server.shutdown()


@pytest.mark.shared
@pytest.mark.parametrize("kind", ["feed", "sitemap"])
def test_no_packet_leaves_for_a_private_address(shared: Path, tmp_path: Path, kind: str) -> None:
    cases = json.loads((shared / "hostile/generated/ssrf_urls.json").read_text(encoding="utf-8"))
    urls = [case["url"] for case in cases]
    urls += [
        "http://rebind.test/",
        "http://metadata.test/latest/meta-data/",
        "https://six.test/",
        "http://127.1:9200/",
    ]
    failing, moved, looping = (Site([], robots) for robots in ROBOTS)
    with _served(failing), _served(moved), _served(looping), _served(Site(urls, (200, ""))) as site:
        ports = [one.port for one in (site, failing, moved, looping)]
        site.hostile += [f"http://127.0.0.1:{port}/article" for port in ports[1:]]
        (tmp_path / "sources.toml").write_text(
            f'[[source]]\nid = "x"\nname = "X"\nhome = "http://127.0.0.1:{site.port}/"\n'
            f'{kind}s = ["http://127.0.0.1:{site.port}/{kind}.xml", "http://127.0.0.1:9200/x", "http://rebind.test/x"]\n'
        )
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.upper().startswith("VEILLE_")
        }
        without = {
            name: value for name, value in kept.items() if not name.lower().endswith("_proxy")
        }
        settings = {
            # A name that is allowed at one port is not allowed at the others.
            "VEILLE_ALLOW_HOSTS": ",".join(
                [*(f"127.0.0.1:{port}" for port in ports), "metadata.test:8081", "rebind.test:8081"]
            ),
            "VEILLE_DATA": str(tmp_path / "data"),
            "VEILLE_SOURCES": str(tmp_path / "sources.toml"),
            "VEILLE_DOWNLOAD_DELAY": "0",
            "VEILLE_WORKERS": "1",
        }
        record = tmp_path / "record"
        reachable = ",".join(map(str, ports))
        command = [
            sys.executable,
            "-m",
            "tests.support.recorded",
            str(record),
            reachable,
            json.dumps(NAMES),
        ]
        crawl = ["crawl", kind, "-a", "source=x"]
        ended = subprocess.run(
            [*command, *crawl],
            cwd=ROOT,
            env=without | settings,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
    assert ended.returncode == 0, ended.stderr
    dialled = {tuple(json.loads(line)) for line in record.read_text().splitlines()}
    # The recorder works: what may be connected to was. A machine without IPv6 does not try the
    # third.
    assert {(PUBLIC, 80), (PUBLIC, 443)} <= dialled
    assert dialled <= {(PUBLIC, 80), (PUBLIC, 443), ("2606:2800:220:1:248:1893:25c8:1946", 443)}
    assert {path for _, path in site.asked} >= {f"/go/{number}" for number in range(len(urls))}
    assert {host for host, _ in site.asked} == {f"127.0.0.1:{site.port}"}
    # RFC 9309: a robots.txt that fails forbids all, so does one that may not be asked; endless
    # redirects allow all.
    assert (
        {path for _, path in failing.asked} == {path for _, path in moved.asked} == {"/robots.txt"}
    )
    assert {path for _, path in looping.asked} == {"/robots.txt", "/article"}


def test_the_guard_names_the_reason() -> None:
    guard = SsrfMiddleware({"127.0.0.1:8001"})
    guard.process_request(Request("http://127.0.0.1:8001/a"))
    guard.process_request(Request("https://example.org/a"))
    with pytest.raises(AddressForbidden, match=r"address: private address 127\.0\.0\.1"):
        guard.process_request(Request("http://127.0.0.1:8002/a"))


def test_only_changes_are_asked_for() -> None:
    request = Request(
        "https://example.org/a", meta={"validators": ('"1"', "Sun, 22 Nov 2026 09:00:00 GMT")}
    )
    ConditionalGetMiddleware().process_request(request)
    assert request.headers["If-None-Match"] == b'"1"'
    assert request.headers["If-Modified-Since"] == b"Sun, 22 Nov 2026 09:00:00 GMT"
    plain = Request("https://example.org/a")
    ConditionalGetMiddleware().process_request(plain)
    assert not plain.headers.keys() & {b"If-None-Match", b"If-Modified-Since"}


async def _closed(context: CrawlContext) -> None:
    context.close()

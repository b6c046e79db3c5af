"""Serves the demo newsroom on loopback, one port for each site, the way small news sites answer."""

from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.demo import calder, echo, nawras, phare
from crawler.demo.edition import HTML, Answer, Edition, Site
from crawler.demo.printed_dates import rfc822

SITES: tuple[Site, ...] = (echo.SITE, calder.SITE, nawras.SITE, phare.SITE)
_KEPT_REQUESTS = 10_000


@dataclass(frozen=True, slots=True)
class Request:
    """One request that a site answered."""

    site: str
    path: str
    status: int
    user_agent: str


@dataclass
class Newsroom:
    """The running sites: `base_urls` by site id (no trailing slash), and the latest `requests`,
    oldest first.
    """

    editions: dict[str, Edition]
    requests: deque[Request] = field(default_factory=lambda: deque(maxlen=_KEPT_REQUESTS))

    @property
    def base_urls(self) -> dict[str, str]:
        return {name: edition.base for name, edition in self.editions.items()}

    @property
    def hosts(self) -> list[str]:
        """host:port of every site, as VEILLE_ALLOW_HOSTS takes them."""
        return [urlsplit(edition.base).netloc for edition in self.editions.values()]

    def article_urls(self, site: str) -> list[str]:
        """The canonical addresses of the site's articles, newest first, those marked noindex left
        out.
        """
        edition = self.editions[site]
        return [
            edition.base + edition.site.path(piece) for piece in edition.pieces if not piece.noindex
        ]

    def edit(self, url: str, old: str, new: str, modified: datetime) -> None:
        """Change the text of one page, as an editor who corrects it would; ValueError where `old`
        is not on it.
        """
        edition, path = self._find(url)
        body = edition.answers[path].body.decode()
        if old not in body:
            raise ValueError(f"{url} does not say {old!r}")
        edition.answers[path] = replace(
            edition.answers[path], body=body.replace(old, new).encode(), modified=modified
        )

    def withdraw(self, url: str) -> None:
        """Take one page off its site: it answers 410 from now on."""
        edition, path = self._find(url)
        edition.answers[path] = replace(
            edition.answers[path], body=b"<p>Gone</p>", content_type=HTML, status=410
        )

    def _find(self, url: str) -> tuple[Edition, str]:
        for edition in self.editions.values():
            path = url.removeprefix(edition.base)
            if path in edition.answers:
                return edition, path
        raise ValueError(f"no page of the newsroom is at {url}")


@contextmanager
def serve(now: datetime, first_port: int = 0) -> Iterator[Newsroom]:
    """Serve every site on 127.0.0.1 until the block ends; dates on the pages count back from `now`
    (aware).

    The sites take `first_port` and the ports after it, or any free ones where it is 0. OSError
    where one is in use.
    """
    newsroom = Newsroom({})
    with ExitStack() as running:
        for position, site in enumerate(SITES):
            port = first_port + position if first_port else 0
            server = running.enter_context(
                ThreadingHTTPServer(("127.0.0.1", port), _answering(newsroom, site.id))
            )
            base = f"http://127.0.0.1:{server.server_port}"
            newsroom.editions[site.id] = Edition(site, base, now.replace(microsecond=0))
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
            running.callback(server.shutdown)
        yield newsroom


class _SiteHandler(BaseHTTPRequestHandler):
    """Answers as one site of a newsroom; `_answering` makes the class of each site."""

    newsroom: Newsroom
    site: str
    protocol_version = "HTTP/1.1"
    server_version = "Newsroom"
    sys_version = ""
    timeout = 30
    # Head and body leave in one packet: two would wait 40 ms for the client's delayed
    # acknowledgement.
    wbufsize = -1

    def do_GET(self) -> None:
        edition = self.newsroom.editions[self.site]
        answer = edition.answers.get(_without_campaign(self.path))
        if answer is None:
            body = b"<!doctype html><title>404</title><p>404</p>"
            answer = Answer(body, HTML, edition.now, 404)
        status = answer.status
        if status == 200 and self._is_known(answer):
            status = 304
        user_agent = self.headers.get("User-Agent", "")
        self.newsroom.requests.append(Request(self.site, self.path, status, user_agent))
        self._send(answer, status)

    do_HEAD = do_GET

    def _is_known(self, answer: Answer) -> bool:
        """Whether the client has this answer already, by the validators that it sends."""
        etags = self.headers.get("If-None-Match")
        if etags:
            return answer.etag in (etag.strip().removeprefix("W/") for etag in etags.split(","))
        try:
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
        except ValueError:
            return False
        return answer.modified.replace(microsecond=0) <= since

    def _send(self, answer: Answer, status: int) -> None:
        self.send_response(HTTPStatus(status))
        if answer.status == 200:
            self.send_header("ETag", answer.etag)
            self.send_header("Last-Modified", rfc822(answer.modified))
        if status != 304:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if status != 304 and self.command == "GET":
            self.wfile.write(answer.body)

    def log_message(self, _format: str, *_args: object) -> None:
        """Nothing: `Newsroom.requests` is the log."""


def _answering(newsroom: Newsroom, site: str) -> type[BaseHTTPRequestHandler]:
    """The class that http.server makes an object of for each connection to a site."""
    return type("SiteHandler", (_SiteHandler,), {"newsroom": newsroom, "site": site})


def _without_campaign(target: str) -> str:
    parts = urlsplit(target)
    parameters = parse_qsl(parts.query)
    query = urlencode([(name, value) for name, value in parameters if not name.startswith("utm_")])
    return f"{parts.path}?{query}" if query else parts.path

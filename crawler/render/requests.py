"""What a page in the browser may ask for, and how an answer is handed to it. Pure."""

import base64
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from crawler.tables import read_table
from crawler.urls import site, site_host

Verdict = Literal["ask", "blank", "allow", "refuse"]
"""Ask the site; give an empty answer, as to a style sheet that nobody looks at; let the page ask
another host, as a preflight wants; or nothing at all.
"""
_ASKED = frozenset(("Document", "Script", "XHR", "Fetch", "Other"))
"""Types of requests (DevTools: Network.ResourceType) that may bring text."""
_NOT_SENT = frozenset(
    (
        "accept-encoding",
        "connection",
        "cookie",
        "host",
        "referer",
        "upgrade-insecure-requests",
        "user-agent",
    )
)
_NOT_PASSED_ON = frozenset(
    (
        "alt-svc",
        "clear-site-data",
        "connection",
        "content-disposition",
        "content-encoding",
        "content-length",
        "content-security-policy",
        "keep-alive",
        "link",
        "nel",
        "report-to",
        "reporting-endpoints",
        "set-cookie",
        "transfer-encoding",
    )
)
"""Headers of an answer that are about its transport, or would make the browser ask for more."""


@dataclass(frozen=True, slots=True)
class BrowserRequest:
    """What the browser asks for. `kind` is its type in DevTools; `is_page` says that the answer
    becomes the page itself, `is_own` that it is asked of the page's own site.
    """

    url: str
    method: str
    kind: str
    headers: Mapping[str, str]
    is_page: bool
    is_own: bool = False

    @property
    def sent_headers(self) -> dict[str, str]:
        """The headers that are sent on: no cookie, and no name but Veille's own."""
        return {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in _NOT_SENT and not name.lower().startswith("sec-")
        }


@dataclass(frozen=True, slots=True)
class BrowserAnswer:
    """An answer to a request of the browser; redirects are answers, too."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The first value of a header, by its name in small letters; empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")


_PRINTABLE = string.digits + string.ascii_letters + string.punctuation + " "

BLANK = BrowserAnswer(200, (("Content-Type", "text/css"),), b"")
NOTHING = BrowserAnswer(204, (), b"")
"""Leaves a document as it is that would go on to another one (HTTP, 204 No Content)."""


def judge(request: BrowserRequest) -> Verdict:
    """What becomes of a request, before any address is looked at."""
    if request.method == "OPTIONS":
        return "allow"
    if request.method != "GET" or not request.url.startswith(("http://", "https://")):
        return "refuse"
    if request.kind == "Stylesheet":
        return "blank"
    if request.kind not in _ASKED or (request.kind == "Document" and not request.is_page):
        return "refuse"
    return "refuse" if _is_needless(request) else "ask"


def _is_needless(request: BrowserRequest) -> bool:
    """An icon, a stream without end, a service worker, or who counts readers."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    accepted = headers.get("accept", "")
    if accepted.startswith("image/") or "text/event-stream" in accepted:
        return True
    if headers.get("service-worker"):
        return True
    return not request.is_own and site(site_host(request.url)) in _trackers()


@cache
def _trackers() -> frozenset[str]:
    return frozenset(read_table(Path(__file__).with_name("trackers.toml"))["sites"])


def fulfilment(answer: BrowserAnswer, request: BrowserRequest) -> dict[str, Any]:
    """An answer as DevTools takes it (Fetch.fulfillRequest).

    Any page may read any answer: there is no login and no cookie in this browser, so that no answer
    holds more than what the site tells everybody.
    """
    headers = [
        {"name": name, "value": _in_ascii(value)}
        for name, value in answer.headers
        if _is_passed_on(name)
    ]
    headers += [{"name": name, "value": value} for name, value in _sharing(request.headers)]
    return {
        "responseCode": answer.status,
        "responseHeaders": headers,
        "body": base64.b64encode(answer.body).decode("ascii"),
    }


def preflight(request: BrowserRequest) -> dict[str, Any]:
    """The answer to a page that may ask another host what it wants to."""
    return fulfilment(NOTHING, request)


def _in_ascii(value: str) -> str:
    """A value with what is no ASCII as an address writes it, where it may be a Location."""
    return value if value.isascii() else quote(value.encode("latin-1", "replace"), _PRINTABLE)


def _is_passed_on(name: str) -> bool:
    lower = name.lower()
    return lower not in _NOT_PASSED_ON and not lower.startswith("access-control-")


def _sharing(headers: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """The headers by which a page of another origin may read an answer (Fetch standard, 3.3)."""
    asked = {name.lower(): value for name, value in headers.items()}
    origin = asked.get("origin")
    yield "Access-Control-Allow-Origin", origin or "*"
    if origin:
        yield "Access-Control-Allow-Credentials", "true"
    wanted = asked.get("access-control-request-headers")
    if wanted:
        yield "Access-Control-Allow-Headers", wanted
        yield "Access-Control-Allow-Methods", "GET"

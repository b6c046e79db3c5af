"""What sites are asked and what they answer. Values only."""

from dataclasses import dataclass, field
from datetime import datetime

_HTML = {"Content-Type": "text/html; charset=utf-8"}
_XML = {"Content-Type": "application/xml; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Request:
    """What a site is asked for; `path` has the query with it, names of headers are in lower case."""

    host: str
    path: str
    now: datetime
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site answers."""

    status: int
    headers: dict[str, str]
    body: str | bytes = ""


def html(body: str, status: int = 200) -> Answer:
    """A page."""
    return Answer(status, _HTML, body)


def xml(body: str) -> Answer:
    """A feed or a sitemap."""
    return Answer(200, _XML, body)


def redirect(url: str, status: int = 302, **headers: str) -> Answer:
    """The way to another address."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {"Location": url, **named})

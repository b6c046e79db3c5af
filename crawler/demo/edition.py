"""What a site of the demo newsroom publishes: every answer it can give, made once and held in
memory.
"""

import gzip
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from crawler.demo import printed_dates
from crawler.demo.article_files import DemoArticle, load

HTML = "text/html; charset=utf-8"
XML = "application/xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
GZIP = "application/gzip"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site answers at one address. `modified` is aware."""

    body: bytes
    content_type: str
    modified: datetime
    status: int = 200

    @property
    def etag(self) -> str:
        return f'"{sha256(self.body).hexdigest()[:16]}"'


@dataclass(frozen=True)
class Site:
    """One outlet. `sections` maps slugs to printed labels; `path` says where an article stands."""

    id: str
    name: str
    language: str
    country: str
    sections: dict[str, str]
    path: Callable[[DemoArticle], str]
    publish: Callable[["Edition"], None]


@dataclass
class Edition:
    """A site as it is at `now`, at `base` (no trailing slash): `answers` by path and query."""

    site: Site
    base: str
    now: datetime
    pieces: list[DemoArticle] = field(init=False)
    answers: dict[str, Answer] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.pieces = load(self.site.id, self.now)
        self._templates = Environment(
            loader=PackageLoader("crawler.demo", f"templates/{self.site.id}"),
            autoescape=select_autoescape(("html", "xml")),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            site=self.site,
            base=self.base,
            now=self.now,
            path=self.site.path,
            printed=printed_dates,
            newest=self.pieces[:5],
        )
        self.site.publish(self)

    @property
    def changed(self) -> datetime:
        """When anything on the site last changed."""
        return max(piece.modified for piece in self.pieces)

    def listed_in(self, section: str) -> list[DemoArticle]:
        return [piece for piece in self.pieces if section in piece.sections and not piece.noindex]

    def add(self, path: str, template: str, content_type: str = HTML, **values: Any) -> None:
        """Answer `path` with the template; it was modified when its `piece` was, else with the
        newest piece.
        """
        body = self._templates.get_template(template).render(values).encode()
        if content_type == GZIP:
            body = gzip.compress(body, mtime=0)
        piece = values.get("piece")
        self.answers[path] = Answer(body, content_type, piece.modified if piece else self.changed)


def paged(
    pieces: Sequence[DemoArticle], size: int
) -> Iterator[tuple[int, Sequence[DemoArticle], bool]]:
    """Pages of a list: (number from 1, its pieces, whether another follows)."""
    for start in range(0, max(len(pieces), 1), size):
        yield start // size + 1, pieces[start : start + size], start + size < len(pieces)

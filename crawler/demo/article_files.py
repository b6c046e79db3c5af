"""The articles of the demo newsroom as its authors wrote them: a TOML head between `+++` lines,
then paragraphs.

A paragraph may begin with a mark: `## ` a heading, `> ` a quotation, `-> ` a "read also" line.
`age` in the head says how long before `now` the article came out (`90m`, `3h`, `12d`); `edited` how
long before `now` it was last changed.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal

BlockKind = Literal["paragraph", "heading", "quote", "read_also"]

_MARKS: dict[str, BlockKind] = {"## ": "heading", "> ": "quote", "-> ": "read_also"}
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a piece."""

    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """One article of the newsroom, before a site prints it. `published` and `modified` are aware,
    in `now`'s zone.

    `section` and `also` are slugs of the site's sections; `credit` is the agency printed beside the
    text; `printed` is how much of the date the page shows, where it is less than the day.
    """

    number: int
    slug: str
    title: str
    lead: str
    section: str
    published: datetime
    modified: datetime
    blocks: tuple[Paragraph, ...]
    also: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    credit: str | None = None
    printed: Literal["month", "year"] | None = None
    paywalled: bool = False
    noindex: bool = False

    @property
    def sections(self) -> tuple[str, ...]:
        """Every section that lists the piece, its own first."""
        return (self.section, *self.also)


def load(site: str, now: datetime) -> list[DemoArticle]:
    """All pieces of a site, newest first."""
    folder = files("crawler.demo") / "articles" / site
    pieces = [_piece(file, now) for file in folder.iterdir() if file.name.endswith(".md")]
    return sorted(pieces, key=lambda piece: (piece.published, piece.number), reverse=True)


def _piece(file: Traversable, now: datetime) -> DemoArticle:
    _, head, body = file.read_text(encoding="utf-8").split("+++\n", 2)
    fields: dict[str, Any] = tomllib.loads(head)
    published = now - _duration(fields.pop("age"))
    edited = fields.pop("edited", None)
    modified = now - _duration(edited) if edited else published
    number, slug = file.name.removesuffix(".md").split("-", 1)
    for name, value in fields.items():
        if isinstance(value, list):
            fields[name] = tuple(value)
    return DemoArticle(
        number=int(number),
        slug=slug,
        published=published,
        modified=modified,
        blocks=tuple(_block(text) for text in body.strip().split("\n\n")),
        **fields,
    )


def _duration(age: str) -> timedelta:
    return timedelta(**{_UNITS[age[-1]]: int(age[:-1])})


def _block(text: str) -> Paragraph:
    line = " ".join(text.split())
    for mark, kind in _MARKS.items():
        if line.startswith(mark):
            return Paragraph(kind, line.removeprefix(mark))
    return Paragraph("paragraph", line)

"""What is fetched and what is published: the values that travel along the line.

A door module: no I/O, no Scrapy, importable from everywhere.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypedDict

Precision = Literal["second", "minute", "hour", "day", "week", "month", "year"]
TextOrigin = Literal["page", "embedded", "feed"]
"""Where a text stands: in the markup of its page, in data that the page embeds, in the feed that
listed it.
"""

MOMENTS = (
    "published",
    "published_earliest",
    "published_latest",
    "modified",
    "first_seen",
    "indexed_at",
    "added",
    "gone",
)


class Credit(TypedDict):
    """An agency that an article credits or cites, with the words of the page that show it."""

    name: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Selectors:
    """CSS selectors of a source whose pages need help: where title, text, date and authors stand,
    and what to remove.

    What a selector does not find is extracted as without it.
    """

    title: str | None = None
    text: str | None = None
    date: str | None = None
    authors: str | None = None
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known of a page before it is read: from the entry point that listed it, and from its
    source.

    `title`, `published`, `authors`, `tags` come from a feed item or a news sitemap, `text` (markup)
    from a feed that carries full texts, `link` holds the words of the link that led to the page;
    `language` (ISO 639-1), `country` (ISO 3166), `topic`, `home` (an address), `hosts` (the
    source's host names where it has several) and `selectors` come from sources.toml; `boilerplate`
    holds the folded lines that come back on page after page; `signals` the lines of the site's
    robots.txt on what its pages may be used for, `tdmrep` its file of text-and-data-mining
    reservations.
    """

    title: str | None = None
    published: datetime | None = None
    published_origin: Literal["feed", "sitemap"] | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    text: str | None = field(default=None, repr=False)
    language: str | None = None
    country: str | None = None
    topic: str | None = None
    boilerplate: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    selectors: Selectors | None = None
    signals: str = ""
    tdmrep: str = ""
    link: str | None = None
    home: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a site: bytes as received, never decoded before extraction; `fetched_at` is
    aware. `parts` are the further pages of its article, in their order.
    """

    url: str
    body: bytes
    headers: Mapping[str, str]
    fetched_at: datetime
    section: str | None = None
    hints: Hints = Hints()
    parts: "tuple[Page, ...]" = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One published page. An unknown value is None or empty, never guessed.

    Dates are aware; `published` keeps the printed offset where there is one, and lies within
    `published_earliest` … `published_latest`, both inclusive and as wide as `published_precision`.
    """

    url: str
    title: str
    text: str
    id: str = ""
    canonical_url: str = ""
    source: str | None = None
    source_name: str | None = None
    country: str | None = None
    collections: Sequence[str] = ()
    language: str | None = None
    lead: str | None = None
    authors: Sequence[str] = ()
    section: str | None = None
    topics: Sequence[str] = ()
    places: Sequence[str] = ()
    published: datetime | None = None
    published_precision: Precision | None = None
    published_origin: str | None = None
    published_earliest: datetime | None = None
    published_latest: datetime | None = None
    modified: datetime | None = None
    first_seen: datetime | None = None
    indexed_at: datetime | None = None
    image: str | None = None
    agencies: Sequence[Credit] = ()
    attributions: Sequence[Credit] = ()
    story: str | None = None
    copy_of: str | None = None
    revision: int = 1
    words: int = 0
    paywalled: bool = False
    tdm_reserved: bool = False
    tags: Sequence[str] = field(default=(), repr=False)
    text_origin: TextOrigin | None = None
    gone: datetime | None = None
    added: datetime | None = None

    def to_dict(self) -> dict[str, Any]:
        """The article as JSON values: dates in ISO 8601, lists for sequences, every field
        present.
        """
        return {f.name: _plain(getattr(self, f.name)) for f in dataclasses.fields(self)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Article":
        """The inverse of `to_dict`; unknown keys are an error."""
        dates = {name: datetime.fromisoformat(values[name]) for name in MOMENTS if values.get(name)}
        return cls(**{**values, **dates})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value

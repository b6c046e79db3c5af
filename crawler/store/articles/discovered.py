"""What entry points list: pages that are to be fetched, and how they are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from crawler.article import Hints
from crawler.store.articles.takedowns import forgotten_among
from crawler.store.dialect import prepared
from crawler.store.tables import pages

_OF_HINTS = frozenset(Hints.__dataclass_fields__)
_ROWS = 1_000
"""Pages that are added at a time, since a sitemap may list fifty thousand."""


@dataclass(frozen=True, slots=True)
class DiscoveredPage:
    """A link of an entry point: where a page is, and what the entry point says of it; `modified` is
    when it was last changed, and `mark` another one where the entry point has other words for it;
    `guid` is the name that a feed gives it.
    """

    key: str
    url: str
    section: str | None = None
    hints: Hints = field(default_factory=Hints)
    modified: datetime | None = None
    mark: str | None = None
    guid: str | None = None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page to fetch now, with what makes the request a conditional GET; `first` says that it was
    never fetched before, `held` that it had an article at the last visit, `visited_at` when that
    was,
    `article` the id of the one that it has or had.
    """

    key: str
    url: str
    section: str | None
    hints: Hints
    etag: str | None
    last_modified: str | None
    tries: int
    first: bool
    held: bool = False
    visited_at: datetime | None = None
    article: str | None = None


def keep_found(
    connection: Connection,
    source: str,
    links: Sequence[DiscoveredPage],
    now: datetime,
    silent_before: datetime | None = None,
) -> int:
    """Add the links that are not known yet; returns how many were new. What they published before
    `silent_before` is old news.
    """
    named = {link.key: link for link in links}
    for key in forgotten_among(connection, list(named)):
        del named[key]
    # In the order of their keys, so that two sources that list the same pages wait for each other
    # and not in a circle.
    keys = sorted(named)
    fresh = {
        "source": source,
        "state": "found",
        "found_at": now,
        "tries": 0,
        "silent_before": silent_before,
    }
    new = 0
    for start in range(0, len(keys), _ROWS):
        rows = [found_row(named[key]) | fresh for key in keys[start : start + _ROWS]]
        new += len(connection.execute(_found(connection), rows).all())
    return new


TARGET = [
    pages.c[name]
    for name in (
        "key",
        "url",
        "section",
        "hints",
        "etag",
        "last_modified",
        "tries",
        "state",
        "visited_at",
        "article",
    )
]
"""What `target_of` needs of a page."""


def target_of(row: Any) -> PageRequest:
    """The target that a row of the pages is."""
    return PageRequest(
        row.key,
        row.url,
        row.section,
        _hints(row.hints),
        row.etag,
        row.last_modified,
        row.tries,
        first=row.state == "found",
        held=row.state == "article",
        visited_at=row.visited_at,
        article=row.article,
    )


def _hints(stored: Any) -> Hints:
    """Hints as `hints_row` wrote them; what is damaged of them is left out."""
    if not isinstance(stored, dict):
        return Hints()
    hints = {name: value for name, value in stored.items() if name in _OF_HINTS}
    try:
        if "published" in hints:
            hints["published"] = datetime.fromisoformat(hints["published"])
        for name in ("authors", "tags"):
            if name in hints:
                hints[name] = tuple(hints[name])
    except (ValueError, TypeError):
        return Hints()
    return Hints(**hints)


@prepared
def _found(insert: Any) -> Any:
    return insert(pages).on_conflict_do_nothing().returning(pages.c.key)


def found_row(link: DiscoveredPage) -> dict[str, Any]:
    """What an entry point says of a page, as values of the table of pages."""
    return {
        "key": link.key,
        "url": link.url,
        "section": link.section,
        "hints": hints_row(link.hints),
        "told_at": link.modified,
        "mark": link.mark,
        "guid": link.guid,
    }


def hints_row(hints: Hints) -> dict[str, Any] | None:
    """What is known of a page before it is read, as the table of pages keeps it."""
    row = {
        "title": hints.title,
        "published": hints.published.isoformat() if hints.published else None,
        "published_origin": hints.published_origin,
        "authors": list(hints.authors),
        "tags": list(hints.tags),
        "text": hints.text,
        "topic": hints.topic,
        "link": hints.link,
    }
    return {name: value for name, value in row.items() if value} or None

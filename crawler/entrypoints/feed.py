"""RSS and Atom, by feedparser, and JSON Feed (jsonfeed.org, versions 1 and 1.1)."""

import calendar
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

import feedparser
import orjson

from crawler.article import Hints, Page
from crawler.entrypoints.feed_text import FeedTexts, mark_of
from crawler.entrypoints.listing import Item, Listing, Unreadable, in_time
from crawler.urls import absolute

MOST = 1000
"""Items of one feed that are read."""
MOST_AUTHORS = 10
MOST_TAGS = 20
_MOST_CONTENTS = 5
_MOST_TEXT = 2_000_000
"""Characters of full texts that are kept of one feed."""
_LONGEST = 500
"""Characters of a title, a name or a tag that are kept."""
_ELEMENT = re.compile(
    rb"<(?:[\w.-]{1,30}:)?(?:rss|rdf|feed|channel|item|entry)[\s>]", re.IGNORECASE
)
"""One of the elements that make a feed: feedparser takes seconds to find none of them in a long
page.
"""


def read(page: Page) -> Listing:
    """The items of a feed; raises `Unreadable` where the answer is no feed."""
    if page.body.lstrip()[:1] == b"{":
        return Listing(_with_own_guids(_json_items(page.body, page.url)))
    # Without the zeros, so that it is found in UTF-16 too.
    if not _ELEMENT.search(page.body.replace(b"\0", b"")):
        raise Unreadable("no feed: neither RSS nor Atom nor JSON Feed")
    headers = {"content-location": page.url}
    for name, value in page.headers.items():
        if name.lower() == "content-type":
            headers["content-type"] = value
    # A stream, because feedparser takes bytes for the name of a file to open.
    feed = feedparser.parse(io.BytesIO(page.body), response_headers=headers, sanitize_html=False)
    version = feed.get("version")
    if not version and not feed.entries:
        raise Unreadable("no feed: neither RSS nor Atom nor JSON Feed")
    rss = str(version).startswith("rss")
    texts = FeedTexts(_MOST_TEXT)
    items = (_item(entry, page.url, rss, texts) for entry in feed.entries[:MOST])
    return Listing(_with_own_guids(filter(None, items)))


def _with_own_guids(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items without the guids that several of them have: such a one names none of them."""
    listed = tuple(items)
    counts = Counter(item.guid for item in listed)
    own: list[Item] = []
    for item in listed:
        shared = counts[item.guid] > 1
        own.append(replace(item, guid=None) if shared else item)
    return tuple(own)


def _item(entry: Any, url: str, rss: bool, texts: FeedTexts) -> Item | None:
    address = _address(url, _link(entry))
    if address is None:
        return None
    published = _moment(entry.get("published_parsed"))
    updated = None
    if "updated_parsed" in entry:
        updated = _moment(entry["updated_parsed"])
    if rss and published is None:
        published = updated  # feedparser's name for dc:date; RSS itself has no date of a change
    authors = _words(entry.get("authors", [])[:MOST_AUTHORS], "name")
    tags = _words(entry.get("tags", [])[:MOST_TAGS], "term")
    hints = _hints(entry.get("title"), published, authors, tags)
    contents = [content.get("value") for content in entry.get("content", [])[:_MOST_CONTENTS]]
    hints = replace(hints, text=texts.of([*contents, entry.get("summary")]))
    mark = mark_of([hints.title, entry.get("summary"), *contents])
    return Item(address, hints.title, hints, updated or published, mark, _guid(entry))


def _guid(entry: Mapping[str, Any]) -> str | None:
    """The name that a feed gives an item, whatever its address."""
    return str(entry.get("id") or "")[:_LONGEST] or None


def _link(entry: Any) -> str:
    """The address of an entry; an RSS item without a link may have it as its `guid`."""
    link = str(entry.get("link") or "")
    identifier = str(entry.get("id", ""))
    if not link and identifier.startswith("http"):
        return identifier
    return link


def _json_items(body: bytes, url: str) -> tuple[Item, ...]:
    try:
        feed = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"no feed: broken JSON ({error})") from error
    if "jsonfeed.org" not in str(feed.get("version")) or not isinstance(feed.get("items"), list):
        raise Unreadable("no feed: JSON, but no JSON Feed")
    texts = FeedTexts(_MOST_TEXT)
    entries = [entry for entry in feed["items"][:MOST] if isinstance(entry, dict)]
    items = (_json_item(entry, url, texts) for entry in entries)
    return tuple(filter(None, items))


def _json_item(entry: dict[str, Any], url: str, texts: FeedTexts) -> Item | None:
    address = _address(url, str(entry.get("url") or ""))
    if address is None:
        return None
    # Version 1 of the format has one author, version 1.1 a list.
    people = _list(entry.get("authors")) or [entry.get("author")]
    named = [person for person in people[:MOST_AUTHORS] if isinstance(person, dict)]
    authors = _words(named, "name")
    tags = tuple(str(tag)[:_LONGEST] for tag in _list(entry.get("tags"))[:MOST_TAGS])
    published = _iso(entry.get("date_published"))
    updated = _iso(entry.get("date_modified"))
    hints = _hints(entry.get("title"), published, authors, tags)
    content = entry.get("content_html") or entry.get("content_text")
    hints = replace(hints, text=texts.of([content]))
    mark = mark_of([hints.title, entry.get("summary"), content])
    return Item(address, hints.title, hints, updated or published, mark, _guid(entry))


def _address(url: str, link: str) -> str | None:
    return absolute(url, link) if link else None


def _words(rows: Sequence[Any], name: str) -> tuple[str, ...]:
    """What these rows have under a name, bounded; rows without it are left out."""
    return tuple(str(row[name])[:_LONGEST] for row in rows if row.get(name))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _hints(
    title: Any, published: datetime | None, authors: tuple[str, ...], tags: tuple[str, ...]
) -> Hints:
    words = str(title)[:_LONGEST] if title else None
    origin: Literal["feed"] | None = "feed" if published else None
    return Hints(
        title=words, published=published, published_origin=origin, authors=authors, tags=tags
    )


def _moment(parsed: Any) -> datetime | None:
    """A time as feedparser reads it: the parts of UTC."""
    if not parsed:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _iso(value: Any) -> datetime | None:
    if not value:
        return None
    try:
        return in_time(datetime.fromisoformat(str(value)))
    except ValueError:
        return None

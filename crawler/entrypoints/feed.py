"""RSS and Atom, by feedparser, and JSON Feed (jsonfeed.org, versions 1 and 1.1)."""

import calendar
import io
import re
from datetime import UTC, datetime
from typing import Any, Literal

import feedparser
import orjson

from crawler.article import Hints, Page
from crawler.entrypoints.listing import Item, Listing, Unreadable, in_time
from crawler.urls import absolute

MOST = 1000
_LONGEST = 500
_ELEMENT = re.compile(
    rb"<(?:[\w.-]{1,30}:)?(?:rss|rdf|feed|channel|item|entry)[\s>]", re.IGNORECASE
)
"""One of the elements that make a feed: feedparser takes seconds to find none of them in a long
page.
"""


def read(page: Page) -> Listing:
    """The items of a feed; raises `Unreadable` where the answer is no feed."""
    url = page.url
    if page.body.lstrip()[:1] == b"{":
        return Listing(_json_items(page.body, url))
    # Without the zeros, so that it is found in UTF-16 too.
    if not _ELEMENT.search(page.body.replace(b"\0", b"")):
        raise Unreadable("no feed: neither RSS nor Atom nor JSON Feed")
    answer = {
        name.lower(): value
        for name, value in page.headers.items()
        if name.lower() == "content-type"
    }
    # A stream, because feedparser takes bytes for the name of a file to open.
    feed = feedparser.parse(
        io.BytesIO(page.body),
        response_headers={**answer, "content-location": url},
        sanitize_html=False,
    )
    if not feed.get("version") and not feed.entries:
        raise Unreadable("no feed: neither RSS nor Atom nor JSON Feed")
    rss = str(feed.get("version")).startswith("rss")
    items = (_item(entry, url, rss) for entry in feed.entries[:MOST])
    return Listing(tuple(item for item in items if item))


def _item(entry: Any, url: str, rss: bool) -> Item | None:
    link = entry.get("link") or (
        entry.get("id") if str(entry.get("id", "")).startswith("http") else None
    )
    address = absolute(url, str(link)) if link else None
    if address is None:
        return None
    published = _moment(entry.get("published_parsed"))
    updated = _moment(entry["updated_parsed"]) if "updated_parsed" in entry else None
    if rss and published is None:
        published = updated  # feedparser's name for dc:date; RSS itself has no date of a change
    authors = tuple(
        str(one["name"])[:_LONGEST] for one in entry.get("authors", [])[:10] if one.get("name")
    )
    tags = tuple(
        str(one["term"])[:_LONGEST] for one in entry.get("tags", [])[:20] if one.get("term")
    )
    hints = _hints(entry.get("title"), published, authors, tags)
    return Item(address, hints.title, hints, updated or published)


def _json_items(body: bytes, url: str) -> tuple[Item, ...]:
    try:
        feed = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"no feed: broken JSON ({error})") from error
    if "jsonfeed.org" not in str(feed.get("version")) or not isinstance(feed.get("items"), list):
        raise Unreadable("no feed: JSON, but no JSON Feed")
    found = []
    for entry in feed["items"][:MOST]:
        address = (
            absolute(url, str(entry["url"]))
            if isinstance(entry, dict) and entry.get("url")
            else None
        )
        if address:
            people = _list(entry.get("authors")) or [entry.get("author")]
            names = tuple(
                str(one["name"])[:_LONGEST]
                for one in people[:10]
                if isinstance(one, dict) and one.get("name")
            )
            tags = tuple(str(tag)[:_LONGEST] for tag in _list(entry.get("tags"))[:20])
            published, updated = _iso(entry.get("date_published")), _iso(entry.get("date_modified"))
            hints = _hints(entry.get("title"), published, names, tags)
            found.append(Item(address, hints.title, hints, updated or published))
    return tuple(found)


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
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def _iso(value: Any) -> datetime | None:
    try:
        return in_time(datetime.fromisoformat(str(value))) if value else None
    except ValueError:
        return None

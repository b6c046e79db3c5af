"""Sitemaps (sitemaps.org): XML with `news:` fields, indexes, RSS, Atom and lists of addresses, also
packed by gzip. They are read piece by piece, so that one of 50 MB takes no more memory than its
addresses.
"""

import gzip
import html
import io
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import chain, islice
from typing import Literal

from crawler.article import Hints, Page
from crawler.entrypoints.listing import Item, ListedEntryPoint, Listing, Unreadable, in_time
from crawler.entrypoints.xml_stream import Entry, EntryStream
from crawler.extract.dates import parse_date
from crawler.urls import absolute, may_be_page, same_site

LARGEST = 50 * 1024 * 1024
"""Bytes of an unpacked sitemap that are read (sitemaps.org)."""
MOST = 50_000
"""Addresses of one sitemap, or parts of one index (sitemaps.org)."""
MOST_TAGS = 20
_LONGEST_TITLE = 500
_PIECE = 64 * 1024
"""Bytes that are read at a time."""
_LONGEST_LINE = 4_000
"""Bytes of one line: no address has more, and hostile answers have no line's end."""
_XML = (b"<", b"\xff\xfe", b"\xfe\xff")
"""How XML begins; the latter two begin UTF-16."""


def read(page: Page) -> Listing:
    """The pages of a sitemap, or the sub-sitemaps of an index; raises `Unreadable` where the answer
    is no sitemap.

    A sitemap may lie on another host than the pages that it lists, if robots.txt or the sources
    file names it (sitemaps.org, "cross submits"): then its pages are those of the source's site.
    """
    pieces = _begun(_unpacked(page.body))
    beginning = next(pieces, b"")
    pieces = chain([beginning], pieces)
    if not beginning.startswith(_XML):
        return _read_lines(pieces, page)
    stream = EntryStream()
    entries = islice(stream.read(pieces), MOST)
    first = list(islice(entries, 1))  # with which the root is known
    if stream.root == "sitemapindex":
        return Listing(more=_parts(chain(first, entries), page))
    return Listing(_items(chain(first, entries), page))


def _parts(entries: Iterable[Entry], page: Page) -> tuple[ListedEntryPoint, ...]:
    """The sub-sitemaps of an index, in its order: on its own site, or on the source's."""
    parts: dict[str, ListedEntryPoint] = {}
    for entry in entries:
        address = absolute(page.url, entry["address"])
        if address and _is_on(address, page.url, _home(page), page=page):
            part = ListedEntryPoint(address, "sitemap", _moment(entry.get("modified")))
            parts.setdefault(address, part)
    return tuple(parts.values())


def _read_lines(pieces: Iterable[bytes], page: Page) -> Listing:
    addresses = list(islice(_lines(pieces), MOST))
    if not addresses:
        raise Unreadable("no sitemap: neither XML nor a list of addresses")
    return Listing(_items(({"address": address} for address in addresses), page))


def _items(entries: Iterable[Entry], page: Page) -> tuple[Item, ...]:
    items = tuple(filter(None, (_item(entry, page) for entry in entries)))
    if _is_on(page.url, _home(page), page=page):
        return items
    # A host that keeps sitemaps for many, or a paper's second site: what is on the first one says.
    own = tuple(item for item in items if _is_on(item.url, _home(page), page=page))
    return own or items


def _home(page: Page) -> str:
    """An address of the site whose pages a sitemap is to list."""
    return page.hints.home or page.url


def _is_on(address: str, *sites: str, page: Page) -> bool:
    return any(same_site(address, site, page.hints.hosts) for site in sites)


def _item(entry: Entry, page: Page) -> Item | None:
    address = absolute(page.url, entry["address"])
    if address is None or not may_be_page(address):
        return None
    if not _is_on(address, page.url, _home(page), page=page):
        return None
    modified = _moment(entry.get("modified"))
    published = _published(entry, page.fetched_at)
    title = html.unescape(entry.get("title", ""))[:_LONGEST_TITLE]
    if not title or not published:
        return Item(address, modified=modified or published)
    origin: Literal["sitemap"] = "sitemap"
    words = (word.strip() for word in entry.get("keywords", "").split(","))
    tags = tuple(filter(None, words))[:MOST_TAGS]
    hints = Hints(title=title, published=published, published_origin=origin, tags=tags)
    return Item(address, title, hints, modified or published)


def _published(entry: Entry, now: datetime) -> datetime | None:
    printed = entry.get("published")
    if not printed:
        return None
    return _moment(printed) or _read_out(printed, now)


def _moment(printed: str | None) -> datetime | None:
    """The time as sitemaps.org asks for it (W3C), or as RSS does (RFC 822)."""
    if not printed:
        return None
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return in_time(parse(printed))
        except (ValueError, IndexError):
            continue
    return None


def _read_out(printed: str, now: datetime) -> datetime | None:
    claim = parse_date(printed, None, now)
    return in_time(claim.value) if claim else None


def _lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """The lines that are addresses."""
    rest = b""
    for piece in chain(pieces, [b"\n"]):
        *lines, rest = (rest[:_LONGEST_LINE] + piece).split(b"\n")
        for line in lines:
            address = line.decode("utf-8", "replace").strip()
            if address.startswith(("http://", "https://")):
                yield address


def _begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces without what may stand before the first sign."""
    for piece in pieces:
        if begun := piece.removeprefix(b"\xef\xbb\xbf").lstrip():
            yield begun
            break
    yield from pieces


def _unpacked(body: bytes) -> Iterator[bytes]:
    if not body.startswith(b"\x1f\x8b"):
        yield from (body[at : at + _PIECE] for at in range(0, len(body), _PIECE))
        return
    size = 0
    try:
        with gzip.open(io.BytesIO(body)) as file:
            while size < LARGEST and (piece := file.read1(_PIECE)):
                yield piece
                size += len(piece)
    except (OSError, EOFError, zlib.error) as error:
        # A truncated archive gives what came before the cut.
        if not size:
            raise Unreadable(f"no sitemap: broken gzip ({error})") from error

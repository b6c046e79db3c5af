"""Sitemaps (sitemaps.org): XML with `news:` fields, indexes, RSS, Atom and lists of addresses, also
packed by gzip. They are read piece by piece, so that one of 50 MB takes no more memory than its
addresses.
"""

import gzip
import html
import io
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import chain, islice
from typing import Literal

from crawler.article import Hints, Page
from crawler.entrypoints.listing import Item, Listing, More, Unreadable, in_time
from crawler.entrypoints.xml_stream import Entry, EntryStream
from crawler.extract.dates import parse_date
from crawler.urls import absolute, may_be_page, same_site

LARGEST = 50 * 1024 * 1024
"""Bytes of an unpacked sitemap that are read (sitemaps.org)."""
MOST = 50_000
"""Addresses of one sitemap (sitemaps.org)."""
MOST_CHILDREN = 30
"""Sub-sitemaps that are visited: indexes of large sites name every month since their beginning."""
_PIECE = 64 * 1024
_LONGEST_LINE = 4_000


def read(page: Page) -> Listing:
    """The pages and sub-sitemaps of a sitemap on the same site; raises `Unreadable` where the
    answer is no sitemap.
    """
    pieces = _begun(_unpacked(page.body))
    beginning = next(pieces, b"")
    pieces = chain([beginning], pieces)
    if not beginning.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):  # the latter begin UTF-16
        addresses = list(islice(_lines(pieces), MOST))
        if not addresses:
            raise Unreadable("no sitemap: neither XML nor a list of addresses")
        return Listing(_items(({"address": one} for one in addresses), page))
    entries = EntryStream()
    found = islice(entries.read(pieces), MOST)
    first = list(islice(found, 1))  # with which the root is known
    if entries.root == "sitemapindex":
        children = newest([*first, *found], page)
        return Listing(more=tuple(More(child, "sitemap") for child in children))
    return Listing(_items(chain(first, found), page))


def newest(children: Sequence[Entry], page: Page) -> list[str]:
    """The sub-sitemaps to visit: news ones first, then the last changed, then the last named."""
    named = {
        child["address"]: (child.get("modified", ""), number)
        for number, child in enumerate(children)
    }
    order = sorted(named, key=lambda child: ("news" in child.lower(), *named[child]), reverse=True)
    good = (absolute(page.url, child) for child in order)
    return [child for child in good if child and same_site(child, page.url, page.hints.hosts)][
        :MOST_CHILDREN
    ]


def _items(entries: Iterable[Entry], page: Page) -> tuple[Item, ...]:
    return tuple(item for item in (_item(entry, page) for entry in entries) if item)


def _item(entry: Entry, page: Page) -> Item | None:
    address = absolute(page.url, entry["address"])
    if (
        address is None
        or not same_site(address, page.url, page.hints.hosts)
        or not may_be_page(address)
    ):
        return None
    modified, printed = _moment(entry.get("modified")), entry.get("published")
    published = _moment(printed) or _read_out(printed, page.fetched_at) if printed else None
    title = html.unescape(entry.get("title", ""))[:500]
    if not title or not published:
        return Item(address, modified=modified or published)
    origin: Literal["sitemap"] = "sitemap"
    tags = tuple(word.strip() for word in entry.get("keywords", "").split(",") if word.strip())[:20]
    hints = Hints(title=title, published=published, published_origin=origin, tags=tags)
    return Item(address, title, hints, modified or published)


def _moment(printed: str | None) -> datetime | None:
    """The time as sitemaps.org asks for it (W3C), or as RSS does (RFC 822)."""
    for reading in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return in_time(reading(printed)) if printed else None
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
        *whole, rest = (rest[:_LONGEST_LINE] + piece).split(b"\n")
        lines = (line.decode("utf-8", "replace").strip() for line in whole)
        yield from (line for line in lines if line.startswith(("http://", "https://")))


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

"""The entries of an XML list of pages, in the order in which they come, without the tree of the
whole.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lxml.etree import XMLParser, XMLSyntaxError

from crawler.entrypoints.listing import Unreadable

Entry = Mapping[str, str]
"""What one entry says, as printed: `address`, `modified`, `published`, `title`, `keywords`; the
address is there.
"""

_ENTRIES = {
    "urlset": "url",
    "sitemapindex": "sitemap",
    "rss": "item",
    "RDF": "item",
    "feed": "entry",
}
_FIELDS = {
    "loc": "address",
    "lastmod": "modified",
    "news/title": "title",
    "news/publication_date": "published",
    "news/keywords": "keywords",
    "link": "address",
    "title": "title",
    "pubDate": "published",
    "date": "published",
    "published": "published",
    "updated": "modified",
}
"""By the names of the elements below an entry, those of sitemaps.org and Google first, then of RSS
and Atom.
"""
_LONGEST = 4_000
"""Characters of one field that are kept."""
_DEEPEST = 20
"""Elements inside each other below an entry: none that counts stands deeper."""
_BARE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});)")
_REFERENCE = 10
"""Bytes of the longest reference that `_BARE` knows."""


class EntryStream:
    """A parser's target: it is told of elements as they come, and keeps the entries that are
    complete.
    """

    def __init__(self) -> None:
        self.root: str | None = None
        self._name: str | None = None
        self._path: list[str] = []
        self._entry: dict[str, str] | None = None
        self._words: list[str] | None = None
        self._complete: list[Entry] = []

    def read(self, pieces: Iterable[bytes]) -> Iterator[Entry]:
        """The entries that have an address, up to where the XML is cut or broken beyond repair;
        raises `Unreadable` where it is another kind of XML.
        """
        target: Any = self
        parser = XMLParser(target=target, recover=True, resolve_entities=False, no_network=True)
        for piece in _mended(pieces):
            try:
                parser.feed(piece)
            except XMLSyntaxError:
                break
            finally:
                complete = self._complete
                self._complete = []
            yield from complete
            if self.root and not self._name:
                break
        if not self._name:
            raise Unreadable(f"no sitemap: its first element is {(self.root or 'none')[:100]}")

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        name = tag.rpartition("}")[2]
        if self.root is None:
            self.root = name
            self._name = _ENTRIES.get(name)
        elif self._entry is None:
            self._entry = {} if name == self._name else None
        else:
            self._start_field(name, attributes)

    def data(self, words: str) -> None:
        """Words of an element, or a part of them."""
        if self._words is not None and sum(map(len, self._words)) < _LONGEST:
            self._words.append(words)

    def end(self, _: str) -> None:
        """An element ends."""
        if self._entry is None:
            return
        if self._path:
            if self._words is not None:
                # "&amp;" is left in CDATA, and of what was escaped twice.
                words = "".join(self._words).replace("&amp;", "&")
                self._entry.setdefault(_FIELDS["/".join(self._path)], words.strip())
            self._path.pop()
            self._words = None
            return
        if self._entry.get("address"):
            self._complete.append(self._entry)
        self._entry = None

    def close(self) -> None:
        """The parser asks for it."""

    def _start_field(self, name: str, attributes: Mapping[str, str]) -> None:
        self._path.append(name)
        self._words = None
        if len(self._path) >= _DEEPEST or "/".join(self._path) not in _FIELDS:
            return
        self._words = []
        if attributes.get("rel", "alternate") == "alternate":  # Atom has the address in `href`
            self._words.append(attributes.get("href", ""))


def _mended(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same XML with each ampersand that begins no reference written as one: the parser would
    leave out the words behind it, and addresses with several parameters are often printed so.
    """
    rest = b""
    is_utf16 = None
    for piece in pieces:
        if is_utf16 is None:
            is_utf16 = piece.startswith((b"\xff\xfe", b"\xfe\xff"))
        if is_utf16:
            yield piece
            continue
        # A reference may be cut by the end of the piece: it is left for the next one.
        joined = rest + piece
        cut = joined.rfind(b"&", max(0, len(joined) - _REFERENCE))
        if cut < 0:
            cut = len(joined)
        rest = joined[cut:]
        yield _BARE.sub(b"&amp;", joined[:cut])
    yield _BARE.sub(b"&amp;", rest)

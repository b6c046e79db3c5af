"""Bytes to one bounded lxml tree."""

import re
from collections.abc import Mapping

from lxml.etree import XPath
from lxml.html import HtmlElement
from trafilatura.utils import load_html

from crawler.extract.errors import Refused
from crawler.extract.markup.charset import decode

MAX_BYTES = 20_000_000
MAX_DEPTH = 240
"""Levels of nested elements: libxml2 drops what is nested deeper than 255, silently."""
_MAX_ATTRIBUTES = 2_000
_LONGEST_TAG = 2_000_000
_ELEMENT = re.compile(r"<(?:p|div|article|section|h[1-6]|span|br|table)\b", re.IGNORECASE)
_LONG_TAG = re.compile(rb"<[a-zA-Z][^<>]{20000}")
_STEP = 10_000
"""Bytes of which a part without < and > lies in every such tag, wherever one begins to count."""
_TOO_DEEP = XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")
_KINDS = frozenset(
    ("", "text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml")
)
_BINARY = (
    b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b", b"RIFF",
    b"\x00\x00\x00", b"OggS", b"ID3",
)  # fmt: skip
"""How files begin that are no text, whatever their type is called."""


def parse(body: bytes, headers: Mapping[str, str]) -> HtmlElement:
    """The page's tree; raises Refused for what is no HTML or would cost the parser too much."""
    if not body.strip():
        raise Refused("empty", "the answer has no body")
    if len(body) > MAX_BYTES:
        raise Refused("too-long", f"the page has {len(body)} bytes")
    if body.startswith(_BINARY) or _kind(headers) not in _KINDS:
        raise Refused("not-text", "the answer is not a text page")
    if _overloaded(body):
        raise Refused("too-complex", "one tag has thousands of attributes")
    text = decode(body, headers)
    tree = load_html(text)
    if tree is None and _ELEMENT.search(text[:10_000]):
        tree = load_html(f"<html><body><div>{text}</div></body></html>")
    if tree is None:
        raise Refused("not-html", "the answer does not parse as HTML")
    if _TOO_DEEP(tree):
        raise Refused("too-deep", f"the page is nested {MAX_DEPTH} levels deep or more")
    return tree


def _kind(headers: Mapping[str, str]) -> str:
    for name, value in headers.items():
        if name.lower() == "content-type":
            return value.split(";")[0].strip().lower()
    return ""


def _overloaded(body: bytes) -> bool:
    """Whether one tag has so many attributes that lxml, whose time grows with their square, would
    not come to an end.
    """
    if not _may_hold_long_tag(body):
        return False
    for match in _LONG_TAG.finditer(body):
        tag, _, _ = body[match.start() : match.start() + _LONGEST_TAG].partition(b">")
        if tag.count(b"=") > _MAX_ATTRIBUTES:
            return True
    return False


def _may_hold_long_tag(body: bytes) -> bool:
    """A cheap test before the pattern, which reads every byte of a page."""
    parts = (body[start : start + _STEP] for start in range(0, len(body), _STEP))
    return any(b"<" not in part and b">" not in part for part in parts)

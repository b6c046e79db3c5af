"""The links of a section or home page."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.extract.markup.evidence import clean

_MAX_LINKS = 5_000
_MAX_ADDRESS = 2_000
_MAX_TEXT = 300
_MAX_LEVELS = 61
"""Elements around a link that are asked for its place on the page, the nearest first."""
_NUMBER = re.compile(r"\d+")
_FRAME = frozenset(("nav", "header", "footer", "aside"))
_FRAME_ROLES = {
    "navigation": "nav",
    "banner": "header",
    "contentinfo": "footer",
    "complementary": "aside",
}
_FRAME_NAMES = dict.fromkeys(
    ("menu", "nav", "navbar", "navigation", "main-menu", "main-nav", "topbar"), "nav"
)
"""What pages without such elements call their navigation, as a class or id of its own."""


@dataclass(frozen=True, slots=True)
class Link:
    """One anchor: its absolute http(s) address without fragment, its words, its rel tokens, and
    where it stands.

    `region` is "main" or the frame around it: nav, header, footer, aside. `nofollow` is the
    anchor's own or the page's. `repeated` are words that lead to other addresses, too, numbers
    aside: "Continue reading" and "Read all 12 comments" say nothing of any.
    """

    url: str
    text: str
    rel: tuple[str, ...] = ()
    nofollow: bool = False
    region: str = "main"
    repeated: bool = False


def links_in(tree: HtmlElement, url: str, follow: bool = True) -> list[Link]:
    """Every distinct link in the page's order; where an address comes several times, the words that
    say most of it stand for it.
    """
    by_address: dict[str, list[Link]] = {}
    for link in _anchors(tree, _base(tree, url), follow):
        by_address.setdefault(link.url, []).append(link)
        if len(by_address) >= _MAX_LINKS:
            break
    repeated = _repeated_words(chain.from_iterable(by_address.values()))
    return [_most_telling(links, repeated) for links in by_address.values()]


def _repeated_words(links: Iterable[Link]) -> frozenset[str]:
    """The words that lead to several addresses."""
    led_to: dict[str, str] = {}
    repeated: set[str] = set()
    for link in links:
        words = _without_numbers(link.text)
        if led_to.setdefault(words, link.url) != link.url:
            repeated.add(words)
    return frozenset(repeated)


def _without_numbers(words: str) -> str:
    """The words of a link as they are compared with those of others."""
    return _NUMBER.sub("", words).casefold()


def _most_telling(links: Sequence[Link], repeated: frozenset[str]) -> Link:
    """The link that says most of its address: it stands in the page's main part, no other address
    has its words, it has the most.
    """
    marked = [replace(link, repeated=_without_numbers(link.text) in repeated) for link in links]
    return max(marked, key=_telling)


def _telling(link: Link) -> tuple[bool, bool, int]:
    is_own = bool(link.text) and not link.repeated
    return link.region == "main", is_own, len(link.text)


def _anchors(tree: HtmlElement, base: str, follow: bool) -> Iterator[Link]:
    for anchor in tree.iter("a", "area"):
        address = _address(base, anchor.get("href") or "")
        if address:
            rel = tuple((anchor.get("rel") or "").lower().split()[:10])
            nofollow = not follow or "nofollow" in rel
            yield Link(address, _words(anchor), rel, nofollow, _region(anchor))


def _words(anchor: HtmlElement) -> str:
    """The link's text, else what it is called, else what its pictures show."""
    words = clean(" ".join(anchor.itertext()))
    if not words:
        label = anchor.get("title") or anchor.get("aria-label")
        words = clean(label or _described_pictures(anchor))
    return words[:_MAX_TEXT]


def _described_pictures(anchor: HtmlElement) -> str:
    return " ".join(image.get("alt") or "" for image in anchor.iter("img"))


def _region(anchor: HtmlElement) -> str:
    for element in islice(anchor.iterancestors(), _MAX_LEVELS):
        if element.tag in ("article", "main"):
            return "main"
        if element.tag in _FRAME:
            return str(element.tag)
        frame = _FRAME_ROLES.get(element.get("role") or "") or _named_frame(element)
        if frame:
            return frame
    return "main"


def _named_frame(element: HtmlElement) -> str | None:
    if element.tag not in ("div", "ul", "ol", "table"):
        return None
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower().split()
    for name in names[:10]:
        if name in _FRAME_NAMES:
            return _FRAME_NAMES[name]
    return None


def _base(tree: HtmlElement, url: str) -> str:
    base = tree.find(".//base[@href]")
    if base is None:
        return url
    return _address(url, base.get("href") or "") or url


def _address(base: str, href: str) -> str:
    href = href.strip()
    if not href or href.startswith("#") or len(href) > _MAX_ADDRESS:
        return ""
    try:
        address = urldefrag(urljoin(base, href)).url
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.hostname else ""

"""The links of a section or home page."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.extract.markup.evidence import clean

_MAX_LINKS = 5_000
_MAX_ADDRESS = 2_000
_MAX_TEXT = 300
_MAX_LEVELS = 61
"""Elements around a link that are asked for its place on the page, the nearest first."""
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
    anchor's own or the page's.
    """

    url: str
    text: str
    rel: tuple[str, ...] = ()
    nofollow: bool = False
    region: str = "main"


def links_in(tree: HtmlElement, url: str, follow: bool = True) -> list[Link]:
    """Every distinct link in the page's order; where an address comes several times, its longest
    words stand for it.
    """
    by_address: dict[str, Link] = {}
    for link in _anchors(tree, _base(tree, url), follow):
        previous = by_address.get(link.url)
        if previous is None or _better(link, previous):
            by_address[link.url] = link
        if len(by_address) >= _MAX_LINKS:
            break
    return list(by_address.values())


def _better(link: Link, previous: Link) -> bool:
    """Whether a link says more of its address: it stands in the page's main part, or has more
    words.
    """
    if (link.region == "main") != (previous.region == "main"):
        return link.region == "main"
    return len(link.text) > len(previous.text)


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

"""The links of a section or home page."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.extract.markup.evidence import clean

_MAX_LINKS, _MAX_ADDRESS, _MAX_TEXT = 5_000, 2_000, 300
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
    found: dict[str, Link] = {}
    for link in _anchors(tree, _base(tree, url), follow):
        known = found.get(link.url)
        if known is None or _better(link, known):
            found[link.url] = link
        if len(found) >= _MAX_LINKS:
            break
    return list(found.values())


def _better(link: Link, known: Link) -> bool:
    if (link.region == "main") != (known.region == "main"):
        return link.region == "main"
    return len(link.text) > len(known.text)


def _anchors(tree: HtmlElement, base: str, follow: bool) -> Iterator[Link]:
    for anchor in tree.iter("a", "area"):
        address = _address(base, anchor.get("href") or "")
        if address:
            rel = tuple((anchor.get("rel") or "").lower().split()[:10])
            nofollow = not follow or "nofollow" in rel
            yield Link(address, _words(anchor), rel, nofollow, _region(anchor))


def _words(anchor: HtmlElement) -> str:
    words = clean(" ".join(anchor.itertext()))
    if not words:
        words = clean(
            anchor.get("title")
            or anchor.get("aria-label")
            or " ".join(i.get("alt") or "" for i in anchor.iter("img"))
        )
    return words[:_MAX_TEXT]


def _region(anchor: HtmlElement) -> str:
    for number, element in enumerate(anchor.iterancestors()):
        if number > 60:
            break
        if element.tag in ("article", "main"):
            return "main"
        if element.tag in _FRAME:
            return str(element.tag)
        role = _FRAME_ROLES.get(element.get("role") or "") or _named_frame(element)
        if role:
            return role
    return "main"


def _named_frame(element: HtmlElement) -> str | None:
    if element.tag not in ("div", "ul", "ol", "table"):
        return None
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower().split()
    return next((_FRAME_NAMES[name] for name in names[:10] if name in _FRAME_NAMES), None)


def _base(tree: HtmlElement, url: str) -> str:
    base = tree.find(".//base[@href]")
    address = _address(url, base.get("href") or "") if base is not None else ""
    return address or url


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

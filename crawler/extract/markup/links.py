"""The links of a section or home page: anchors, areas of pictures, `link rel=next`, and stories
that a script opens when they are clicked.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.extract.markup.evidence import clean, select_elements
from crawler.extract.markup.frames import Frames

_MAX_LINKS = 5_000
_MAX_ELEMENTS = 100_000
_MAX_ADDRESS = 2_000
_MAX_TEXT = 300
_NUMBER = re.compile(r"\d+")
_LINKING = ("a", "area", "link")
_HEADINGS = ("h1", "h2", "h3", "h4")
_MAX_CARDS = 500
"""Elements that lead somewhere without being links."""
_ADDRESS_ATTRIBUTES = ("data-href", "data-url", "data-link", "data-permalink")
"""Where a story that is clicked as a whole keeps its address for a script."""
_LEADING = XPath(
    ".//a[@href] | .//area[@href] | .//link[@rel and @href]"
    f" | .//*[{' or '.join('@' + name for name in _ADDRESS_ATTRIBUTES)} or @onclick]"
    "[self::article or self::section or self::div or self::li or self::tr or self::td or self::a]"
)
_PARTS = XPath(
    ".//frame[@src] | .//turbo-frame[@src] | .//include-fragment[@src]"
    " | .//*[@hx-get][contains(@hx-trigger, 'load') or contains(@hx-trigger, 'revealed')]"
)
_MAX_PARTS = 50
_CLICK = re.compile(
    r"""(?:location(?:\.href)?\s{0,9}=|location\.(?:assign|replace)\(|window\.open\()"""
    r"""\s{0,9}["']([^"'<>\s]{1,2000})["']"""
)
"""What a click on an element does, where all it does is to open an address."""
_UNFILLED = ("{{", "${", "<%", "[[")
"""How the places of a template look that a script has yet to fill."""
_NEXT_IN_HEADER = re.compile(r"""<([^<>]{1,2000})>[^<>,]{0,200};\s{0,9}rel\s?=\s?"?next\b""", re.I)
_MAX_HEADER = 10_000
_ONWARD = re.compile(r"(?:^|[\s_-])(?:next|older)(?:$|[\s_-])", re.IGNORECASE)
"""How the link to a page with older stories is named, as a class or id."""


@dataclass(frozen=True, slots=True)
class Link:
    """One link: its absolute http(s) address without fragment, its words, its rel tokens, and
    where it stands.

    `region` is "main" or the frame around it: nav, header, footer, aside; "data" where only the
    page's data holds it, "frame" where it is a part that the page shows. `nofollow` is the
    link's own or the page's. `repeated` are words that lead to other addresses, too, numbers
    aside: "Continue reading" and "Read all 12 comments" say nothing of any. `onward` links are
    named as those to older stories are.
    """

    url: str
    text: str
    rel: tuple[str, ...] = ()
    nofollow: bool = False
    region: str = "main"
    repeated: bool = False
    onward: bool = False


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


def frame_links(tree: HtmlElement, url: str) -> list[Link]:
    """The pages that a page shows as parts of itself: of a frameset, or fetched by a script when it
    is opened. What stands in an `iframe` is another page: a counter, a check for robots.
    """
    base = _base(tree, url)
    written = (
        element.get("src") or element.get("hx-get") or ""
        for element in select_elements(_PARTS, tree, _MAX_PARTS)
    )
    addresses = dict.fromkeys(_address(base, address) for address in written)
    return [Link(address, "", region="frame") for address in addresses if address]


def header_links(headers: Mapping[str, str], url: str) -> list[Link]:
    """The next page that an answer's headers name (RFC 8288)."""
    named = [value for name, value in headers.items() if name.lower() == "link"]
    found = (_NEXT_IN_HEADER.finditer(value[:_MAX_HEADER]) for value in named)
    addresses = [_address(url, match[1]) for match in chain.from_iterable(found)]
    return [Link(address, "", ("next",), region="header") for address in addresses if address]


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
    frames = Frames()
    for element, href in _leading(tree):
        address = _address(base, href)
        rel = tuple((element.get("rel") or "").lower().split()[:10])
        if address and (element.tag != "link" or "next" in rel):
            nofollow = not follow or "nofollow" in rel
            region = frames.region(element)
            yield Link(address, _words(element), rel, nofollow, region, onward=_is_onward(element))


def _leading(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """The elements that lead somewhere, with where that is as they write it."""
    cards = 0
    for element in select_elements(_LEADING, tree, _MAX_ELEMENTS):
        href = element.get("href") if element.tag in _LINKING else None
        if href:
            yield element, href
        elif cards < _MAX_CARDS:
            cards += 1
            yield element, _card_address(element)


def _card_address(element: HtmlElement) -> str:
    """The address of an element that a script opens, where it holds the words of a story and no
    link.
    """
    if element.find(".//a[@href]") is not None:
        return ""
    click = _CLICK.search(element.get("onclick") or "", 0, _MAX_ADDRESS)
    named = [element.get(name) for name in _ADDRESS_ATTRIBUTES]
    address = next(filter(None, named), click[1] if click else "")
    may_be_address = address.startswith(("/", "http://", "https://", "./"))
    return address if may_be_address and _words(element) else ""


def _is_onward(element: HtmlElement) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return _ONWARD.search(names[:_MAX_TEXT]) is not None


def _words(element: HtmlElement) -> str:
    """The words of the heading in a link, else the link's own, else what it is called, else what
    its pictures show.
    """
    heading = next(element.iter(*_HEADINGS), None)
    words = clean(" ".join((element if heading is None else heading).itertext()))
    if not words:
        label = element.get("title") or element.get("aria-label") or element.get("alt")
        words = clean(label or _described_pictures(element))
    return words[:_MAX_TEXT]


def _described_pictures(anchor: HtmlElement) -> str:
    return " ".join(image.get("alt") or "" for image in anchor.iter("img"))


def _base(tree: HtmlElement, url: str) -> str:
    base = tree.find(".//base[@href]")
    if base is None:
        return url
    return _address(url, base.get("href") or "") or url


def _address(base: str, href: str) -> str:
    href = href.strip()
    if not href or href.startswith("#") or len(href) > _MAX_ADDRESS:
        return ""
    if any(mark in href for mark in _UNFILLED):
        return ""
    try:
        address = urldefrag(urljoin(base, href)).url
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.hostname else ""

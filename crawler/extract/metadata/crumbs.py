"""The breadcrumb of a page: the names of the sections above the article, without the home page."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from urllib.parse import SplitResult, urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import PageEvidence, comparable_line, words_in
from crawler.extract.words.lists import any_word, words

_MAX_CRUMBS = 6
_MAX_TRAILS = 3
_MAX_TRAIL_TEXT = 400
_TRAIL_TAGS = ("nav", "ol", "ul", "div", "p", "section")
_BETWEEN_CRUMBS = re.compile(r"\s*[>›»→/|·•:]\s*")
_ROOT = re.compile(
    r"^/*(?:[a-z]{2}(?:[-_][a-z]{2})?/*)?(?:home/*)?(?:(?:index|default|home)\.\w{1,5})?$",
    re.IGNORECASE,
)
"""The path of a home page, maybe that of one language."""


def crumbs(evidence: PageEvidence) -> Iterator[tuple[str, str]]:
    """The printed breadcrumb's names with their addresses, then the declared one's, from the top
    down; what leads to the home page or to the article is left out. An address is empty where none
    is given.
    """
    for name, address in _all_crumbs(evidence):
        if not _leads_to_itself(address, evidence.url):
            yield name, address


def _all_crumbs(evidence: PageEvidence) -> Iterator[tuple[str, str]]:
    for trail in islice(_trails(evidence.tree), _MAX_TRAILS):
        yield from _printed(trail, evidence.url)
    for node in evidence.graph:
        if "BreadcrumbList" in jsonld.types(node):
            yield from _of_node(node, evidence.url)


def _printed(trail: HtmlElement, url: str) -> Iterator[tuple[str, str]]:
    anchors = list(islice(trail.iter("a"), _MAX_CRUMBS))
    if anchors:
        for anchor in anchors:
            href = anchor.get("href") or ""
            if not leads_home(href, url):
                yield words_in(anchor), href
        return
    printed = words_in(trail)
    if len(printed) <= _MAX_TRAIL_TEXT:
        names = _BETWEEN_CRUMBS.split(printed)[: _MAX_CRUMBS + 1]
        home = next((at for at, name in enumerate(names) if names_home(name)), -1)
        if len(names) > 1:
            yield from ((name, "") for name in names[home + 1 :])


def _of_node(node: jsonld.Node, url: str) -> Iterator[tuple[str, str]]:
    for item in jsonld.aslist(node.get("itemListElement"))[:_MAX_CRUMBS]:
        if not isinstance(item, dict):
            continue
        thing = item.get("item")
        address = thing.get("@id") or thing.get("url") if isinstance(thing, dict) else thing
        address = address if isinstance(address, str) else ""
        if not address or not leads_home(address, url):
            yield jsonld.text(item.get("name")) or jsonld.text(thing), address


def names_home(label: str) -> bool:
    """Whether a crumb is called what sites call their home page."""
    return comparable_line(label) in _home_names()


def leads_home(href: str, url: str) -> bool:
    """Whether a link of the page at `url` leads to the site's home page, or that of the site above
    it ("www.zeitung.example" above "sport.zeitung.example").
    """
    if not href or href[0] == "#":
        return False
    target = _joined(url, href)
    if target is None or target.query:
        return False
    host = (target.hostname or "").removeprefix("www.")
    own_host = (urlsplit(url).hostname or "").removeprefix("www.")
    is_above = own_host == host or own_host.endswith(f".{host}")
    return is_above and _ROOT.match(target.path) is not None


def _leads_to_itself(href: str, url: str) -> bool:
    """Whether a link of the page at `url` leads to that page: the last crumb, in other words than
    the headline's.
    """
    target = _joined(url, href) if href and href[0] != "#" else None
    own = _joined(url, "")
    if target is None or own is None:
        return False
    return (target.hostname, target.path, target.query) == (own.hostname, own.path, own.query)


def _joined(url: str, href: str) -> SplitResult | None:
    try:
        return urlsplit(urljoin(url, href))
    except ValueError:
        return None


def _trails(tree: HtmlElement) -> Iterator[HtmlElement]:
    patterns = _trail_patterns()
    for element in tree.iter(*_TRAIL_TAGS):
        for name, value in element.items():
            pattern = patterns.get(name)
            if pattern and pattern.search(value):
                yield element
                break


@cache
def _home_names() -> frozenset[str]:
    return frozenset(map(comparable_line, words("sections", "home")))


@cache
def _trail_patterns() -> Mapping[str, re.Pattern[str]]:
    """What marks a breadcrumb, by attribute."""
    named = re.compile(any_word("classes", "breadcrumb"), re.IGNORECASE)
    return {
        "class": named,
        "id": named,
        "itemtype": re.compile(r"BreadcrumbList"),
        "aria-label": named,
    }

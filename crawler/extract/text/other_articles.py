"""Other articles on an article's page: the next one of an endless page, the news of a ticker."""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.extract.text.blocks import Block, Segmentation
from crawler.extract.text.place import Place

_RANKS = frozenset(("h1", "h2", "h3", "h4"))
_ADDRESSES = ("data-url", "data-href", "data-link", "data-permalink", "itemid", "about")
_NEAR = 4
"""Blocks at the beginning of an element among which the headline of another article stands."""
_LINKED = 0.9
"""Share of a headline in its link."""
_TIME = re.compile(r"\d{1,2}\s?[:.h]\s?\d{2}(?!\d)|^\D{0,20}\d{1,2}\D{1,20}$")
"""A time of day, or a number with a word: "2 hours ago"."""
_LONGEST_TIME = 30


def mark_others(segmentation: Segmentation, prose: list[int], place: Place, url: str) -> None:
    """Mark what has a headline and an address of its own below the article's first paragraphs, or
    is built like the article's own element.
    """
    _mark_below_linked_headline(segmentation, place, url)
    shapes = set(_shapes(segmentation, place))
    for element, first, last in segmentation.ranges:
        if first <= place.opening or not any(prose[first:last]):
            continue
        beginning = segmentation.blocks[first : min(last, first + _NEAR)]
        if _is_other(element, beginning, _shape(element) in shapes, url):
            for block in segmentation.blocks[first:last]:
                block.noise = block.noise or "another article"


def _mark_below_linked_headline(segmentation: Segmentation, place: Place, url: str) -> None:
    """Mark what follows another headline of the first rank that links to its own page, up to the
    end of the element that holds it.
    """
    ends = {element: last for element, _, last in segmentation.ranges}
    end = place.opening + 1
    for number in range(end, place.last):
        block = segmentation.blocks[number]
        if number < end or block.tag != "h1":
            continue
        if block.linked < _LINKED or not _links_away(block, url):
            continue
        end = ends.get(block.element.getparent(), number)
        for other in segmentation.blocks[number:end]:
            other.noise = other.noise or "another article"


def _is_other(element: HtmlElement, blocks: list[Block], is_alike: bool, url: str) -> bool:
    title = next((block for block in blocks if block.tag in _RANKS), None)
    if title is None:
        return False
    has_address = _links_away(title, url)
    if title.tag == "h1":
        return is_alike or has_address
    if _has_own_address(element, url):
        return True
    return has_address and (is_alike or any(map(_is_time, blocks)))


def _shapes(segmentation: Segmentation, place: Place) -> Iterator[tuple[str, str]]:
    """Tag and class of the elements that hold both the headline and the first paragraph."""
    for element, first, last in segmentation.ranges:
        if first <= place.headline and place.opening < last:
            shape = _shape(element)
            if shape:
                yield shape


def _shape(element: HtmlElement) -> tuple[str, str] | None:
    """What is alike in two articles of one page; None for an element that has no class, and is none
    of the kind that holds articles.
    """
    names = element.get("class", "")
    if not names and element.tag != "article":
        return None
    return element.tag, names


def leads_away(block: Block, url: str) -> bool:
    """Whether a block, or what is around it, is a link that leaves the page at this address."""
    links = [*islice(block.element.iter("a"), 2), *islice(block.element.iterancestors("a"), 1)]
    return any(not _is_on_page(link.get("href"), url) for link in links)


def _is_on_page(address: str | None, url: str) -> bool:
    return not address or address.startswith(("#", "javascript:", f"{url}#"))


def _links_away(title: Block, url: str) -> bool:
    links = islice(title.element.iter("a"), 2)
    around = title.element.iterancestors("a")
    return any(_is_other_page(link.get("href"), url) for link in (*links, *islice(around, 1)))


def _has_own_address(element: HtmlElement, url: str) -> bool:
    return any(_is_other_page(element.get(name), url) for name in _ADDRESSES)


def _is_other_page(address: str | None, url: str) -> bool:
    """Whether an address is that of another page of the same site."""
    if not address or _is_on_page(address, url):
        return False
    try:
        other = urlsplit(urljoin(url, address))
    except ValueError:
        return False
    page = urlsplit(url)
    if other.netloc.removeprefix("www.") != page.netloc.removeprefix("www."):
        return False
    return not other.path.startswith(page.path.rstrip("/"))


def _is_time(block: Block) -> bool:
    if len(block.text) > _LONGEST_TIME or block.tag in _RANKS:
        return False
    return bool(_TIME.search(block.text))

"""Which addresses hold further pages of the same article, told by how they differ from its own: in
the number of a page and nothing else.

A "next article" has another address, or a headline for its words; whether a page that is fetched
belongs to the article is decided once more when it is read (`crawler.extract.text.parts`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.extract.markup.evidence import clean
from crawler.extract.words.lists import any_word

MOST_PARTS = 10
"""Pages of one article that are read, the first one included."""
_MAX_LINKS = 5_000
_LONGEST_ADDRESS = 2_000
_LONGEST_WORDS = 30
"""Characters of a link to a further page: a longer one is a headline."""
_NUMBER = re.compile(
    r"(?P<mark>[/,;_.~!-]?(?:[a-z]{1,12}[-_=/.]?)?)(?P<number>\d{1,2})(?P<end>/?)", re.IGNORECASE
)
_PAGE_ENDING = re.compile(r"[,;]|[-_]\d{1,2}$")
_ALONE = re.compile(r"\D{0,12}(\d{1,2})(?:\s?/\s?\d{1,2})?\D{0,3}")
"""The words of a link that are the number of a page: "2", "Page 2", "2/3"."""


@dataclass(frozen=True, slots=True)
class _Link:
    """A link that may lead to a page of the article."""

    url: str
    words: str
    rel: frozenset[str]

    @property
    def number(self) -> int:
        """The page's number that the link shows, 0 where it shows none."""
        match = _ALONE.fullmatch(self.words)
        return int(match[1]) if match else 0


@dataclass(frozen=True, slots=True)
class Pagination:
    """Where an article goes on: `whole` shows it on one page, `following` holds the next part of
    it. `first` is the article's first page, where this one is a further one. Empty where unknown.
    """

    whole: str = ""
    following: str = ""
    first: str = ""


ALONE = Pagination()
"""An article that stands on one page."""


def pagination(tree: HtmlElement, url: str, first: str = "") -> Pagination:
    """The article's further pages, by the links of one of its pages; `first` is the address of its
    first page, where this is a further one that was reached from there.
    """
    start = first or url
    links = list(_links(tree, url, start))
    if not links:
        return ALONE
    if not first:
        beginning = _beginning(links, url)
        if beginning:
            return Pagination(first=beginning)
    here = page_number(start, url) if first else 1
    following = next((link.url for link in links if _is_page(link, start, here + 1)), "")
    return Pagination(_whole(links, start) if following else "", following)


def page_number(start: str, url: str) -> int:
    """Which page of the article that begins at `start` an address is, by its number; 0 where it is
    none.
    """
    rest = _rest(start, url)
    if rest is None:
        return 0
    own, other = rest
    match = _NUMBER.fullmatch(other)
    if not match or _other_pages().search(match["mark"]):
        return 0
    if own.strip("/") and own.strip("/") != f"{match['mark']}1".strip("/"):
        return 0
    number = int(match["number"])
    return number if 2 <= number <= 3 * MOST_PARTS else 0


def _rest(start: str, url: str) -> tuple[str, str] | None:
    """What two addresses of one host have that the other has not; None where they differ in more
    than one place.
    """
    one = urlsplit(start)
    other = urlsplit(url)
    if _host(one.netloc) != _host(other.netloc):
        return None
    if one.path.rstrip("/") == other.path.rstrip("/"):
        return _rest_of_query(one.query, other.query)
    if one.query != other.query:
        return None
    return _rest_of_path(one.path, other.path)


def _rest_of_query(one: str, other: str) -> tuple[str, str] | None:
    own = parse_qsl(one, keep_blank_values=True)
    added = [pair for pair in parse_qsl(other, keep_blank_values=True) if pair not in own]
    missing = [pair for pair in own if pair not in parse_qsl(other, keep_blank_values=True)]
    if len(added) != 1 or any(name != added[0][0] for name, _ in missing):
        return None
    name, value = added[0]
    return "".join(f"{name}={first}" for _, first in missing), f"{name}={value}"


def _rest_of_path(one: str, other: str) -> tuple[str, str] | None:
    if not one.strip("/"):
        return None
    begin = _shared(one, other)
    end = _shared(one[begin:][::-1], other[begin:][::-1])
    own = one[begin : len(one) - end]
    rest = other[begin : len(other) - end]
    # A number that both share the beginning of is the number of an article.
    parted = not rest[:1].isalnum() or not other[begin - 1 : begin].isalnum()
    return (own, rest) if parted else None


def _shared(one: str, other: str) -> int:
    """How many characters two strings begin with alike."""
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


def _is_page(link: _Link, start: str, number: int) -> bool:
    """Whether a link leads to this page of the article: it says so, or its address does and it is
    no headline.
    """
    if page_number(start, link.url) != number:
        return False
    if link.number == number:
        return True
    return _is_explicit(start, link.url) and len(link.words) <= _LONGEST_WORDS


def _is_explicit(start: str, url: str) -> bool:
    """Whether the number in an address can't be the end of a headline in an address: "story-2" may
    be the second story of that name.
    """
    rest = _rest(start, url)
    if rest is None:
        return False
    own, other = rest
    return not own.strip("/") and re.fullmatch(r"[-_]\d+/?", other) is None


def _beginning(links: list[_Link], url: str) -> str:
    """The first page of the article, where this address is that of a further one and its links lead
    back there.
    """
    for link in links:
        number = page_number(link.url, url)
        leads_back = link.number == 1 or (
            number == 2 and "prev" in link.rel and _is_explicit(link.url, url)
        )
        if number and leads_back and len(link.words) <= _LONGEST_WORDS:
            return link.url
    return ""


def _whole(links: list[_Link], start: str) -> str:
    for link in links:
        rest = _rest(start, link.url)
        if rest is None:
            continue
        name = re.split(r"[=/.]", rest[1].strip("/-_,"))[-1]
        if _whole_address().fullmatch(name) or _whole_words().fullmatch(link.words):
            return link.url
    return ""


def _links(tree: HtmlElement, url: str, start: str) -> Iterator[_Link]:
    """The links whose address holds the last part of the article's, in the page's order."""
    stem = _stem(start)
    for element in islice(tree.iter("a", "link"), _MAX_LINKS):
        href = (element.get("href") or "").strip()
        may_lead_there = href.startswith("?") or (stem and stem in href)
        address = _address(url, href) if may_lead_there else ""
        if not address:
            continue
        rel = frozenset((element.get("rel") or "").lower().split())
        if element.tag == "a" or rel & {"next", "prev"}:
            yield _Link(address, clean(" ".join(element.itertext())), rel)


def _stem(url: str) -> str:
    """The last part of an address without its ending and a page's number."""
    name = urlsplit(url).path.rstrip("/").rpartition("/")[2].partition(".")[0]
    return _PAGE_ENDING.split(name)[0]


def _address(url: str, href: str) -> str:
    """Where a link leads, empty where that is the page itself or no address."""
    if len(href) > _LONGEST_ADDRESS:
        return ""
    try:
        address = urljoin(url, href).partition("#")[0]
        urlsplit(address)
    except ValueError:
        return ""
    return "" if address == url else address


def _host(netloc: str) -> str:
    return netloc.lower().removeprefix("www.")


@cache
def _whole_words() -> re.Pattern[str]:
    return re.compile(any_word("parts", "whole"), re.IGNORECASE)


@cache
def _whole_address() -> re.Pattern[str]:
    return re.compile(any_word("parts", "whole_address"), re.IGNORECASE)


@cache
def _other_pages() -> re.Pattern[str]:
    return re.compile(any_word("parts", "other_pages"), re.IGNORECASE)

"""Whether a date belongs to another article that the page shows: it stands in a teaser."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import Any

from crawler.extract.dates.lines import (
    LEVELS,
    LONGEST_TITLE,
    heading,
    plain_title,
    repeats,
    text_of,
)

LONGEST = 500  # characters of a teaser: its headline, a few lines, a date
MOST_ELEMENTS = 200
MOST_LINKS = 10
HEADLINE_WORDS = 4  # of a name or a label there are fewer
# Letters of a headline where words are not parted by spaces.
HEADLINE_LETTERS = 10
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
# What a link leads to that is no other article.
_NO_ARTICLE = frozenset({"author", "tag", "bookmark", "license", "me", "search"})


@dataclass(frozen=True, slots=True)
class OwnTitle:
    """The element that holds the title of the page's article, and what the page calls itself, in
    plain words.
    """

    element: Any | None
    names: list[str]


def own_title(tree: Any, printed: Iterable[str]) -> OwnTitle:
    """The title of the page's article; `printed` is what the page calls itself, as it is
    written.
    """
    names = list(map(plain_title, printed))
    element = heading(tree, names)
    if element is not None:
        names.append(plain_title(text_of(element)[:LONGEST_TITLE]))
    return OwnTitle(element, names)


class DatePlace(Enum):
    """Where a date stands: before any prose, after a standfirst at the most, or further on."""

    ABOVE = 0
    BEGINNING = 1
    BELOW = 2


def is_in_teaser(element: Any, title: OwnTitle, place: DatePlace) -> bool:
    """Whether the element stands in a short block that has a headline of its own.

    A heading counts where it leads elsewhere, and below the text or in an aside: a standfirst is
    often a heading. Once there is prose, a link counts that is as long as a headline: a byline has
    links. Below the text, what stands in an aside is about something else.
    """
    for block in _blocks(element, title.element):
        if place is DatePlace.BELOW and block.tag == "aside":
            return True
        if not _is_short(block):
            return False
        if _has_headline(block, element, title.names, place):
            return True
    return False


def is_of_another(element: Any, title: OwnTitle) -> bool:
    """Whether a property of microdata belongs to an item that names another headline."""
    item = next(
        (outer for outer in element.iterancestors() if outer.get("itemscope") is not None), None
    )
    if item is None or title.element is None or item in title.element.iterancestors():
        return False
    for named in islice(item.iter(), MOST_ELEMENTS):
        if named.get("itemprop") in ("headline", "name") and _is_headline(named, title.names):
            return True
    return False


def _blocks(element: Any, title: Any | None) -> Iterator[Any]:
    """The element and what holds it, up to what also holds the title."""
    around = frozenset() if title is None else frozenset(title.iterancestors())
    yield element
    for outer in islice(element.iterancestors(), LEVELS):
        if outer in around or outer.tag in ("body", "html"):
            return
        yield outer


def _is_short(block: Any) -> bool:
    """Whether a block has few words, and few elements: it is looked through again and again."""
    length = 0
    for count, inner in enumerate(block.iter()):
        length += len((inner.text or "").strip())
        if inner is not block:
            length += len((inner.tail or "").strip())
        if length > LONGEST or count > MOST_ELEMENTS:
            return False
    return True


def _has_headline(block: Any, element: Any, names: list[str], place: DatePlace) -> bool:
    for found in islice(block.iter(*_HEADINGS), MOST_LINKS):
        is_apart = place is DatePlace.BELOW or block.tag in ("aside", "a")
        counts = is_apart or _is_linked(found)
        if counts and found is not element and _is_headline(found, names):
            return True
    if place is DatePlace.ABOVE:
        return False
    links = islice(block.iter("a"), MOST_LINKS)
    return any(_is_headline(link, names) and _leads_to_article(link) for link in links)


def _is_linked(found: Any) -> bool:
    link = found.find(".//a")
    if link is None:
        link = next(found.iterancestors("a"), None)
    return link is not None and _leads_to_article(link)


def _leads_to_article(link: Any) -> bool:
    address = link.get("href") or "#"
    kinds = (link.get("rel") or "").casefold().split()
    return not address.startswith(("#", "mailto:", "javascript:")) and _NO_ARTICLE.isdisjoint(kinds)


def _is_headline(element: Any, names: list[str]) -> bool:
    """Whether its words are as many as those of a headline, and not the page's own."""
    text = text_of(element)
    words = [word for word in text.split() if sum(map(str.isalnum, word)) > 1]
    longest = max(words, key=len, default="")
    is_long = len(words) >= HEADLINE_WORDS
    if not is_long and (len(longest) < HEADLINE_LETTERS or not _lacks_spaces(longest)):
        return False
    plain = plain_title(text[:LONGEST_TITLE])
    return not any(repeats(plain, name) for name in names)


def _lacks_spaces(text: str) -> bool:
    """Whether the writing parts no words: Chinese, Japanese, Thai and their neighbours."""
    return all(
        "\u0e00" <= letter < "\u1100" or letter > "\u3000" for letter in text[:HEADLINE_LETTERS]
    )

"""The place of an article on its page: the paragraphs that follow its headline."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.text.blocks import PARAGRAPH, Block, NoiseElement, Segmentation, running_sums
from crawler.extract.text.names import calls_body

_LEAST = 300
"""Weight of the paragraphs below a headline from which they are an article, or its beginning."""
_LEAST_PARAGRAPHS = 2
_TRIED = 4
"""Paragraphs below the headline whose surroundings are looked at: the first may be a standfirst."""
_LEVELS = 5
"""Elements around a paragraph that are looked at for the next one."""
_LEAST_LINES = 200
"""Weight of the short lines in an element that calls itself an article from which they are one: a
calendar, a table of results.
"""
_LINKED = 0.3
_SIBLINGS = 20
"""Elements beside an article that are looked at for another part of it."""
_LINE_TAGS = frozenset(("p", "li", "td", "th", "dd"))
_ARTICLE_TAGS = frozenset(("article", "main"))


@dataclass(frozen=True, slots=True)
class Place:
    """The element that holds the paragraphs below the headline: the numbers [first, last) of its
    blocks, those of the headline and of its first paragraph, and the weight of its prose.
    """

    element: HtmlElement
    first: int
    last: int
    headline: int
    opening: int
    prose: int

    def overlaps(self, marked: NoiseElement) -> bool:
        """Whether a block of the marked element stands here."""
        return marked.first < self.last and marked.last > self.first

    def is_in(self, marked: NoiseElement) -> bool:
        """Whether the marked element holds the first paragraph."""
        return marked.first <= self.opening < marked.last


def find_place(
    segmentation: Segmentation, prose: list[int], doubted: list[int], headline: int
) -> Place | None:
    """The smallest element with two paragraphs or more that follows the headline's block.

    `prose` holds the weight of what no mark speaks against, `doubted` of what the markup calls
    noise although it may be most of the page. None where there is no such element, or where more
    prose that is doubted stands before it: that may be the article.
    """
    below = range(headline + 1, len(prose))
    is_long = [number for number in below if prose[number] >= PARAGRAPH]
    any_length = [number for number in below if prose[number]]
    ranges = _ranges(segmentation)
    smallest = partial(_smallest, segmentation, ranges, prose, headline)
    place = smallest(is_long[:_TRIED])
    above = smallest(any_length[:_TRIED])
    if above and (place is None or _goes_before(above, place)):
        place = above
    if place is None or sum(doubted[headline : place.first]) > place.prose / 2:
        return None
    return place


def _ranges(segmentation: Segmentation) -> dict[HtmlElement, tuple[int, int]]:
    return {element: (first, last) for element, first, last in segmentation.ranges}


def _goes_before(above: Place, place: Place) -> bool:
    """Whether an article of short paragraphs stands before a place that has a long one."""
    return above.last <= place.first and above.prose >= place.prose / 2


def _smallest(
    segmentation: Segmentation,
    ranges: Mapping[HtmlElement, tuple[int, int]],
    prose: list[int],
    headline: int,
    openings: list[int],
) -> Place | None:
    """The smallest element around any of these paragraphs that may be an article."""
    sums = running_sums(prose)
    counts = running_sums([int(size > 0) for size in prose])
    places: list[Place] = []
    for number in openings:
        for element in _around(segmentation.blocks[number].element):
            first, last = ranges.get(element, (number, number + 1))
            start = max(first, headline + 1)
            weight = sums[last] - sums[start]
            if weight >= _LEAST and counts[last] - counts[start] >= _LEAST_PARAGRAPHS:
                places.append(Place(element, start, last, headline, number, weight))
                break
    return min(places, key=lambda place: place.last - place.first, default=None)


def find_lines(
    segmentation: Segmentation, prose: list[int], most: int, headline: int
) -> Place | None:
    """An element that calls itself an article and holds, below the headline, more in short lines
    than in prose, and more than `most`, the prose of the page that nothing speaks against. The
    lines' weights are noted in `prose`. None where there is no such element.
    """
    for element, first, last in segmentation.ranges:
        start = max(first, headline + 1)
        if start >= last or not (_calls_itself_article(element) or _is_named_body(element)):
            continue
        numbers = [n for n in range(start, last) if _is_line(segmentation.blocks[n])]
        weight = sum(len(segmentation.blocks[number].text) for number in numbers)
        if weight >= max(_LEAST_LINES, most, 2 * sum(prose[start:last])):
            for number in numbers:
                prose[number] = len(segmentation.blocks[number].text)
            return Place(element, start, last, headline, numbers[0], weight)
    return None


def article_range(segmentation: Segmentation, place: Place) -> tuple[int, int] | None:
    """The blocks of the nearest element around a place that calls itself an article, or the page's
    main part. One that holds no headline and stands beside others like it is a part, and does not
    count. Where there is none, the part of the body that holds headline and place; None where the
    body itself is the nearest to hold both.
    """
    around = (place.element, *place.element.iterancestors())
    articles = set(filter(_calls_itself_article, around))
    parts_of_body = {element for element in around if _is_part_of_body(element)}
    for element, first, last in segmentation.ranges:  # from the inner ones to the outer ones
        holds_headline = first <= place.headline
        if element in articles and (holds_headline or not _has_like(element)):
            return first, last
        if element in parts_of_body and holds_headline:
            return first, last
    return None


def _is_part_of_body(element: HtmlElement) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == "body"


def _has_like(element: HtmlElement) -> bool:
    """Whether a sibling calls itself an article as well."""
    behind = islice(element.itersiblings(), _SIBLINGS)
    before = islice(element.itersiblings(preceding=True), _SIBLINGS)
    return any(map(_calls_itself_article, (*before, *behind)))


def _around(element: HtmlElement) -> Iterator[HtmlElement]:
    yield element
    yield from islice(element.iterancestors(), _LEVELS)


def _calls_itself_article(element: HtmlElement) -> bool:
    if element.tag in _ARTICLE_TAGS or element.get("role") in ("main", "article"):
        return True
    return "articleBody" in (element.get("itemprop") or "").split()


def _is_named_body(element: HtmlElement) -> bool:
    return calls_body(f"{element.get('class', '')} {element.get('id', '')}")


def _is_line(block: Block) -> bool:
    return block.tag in _LINE_TAGS and not block.noise and block.linked <= _LINKED

"""The element of a page that holds its article: the one with most prose and least around it."""

from lxml.html import HtmlElement

from crawler.extract.text.blocks import PARAGRAPH, Block, Segmentation, running_sums
from crawler.extract.text.place import Place, article_range

_AS_GOOD = 0.97
"""Share of the best element's gain from which a smaller element is preferred: what is around the
article adds little to it.
"""
_TRUSTED = 0.2
"""Share of the prose of the best element that an article's own element holds at least …"""
_TRUSTED_BEFORE_PROSE = 0.34
"""… and where prose goes on right behind it, without a headline or a label between."""
_CONTINUATION = 30
"""Blocks behind the best element in which the text may go on."""


def densest_element(
    segmentation: Segmentation, prose: list[int], place: Place | None
) -> tuple[int, int]:
    """The blocks of the element whose prose outweighs by most what else is in it.

    Where the element that calls itself an article stands at the headline's place, it is looked for
    in there, unless that holds too little of what was found.
    """
    gains = [_gain(block, size) for block, size in zip(segmentation.blocks, prose, strict=True)]
    sums = running_sums(gains)
    span = _best_span(segmentation.ranges, sums)
    article = article_range(segmentation, place) if place else None
    if article is None:
        return span[0], _continued(segmentation, prose, span, len(prose))
    if not _within(span, article):
        own = _best_span([r for r in segmentation.ranges if _within(r[1:], article)], sums)
        if _is_trusted(segmentation, prose, own, span, article[1]):
            span = own
    most = article[1] if _within(span, article) else len(prose)
    return span[0], _continued(segmentation, prose, span, most)


def _is_trusted(
    segmentation: Segmentation,
    prose: list[int],
    own: tuple[int, int],
    best: tuple[int, int],
    end: int,
) -> bool:
    """Whether the best span in an article's own element, which ends there, holds enough of the best
    one of the page.
    """
    goes_on = end < len(prose) and prose[end] > 0
    share = _TRUSTED_BEFORE_PROSE if goes_on else _TRUSTED
    return _prose_of(segmentation, prose, own) >= share * _prose_of(segmentation, prose, best)


def _best_span(ranges: list[tuple[HtmlElement, int, int]], sums: list[int]) -> tuple[int, int]:
    best = 0
    span = (0, 0)
    for _, first, last in ranges:
        gain = sums[last] - sums[first]
        is_smaller = last - first < span[1] - span[0]
        if gain > best or (gain >= _AS_GOOD * best and is_smaller):
            best = max(gain, best)
            span = (first, last)
    return span


def _within(span: tuple[int, int], around: tuple[int, int]) -> bool:
    return around[0] <= span[0] and span[1] <= around[1]


def _prose_of(segmentation: Segmentation, prose: list[int], span: tuple[int, int]) -> int:
    numbers = range(span[0], span[1])
    return sum(prose[number] for number in numbers if not segmentation.blocks[number].noise)


def _continued(
    segmentation: Segmentation, prose: list[int], span: tuple[int, int], most: int
) -> int:
    """The end of these blocks and of the paragraphs right behind them in the element around, at
    most `most`: some sites split a text in two.
    """
    last = span[1]
    end = min(_end_of_parent(segmentation.ranges, span), last + _CONTINUATION, most)
    for number in range(last, end):
        block = segmentation.blocks[number]
        if block.noise:
            continue
        if prose[number] < PARAGRAPH or block.linked >= 0.3:
            break
        last = number + 1
    return last


def _end_of_parent(ranges: list[tuple[HtmlElement, int, int]], span: tuple[int, int]) -> int:
    """The end of the smallest element around these blocks, their own where there is none."""
    end = span[1]
    smallest = None
    for _, first, last in ranges:
        is_around = first <= span[0] and last >= span[1] and (first, last) != span
        if is_around and (smallest is None or last - first < smallest):
            smallest = last - first
            end = last
    return end


def _gain(block: Block, prose: int) -> int:
    """What a block adds to the element that holds it: prose speaks for it, noise and links
    against it.
    """
    if block.noise:
        return -40 if block.noise == "teaser" else -8
    if prose:
        return prose if prose >= 60 else prose // 2
    if block.linked > 0.5:
        return -min(len(block.text), 100) // 2
    return -8

"""Which marks of the markup take effect: what a page's classes call noise, what looks like a teaser
of another article, and what the embedded text shows to be the article after all.
"""

from crawler.extract.markup.evidence import comparable_line
from crawler.extract.text.blocks import Block, NoiseElement, Segmentation, weight

_TABLE_TAGS = frozenset(("p", "table", "tr"))
_STRONG_SHARE = 0.75
"""Share of the page's prose from which what is marked beyond doubt is the article after all."""
_WEAK_SHARE = 0.3
"""The same where the mark is also what some sites call the column that holds the article."""
_TEASER_SHARE = 0.2
"""Share of the page's prose from which an element is no teaser."""
_TEASER_LINE = 40
"""Letters of a line below a teaser's headline that says something."""


def mark_noise(segmentation: Segmentation, prose: list[int], titles: list[int]) -> None:
    """Marks take effect unless what they mark holds the article: most of the page's prose, or its
    title. First those beyond doubt, so that the others are weighed without what these took.
    """
    sums = _unmarked_sums(segmentation, prose)
    limit = _STRONG_SHARE * (sums[-1] or 1)
    for element in segmentation.marked:
        if element.strong and _prose_in(element, sums) <= limit:
            _apply(element, segmentation, sums, titles)
    sums = _unmarked_sums(segmentation, prose)
    limit = _WEAK_SHARE * (sums[-1] or 1)
    prose_by_mark = _prose_by_mark(segmentation.marked, sums)
    for element in segmentation.marked:
        if not element.strong and prose_by_mark[element.mark] <= limit:
            _apply(element, segmentation, sums, titles)


def _apply(
    element: NoiseElement, segmentation: Segmentation, sums: list[int], titles: list[int]
) -> None:
    """Mark the element's blocks, unless the headline stands among its prose."""
    blocks = range(element.first, element.last)
    if titles and titles[0] in blocks and _prose_in(element, sums) > 0:
        return
    for number in blocks:
        block = segmentation.blocks[number]
        block.noise = block.noise or element.mark


def _unmarked_sums(segmentation: Segmentation, prose: list[int]) -> list[int]:
    """Running sums of the prose that no mark has taken."""
    unmarked = list(prose)
    for number, block in enumerate(segmentation.blocks):
        if block.noise:
            unmarked[number] = 0
    return running_sums(unmarked)


def _prose_in(element: NoiseElement, sums: list[int]) -> int:
    return sums[element.last] - sums[element.first]


def _prose_by_mark(elements: list[NoiseElement], sums: list[int]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for element in elements:
        totals[element.mark] = totals.get(element.mark, 0) + _prose_in(element, sums)
    return totals


def mark_teasers(segmentation: Segmentation, prose: list[int]) -> None:
    """A linked headline with a line or two below it, in an element of its own, announces another
    article.
    """
    limit = _TEASER_SHARE * sum(prose)
    headlines = list(map(_may_be_linked_headline, segmentation.blocks))
    lines = list(map(_may_be_teaser_line, segmentation.blocks))
    for element, first, last in segmentation.ranges:
        if not 2 <= last - first <= 5 or element.tag in _TABLE_TAGS:
            continue
        has_headline = sum(headlines[first:last]) == 1 and any(headlines[first : first + 2])
        is_brief = sum(lines[first:last]) <= 2 and sum(prose[first:last]) < limit
        if has_headline and is_brief:
            for block in segmentation.blocks[first:last]:
                block.noise = block.noise or "teaser"


def _may_be_linked_headline(block: Block) -> bool:
    return block.linked > 0.9 and weight(block.text) >= 20


def _may_be_teaser_line(block: Block) -> bool:
    return block.linked <= 0.1 and weight(block.text) >= _TEASER_LINE


def trust_embedded(segmentation: Segmentation, prose: list[int], witness: str) -> None:
    """What stands in the embedded text is the article, whatever its markup is called."""
    for number, block in enumerate(segmentation.blocks):
        if len(block.text) >= 60 and block.linked < 0.9:
            folded = comparable_line(block.text)
            if len(folded) >= 40 and folded in witness:
                block.noise = ""
                prose[number] = max(prose[number], 2 * weight(block.text))


def running_sums(values: list[int]) -> list[int]:
    """Sums of the first 0, 1, 2 … values: the sum of a range is the difference of two of them."""
    sums = [0]
    for value in values:
        sums.append(sums[-1] + value)
    return sums

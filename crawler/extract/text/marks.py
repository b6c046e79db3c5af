"""Which marks of the markup take effect: what a page's classes call noise, what looks like a teaser
of another article, and what the embedded text shows to be the article after all.
"""

from crawler.extract.markup.evidence import comparable_line, weight
from crawler.extract.text.blocks import (
    Block,
    NoiseElement,
    Segmentation,
    running_sums,
)
from crawler.extract.text.other_articles import leads_away
from crawler.extract.text.place import Place, find_lines, find_place

_TABLE_TAGS = frozenset(("p", "table", "tr"))
_STRONG_SHARE = 0.75
"""Share of the page's prose from which what is marked beyond doubt is the article after all."""
_WEAK_SHARE = 0.3
"""The same where the mark is also what some sites call the column that holds the article."""
_BESIDE_SHARE = 2
"""How much longer than the paragraphs below the headline what is marked with doubt may be."""
_TEASER_SHARE = 0.2
"""Share of the page's prose from which an element is no teaser."""
_TEASER_LINE = 40
"""Letters of a line below a teaser's headline that says something."""


def mark_noise(segmentation: Segmentation, prose: list[int], titles: list[int]) -> Place | None:
    """Marks take effect unless what they mark holds the article: most of the page's prose, or its
    title. First those beyond doubt, so that the others are weighed without what these took.

    Where an article stands below the headline, what is marked beside it is noise however long it
    is. Returns that place.
    """
    sums = unmarked_sums(segmentation, prose)
    limit = _STRONG_SHARE * (sums[-1] or 1)
    for element in segmentation.marked:
        if element.group == "noise" and _prose_in(element, sums) <= limit:
            _apply(element, segmentation, sums, titles)
    sums = unmarked_sums(segmentation, prose)
    limit = _WEAK_SHARE * (sums[-1] or 1)
    prose_by_mark = _prose_by_mark(segmentation.marked, sums)
    for element in segmentation.marked:
        if element.group != "noise" and prose_by_mark[element.mark] <= limit:
            _apply(element, segmentation, sums, titles)
    place = _place(segmentation, prose, titles)
    if place:
        _mark_beside(segmentation, prose, place, titles)
    return place


def _place(segmentation: Segmentation, prose: list[int], titles: list[int]) -> Place | None:
    """Where the article stands, what the markup calls noise left aside."""
    if not titles:
        return None
    unmarked = _unmarked(segmentation, prose)
    plain = list(unmarked)
    for element in segmentation.marked:
        if element.first <= titles[0] < element.last:
            continue  # it holds the headline, and so what stands below
        plain[element.first : element.last] = [0] * (element.last - element.first)
    doubted = [size - certain for size, certain in zip(unmarked, plain, strict=True)]
    place = find_place(segmentation, plain, doubted, titles[0])
    return place or find_lines(segmentation, prose, sum(plain[titles[0] :]), titles[0])


def _mark_beside(
    segmentation: Segmentation, prose: list[int], place: Place, titles: list[int]
) -> None:
    """The marks that were too large to take effect, where they stand beside the article."""
    sums = unmarked_sums(segmentation, prose)
    # A name that is given to the article's own element means nothing on this page.
    of_article = {element.mark for element in segmentation.marked if place.is_in(element)}
    for element in segmentation.marked:
        if element.mark not in of_article and _stands_beside(element, place, sums):
            _apply(element, segmentation, sums, titles)


def _stands_beside(element: NoiseElement, place: Place, sums: list[int]) -> bool:
    if element.group != "doubtful":
        return True
    is_long = _prose_in(element, sums) > _BESIDE_SHARE * place.prose
    return not is_long and not place.overlaps(element)


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


def _unmarked(segmentation: Segmentation, prose: list[int]) -> list[int]:
    """The prose that no mark has taken."""
    unmarked = list(prose)
    for number, block in enumerate(segmentation.blocks):
        if block.noise:
            unmarked[number] = 0
    return unmarked


def unmarked_sums(segmentation: Segmentation, prose: list[int]) -> list[int]:
    """Running sums of the prose that no mark has taken."""
    return running_sums(_unmarked(segmentation, prose))


def _prose_in(element: NoiseElement, sums: list[int]) -> int:
    return sums[element.last] - sums[element.first]


def _prose_by_mark(elements: list[NoiseElement], sums: list[int]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for element in elements:
        totals[element.mark] = totals.get(element.mark, 0) + _prose_in(element, sums)
    return totals


def mark_teasers(segmentation: Segmentation, prose: list[int], titles: list[int], url: str) -> None:
    """A linked headline with a line or two below it, in an element of its own, announces another
    article of the page's site.
    """
    limit = _TEASER_SHARE * sum(prose)
    headlines = list(map(_may_be_linked_headline, segmentation.blocks))
    lines = list(map(_may_be_teaser_line, segmentation.blocks))
    for element, first, last in segmentation.ranges:
        if not 2 <= last - first <= 5 or element.tag in _TABLE_TAGS:
            continue
        if first - 1 in titles:
            continue  # what stands right below the headline sums the article up
        has_headline = sum(headlines[first:last]) == 1 and any(headlines[first : first + 2])
        is_brief = sum(lines[first:last]) <= 2 and sum(prose[first:last]) < limit
        blocks = segmentation.blocks[first:last]
        if has_headline and is_brief and _announces(blocks[:2], url):
            _mark_teaser(blocks)


def _mark_teaser(blocks: list[Block]) -> None:
    for block in blocks:
        block.noise = block.noise or "teaser"


def _announces(beginning: list[Block], url: str) -> bool:
    """Whether the headline at an element's beginning links to a page, and not to another part of
    this one.
    """
    return any(leads_away(block, url) for block in beginning if _may_be_linked_headline(block))


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

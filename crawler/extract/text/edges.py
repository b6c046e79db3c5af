"""Where a text begins and ends inside the element that was taken for it: pages of one large element
have their notices and other stories in there too.
"""

from lxml.html import HtmlElement

from crawler.extract.text.blocks import Segmentation
from crawler.extract.text.marks import unmarked_sums
from crawler.extract.text.place import Place

_CORE_SHARE = 0.7
"""Share of the prose that the smallest element around most of a text has at least."""
_BELOW_SHARE = 0.25
"""Share of the prose that stands below a headline from which what stands above is another story."""
_LINKS = 4
"""Links or noise behind a text from which what follows is another part of the page: lines without
links may be a list of the text.
"""
_LINK = 0.5


def trimmed(
    segmentation: Segmentation,
    prose: list[int],
    span: tuple[int, int],
    headline: int | None,
    place: Place | None,
) -> tuple[int, int]:
    """The blocks of a span without the prose above the headline, and without what stands far behind
    the element that holds most of it.
    """
    sums = unmarked_sums(segmentation, prose)
    if headline is not None and _is_below(sums, span, headline):
        span = (headline, span[1])
    core, element = _core(segmentation, sums, span)
    most = _LINKS
    if core == span and place and 2 * place.prose >= sums[span[1]] - sums[span[0]]:
        core = (place.first, place.last)
        element = place.element
        most = 2 * _LINKS
    return span[0], _end(segmentation, prose, range(core[1], span[1]), most, _names(element))


def _end(
    segmentation: Segmentation,
    prose: list[int],
    behind: range,
    most: int,
    names: tuple[str, str] | None,
) -> int:
    """Where the text ends among the blocks behind most of it: before prose that follows this many
    links and has no part of the text's names around it.
    """
    last = behind.start
    links = 0
    for number in behind:
        block = segmentation.blocks[number]
        if block.noise or not prose[number]:
            links += bool(block.noise) or block.linked > _LINK
            continue
        if links >= most and not (names and names in map(_names, block.element.iterancestors())):
            return last
        last = number + 1
        links = 0
    return behind.stop


def _is_below(sums: list[int], span: tuple[int, int], headline: int) -> bool:
    """Whether enough of a span's prose stands below the headline to be the article."""
    if not span[0] < headline < span[1]:
        return False
    return sums[span[1]] - sums[headline] >= _BELOW_SHARE * (sums[span[1]] - sums[span[0]])


def _core(
    segmentation: Segmentation, sums: list[int], span: tuple[int, int]
) -> tuple[tuple[int, int], HtmlElement | None]:
    """The smallest element of a span with most of its prose."""
    least = _CORE_SHARE * (sums[span[1]] - sums[span[0]])
    core = span
    around = None
    for element, first, last in segmentation.ranges:
        is_inside = span[0] <= first and last <= span[1]
        if is_inside and last - first < core[1] - core[0] and sums[last] - sums[first] >= least:
            core = (first, last)
            around = element
    return core, around


def _names(element: HtmlElement | None) -> tuple[str, str] | None:
    """What is alike in two parts of one text: tag and class."""
    if element is None or not element.get("class"):
        return None
    return element.tag, element.get("class", "")

"""Which blocks of a page are its article: the element with most prose and least around it, then
block by block.
"""

import re
from dataclasses import dataclass

from crawler.extract.markup.evidence import comparable_line
from crawler.extract.text.blocks import SENTENCE, Block, Segmentation, weight
from crawler.extract.text.noise import Trace
from crawler.extract.text.standfirst import above, opening_of

HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6", "dt", "summary"))
_CREDIT = re.compile(
    r"\W{0,3}(?:sources?|quellen?|fuentes?|المصدر|مصدر)\s*[:：]\s*\S.{1,140}$", re.IGNORECASE
)
_PROSE_TAGS = frozenset(
    ("p", "li", "blockquote", "td", "th", "pre", "dd", "section", "article", "main")
)


@dataclass(slots=True)
class MainContent:
    """The article's blocks in the page's order; the first `standfirst` of them stand between its
    headline and its body.

    `frame` holds what else is printed around headline and body: bylines, dates, labels.
    """

    blocks: list[Block]
    standfirst: int = 0
    frame: tuple[str, ...] = ()


def select(
    segmentation: Segmentation, title: str, description: str, witness: str, trace: Trace
) -> MainContent:
    """The blocks of the page that are its article, chosen by what the markup shows.

    `witness` is the folded text that the page embeds, empty where it embeds none: what is in it is
    the article.
    """
    blocks = segmentation.blocks
    own = comparable_line(title)
    titles = [
        n
        for n, block in enumerate(blocks)
        if block.tag == "h1" and _same(comparable_line(block.text), own)
    ]
    titles = titles or [n for n, block in enumerate(blocks) if comparable_line(block.text) == own]
    prose = [_prose(block) for block in blocks]
    _mark_noise(segmentation, prose, titles)
    _mark_teasers(segmentation, prose)
    if witness:
        _believe(segmentation, prose, witness)
    first, last = _densest(segmentation, prose)
    solid = [n for n in range(first, last) if prose[n] and not blocks[n].noise]
    if not solid:
        return MainContent([], frame=_frame(blocks, titles, 0, len(blocks)))
    opening = above(blocks, titles, solid[0], own, comparable_line(description)) or opening_of(
        blocks, solid, own
    )
    others = [n for n in range(first, last) if not any(blocks[n] is block for block in opening)]
    kept = [*opening, *_kept(blocks, prose, others, solid, trace)]
    return MainContent(kept, len(opening), _frame(blocks, titles, solid[0], solid[-1] + 1))


def _frame(blocks: list[Block], titles: list[int], body: int, end: int) -> tuple[str, ...]:
    above = [number for number in titles if number <= body]
    start = max(0, (above[-1] if above else body) - 6)
    around = [*blocks[start : min(body, start + 40)], *blocks[end : end + 6]]
    return tuple(block.text for block in around if len(block.text) <= 300)


def _same(one: str, other: str) -> bool:
    return bool(one) and (
        one == other or (len(one) > 20 and len(other) > 20 and (one in other or other in one))
    )


def _prose(block: Block) -> int:
    """The weight of the block's own words, 0 where it is no paragraph."""
    if block.tag == "h1" or block.tag in HEADINGS:
        return 0
    size = weight(block.text)
    own = int(size * (1 - block.linked))
    if block.linked > 0.5:
        return own if own >= 60 and size >= 100 else 0
    return own if size >= 100 or (size >= 40 and SENTENCE.search(block.text)) else 0


def _mark_noise(segmentation: Segmentation, prose: list[int], titles: list[int]) -> None:
    """Marks take effect unless what they mark holds the article: most of the page's prose, or its
    title.
    """
    for strong, share in ((True, 0.75), (False, 0.3)):
        sums = _prefix(
            [
                0 if block.noise else size
                for block, size in zip(segmentation.blocks, prose, strict=True)
            ]
        )
        total = sums[-1] or 1
        called: dict[str, int] = {}
        for marked in segmentation.marked:
            called[marked.mark] = (
                called.get(marked.mark, 0) + sums[marked.last] - sums[marked.first]
            )
        for marked in segmentation.marked:
            if marked.strong is not strong:
                continue
            inside = sums[marked.last] - sums[marked.first]
            holds_title = inside > 0 and any(
                marked.first <= number < marked.last for number in titles[:1]
            )
            if holds_title or (inside if strong else called[marked.mark]) > share * total:
                continue
            for block in segmentation.blocks[marked.first : marked.last]:
                block.noise = block.noise or marked.mark


def _mark_teasers(segmentation: Segmentation, prose: list[int]) -> None:
    """A linked headline with a line or two below it, in an element of its own, announces another
    article.
    """
    limit = 0.2 * sum(prose)
    linked = [block.linked > 0.9 and weight(block.text) >= 20 for block in segmentation.blocks]
    told = [block.linked <= 0.1 and weight(block.text) >= 40 for block in segmentation.blocks]
    for element, first, last in segmentation.ranges:
        if not 2 <= last - first <= 5 or element.tag in ("p", "table", "tr"):
            continue
        announced = sum(linked[first:last]) == 1 and any(linked[first : first + 2])
        if announced and sum(told[first:last]) <= 2 and sum(prose[first:last]) < limit:
            for block in segmentation.blocks[first:last]:
                block.noise = block.noise or "teaser"


def _believe(segmentation: Segmentation, prose: list[int], witness: str) -> None:
    for number, block in enumerate(segmentation.blocks):
        if len(block.text) >= 60 and block.linked < 0.9:
            folded = comparable_line(block.text)
            if len(folded) >= 40 and folded in witness:
                block.noise = ""
                prose[number] = max(prose[number], 2 * weight(block.text))


def _prefix(values: list[int]) -> list[int]:
    sums = [0]
    for value in values:
        sums.append(sums[-1] + value)
    return sums


def _densest(segmentation: Segmentation, prose: list[int]) -> tuple[int, int]:
    """The blocks of the element whose prose outweighs by most what else is in it."""
    gains = [_gain(block, size) for block, size in zip(segmentation.blocks, prose, strict=True)]
    sums = _prefix(gains)
    best, found = 0, (0, 0)
    for _, first, last in segmentation.ranges:
        gain = sums[last] - sums[first]
        if gain > best or (gain >= 0.97 * best and last - first < found[1] - found[0]):
            best, found = max(gain, best), (first, last)
    return _continued(segmentation, prose, *found)


def _continued(
    segmentation: Segmentation, prose: list[int], first: int, last: int
) -> tuple[int, int]:
    """The same blocks, and the paragraphs right behind them in the element around: some sites split
    a text in two.
    """
    around = [
        (f, e)
        for _, f, e in segmentation.ranges
        if f <= first and e >= last and (f, e) != (first, last)
    ]
    if not around:
        return first, last
    end = min(around, key=lambda pair: pair[1] - pair[0])[1]
    for number in range(last, min(end, last + 30)):
        block = segmentation.blocks[number]
        if prose[number] >= 100 and not block.noise and block.linked < 0.3:
            last = number + 1
        elif not block.noise:
            break
    return first, last


def _gain(block: Block, prose: int) -> int:
    if block.noise:
        return -40 if block.noise == "teaser" else -8
    if prose:
        return prose if prose >= 60 else prose // 2
    return -min(len(block.text), 100) // 2 if block.linked > 0.5 else -8


def _kept(
    blocks: list[Block], prose: list[int], numbers: list[int], solid: list[int], trace: Trace
) -> list[Block]:
    """Of these blocks the article's, between its first and last paragraph and what stands with them."""
    kept = []
    for number in numbers:
        block = blocks[number]
        near = blocks[solid[0]] if number < solid[0] else blocks[solid[-1]]
        rule = _rule(block, prose[number], solid[0] <= number <= solid[-1], near)
        if (
            rule in ("around", "scrap")
            and solid[0] < number <= solid[-1] + 6
            and _CREDIT.match(block.text)
        ):
            rule = ""  # who wrote it is read off this line before it leaves the text
        if rule:
            trace(rule, block.text)
        else:
            kept.append(block)
    while kept and kept[-1].tag in HEADINGS:
        kept.pop()
    return kept


def _rule(block: Block, prose: int, inside: bool, near: Block) -> str:
    if block.noise:
        return f"marked {block.noise}"
    if prose:
        return ""
    if block.linked > 0.7:
        return "links"
    if inside:
        return (
            ""
            if block.tag in HEADINGS or block.tag in _PROSE_TAGS or SENTENCE.search(block.text)
            else "scrap"
        )
    return "" if _belongs(block, near) else "around"


def _belongs(block: Block, near: Block) -> bool:
    """Whether a short line before or after all paragraphs stands with the nearest: in its list, or
    as its sibling.
    """
    parent, above = near.element.getparent(), block.element.getparent()
    if (
        parent is None
        or above is None
        or block.linked >= 0.3
        or near.element.tag in ("article", "main", "section", "body")
    ):
        return False
    if block.element.tag == "li":
        return above is parent or above.getparent() is parent
    return above is parent and (block.tag == "p" or block.tag in HEADINGS)

"""Which blocks of a page are its article: the element with most prose and least around it, then
block by block.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from crawler.extract.markup.evidence import comparable_line
from crawler.extract.text.blocks import HEADINGS, SENTENCE, Block, Segmentation, prose_weight
from crawler.extract.text.densest import densest_element
from crawler.extract.text.edges import trimmed
from crawler.extract.text.marks import mark_noise, mark_teasers, trust_embedded
from crawler.extract.text.noise import Trace
from crawler.extract.text.other_articles import mark_others
from crawler.extract.text.standfirst import opening_paragraph, standfirst_above
from crawler.extract.words.lists import any_word

_PROSE_TAGS = frozenset(
    ("p", "li", "blockquote", "td", "th", "pre", "dd", "section", "article", "main")
)
_CONTAINER_TAGS = frozenset(("article", "main", "section", "body"))

_AROUND = 6
"""Blocks before the headline and behind the body in which bylines and dates stand."""
_OWN_WORDS = 30
"""Letters beside a link that are more than a label: "Read also:"."""
LONGEST_LABEL = 60
"""Characters of a line that may be a section's name, as in crawler/extract/metadata/section.py."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an article before its text: its address, its title and description, and the
    folded text that the page embeds, empty where it embeds none; what is in it is the article.
    """

    url: str
    title: str
    description: str
    embedded: str


@dataclass(slots=True)
class MainContent:
    """The article's blocks in the page's order; the first `standfirst` of them stand between its
    headline and its body.

    `frame` holds what else is printed around headline and body: bylines, dates, labels. `labels`
    are those of the blocks that may be a kicker: short, and above the first paragraph below the
    standfirst.
    """

    blocks: list[Block]
    standfirst: int = 0
    frame: tuple[str, ...] = ()
    labels: tuple[Block, ...] = ()


def select(segmentation: Segmentation, known: Known, trace: Trace) -> MainContent:
    """The blocks of the page that are its article, chosen by what the markup shows."""
    blocks = segmentation.blocks
    titles = _title_blocks(blocks, comparable_line(known.title))
    prose = list(map(prose_weight, blocks))
    first, last = _text_range(segmentation, prose, titles, known)
    paragraphs = _paragraphs(blocks, prose, first, last)
    if not paragraphs:
        return MainContent([], frame=_frame(blocks, titles, 0, len(blocks)))
    body = paragraphs[0]
    end = paragraphs[-1] + 1
    opening = _opening(blocks, titles, paragraphs, known)
    others = _without(range(first, last), blocks, opening)
    others = _below_headline(others, blocks, titles, body, trace)
    text = _article_blocks(blocks, prose, others, range(body, end), trace)
    return MainContent(
        blocks=[*opening, *text],
        standfirst=len(opening),
        frame=_frame(blocks, titles, body, end),
        labels=tuple(_labels(text, blocks[: titles[0]] if titles else [])),
    )


def _opening(
    blocks: list[Block], titles: list[int], paragraphs: list[int], known: Known
) -> list[Block]:
    """The blocks that sum the article up, between its headline and its body or as its first."""
    title = comparable_line(known.title)
    description = comparable_line(known.description)
    above = standfirst_above(blocks, titles, paragraphs[0], title, description)
    return above or opening_paragraph(blocks, paragraphs, title)


def _text_range(
    segmentation: Segmentation, prose: list[int], titles: list[int], known: Known
) -> tuple[int, int]:
    """The blocks [first, last) that hold the text, with marks on what is none of it."""
    place = mark_noise(segmentation, prose, titles)
    mark_teasers(segmentation, prose, titles, known.url)
    if place:
        mark_others(segmentation, prose, place, known.url)
    if known.embedded:
        trust_embedded(segmentation, prose, known.embedded)
    span = densest_element(segmentation, prose, place)
    return trimmed(segmentation, prose, span, titles[0] if titles else None, place)


def _paragraphs(blocks: list[Block], prose: list[int], first: int, last: int) -> list[int]:
    return [number for number in range(first, last) if prose[number] and not blocks[number].noise]


def _without(numbers: Iterable[int], blocks: list[Block], opening: list[Block]) -> list[int]:
    """The numbers of the blocks that are not the article's opening."""
    opening_ids = {id(block) for block in opening}
    return [number for number in numbers if id(blocks[number]) not in opening_ids]


def _below_headline(
    numbers: list[int], blocks: list[Block], titles: list[int], body: int, trace: Trace
) -> list[int]:
    """These blocks without the labels right above the headline: a kicker, a date, a menu."""
    if not titles or titles[0] > body:
        return numbers
    below = []
    for number in numbers:
        text = blocks[number].text
        is_label = len(text) <= LONGEST_LABEL and not SENTENCE.search(text)
        if number < titles[0] and is_label:
            trace("above headline", text)
        else:
            below.append(number)
    return below


def _title_blocks(blocks: list[Block], title: str) -> list[int]:
    """The numbers of the blocks that print the headline: headings of the first rank, else any."""
    headings = [
        number
        for number, block in enumerate(blocks)
        if block.tag == "h1" and _is_same_title(comparable_line(block.text), title)
    ]
    return headings or [n for n, block in enumerate(blocks) if comparable_line(block.text) == title]


def _is_same_title(heading: str, title: str) -> bool:
    if not heading:
        return False
    if heading == title:
        return True
    shorter, longer = sorted((heading, title), key=len)
    return len(shorter) > 20 and shorter in longer


def _frame(blocks: list[Block], titles: list[int], body: int, end: int) -> tuple[str, ...]:
    """The short lines around headline and text; `body` and `end` bound the text's blocks."""
    titles_above = [number for number in titles if number <= body]
    headline = titles_above[-1] if titles_above else body
    start = max(0, headline - _AROUND)
    around = [*blocks[start : min(body, start + 40)], *blocks[end : end + _AROUND]]
    return tuple(block.text for block in around if len(block.text) <= 300)


def _labels(text: list[Block], above_headline: list[Block]) -> Iterator[Block]:
    """The short lines above a text's first paragraph; a heading only where it stands above the
    headline, since one below it may head a part of the text.
    """
    for block in text:
        if prose_weight(block):
            return
        may_be_label = block.tag not in HEADINGS or any(block is other for other in above_headline)
        if may_be_label and len(block.text) <= LONGEST_LABEL:
            yield block


def _article_blocks(
    blocks: list[Block], prose: list[int], numbers: list[int], body: range, trace: Trace
) -> list[Block]:
    """Of these blocks the article's, between its first and last paragraph and what stands with
    them. `body` holds the numbers from the first paragraph to the last.
    """
    text = []
    for number in numbers:
        block = blocks[number]
        nearest = blocks[body[0]] if number < body[0] else blocks[body[-1]]
        rule = _rule(block, prose[number], number in body, nearest)
        # Who wrote it is read off a credit before it leaves the text.
        may_be_credit = rule in ("around", "scrap") and body[0] < number <= body[-1] + _AROUND
        if rule and not (may_be_credit and _credit().match(block.text)):
            trace(rule, block.text)
        else:
            text.append(block)
    while text and text[-1].tag in HEADINGS:
        text.pop()  # nothing stands below it
    return text


def _rule(block: Block, prose: int, inside: bool, nearest: Block) -> str:
    """Why a block is left out, empty where it belongs to the text."""
    if block.noise:
        return f"marked {block.noise}"
    if prose:
        return ""
    if block.linked > 0.7 and not (inside and _is_linked_sentence(block)):
        return "links"
    if inside:
        return "" if _is_running_text(block) else "scrap"
    return "" if _belongs(block, nearest) else "around"


def _is_linked_sentence(block: Block) -> bool:
    """Whether a paragraph is a sentence around a long link, and not a mere link with a label."""
    own = len(block.text) * (1 - block.linked)
    return block.tag == "p" and own >= _OWN_WORDS and bool(SENTENCE.search(block.text))


def _is_running_text(block: Block) -> bool:
    if block.tag in HEADINGS or block.tag in _PROSE_TAGS:
        return True
    return bool(SENTENCE.search(block.text))


def _belongs(block: Block, nearest: Block) -> bool:
    """Whether a short line before or after all paragraphs stands with the nearest: in its list, or
    as its sibling.
    """
    if block.linked >= 0.3 or nearest.element.tag in _CONTAINER_TAGS:
        return False
    parent = nearest.element.getparent()
    block_parent = block.element.getparent()
    if parent is None or block_parent is None:
        return False
    if block.element.tag == "li":
        return block_parent is parent or block_parent.getparent() is parent
    return block_parent is parent and (block.tag == "p" or block.tag in HEADINGS)


@cache
def _credit() -> re.Pattern[str]:
    """A line that names a source: "Source: AFP"."""
    source = any_word("noise", "source")
    return re.compile(rf"\W{{0,3}}{source}\s*[:：]\s*\S.{{1,140}}$", re.IGNORECASE)

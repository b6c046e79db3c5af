"""The standfirst: what a page prints between its headline and its text to sum the article up."""

import re
from functools import cache

from crawler.extract.markup.evidence import comparable_line, weight
from crawler.extract.text.blocks import SENTENCE, Block
from crawler.extract.words.lists import any_word

_NEAR = 30
"""Blocks above the body in which it is looked for where no headline is printed."""
_MOST = 6
"""Blocks that may sum an article up: more of them are a list."""


def standfirst_above(
    blocks: list[Block], titles: list[int], body: int, title: str, description: str
) -> list[Block]:
    """What is printed between the headline and the body's first paragraph to sum the article up.

    `titles` are the numbers of the headline's blocks, `body` that of the first paragraph; `title`
    and `description` are folded.
    """
    titles_above = [number for number in titles if number < body]
    start = titles_above[-1] + 1 if titles_above else max(0, body - _NEAR)
    summing_up = []
    for block in blocks[start:body]:
        folded = comparable_line(block.text)
        if folded == title:
            continue
        if _is_description(folded, description) or (titles_above and _sums_up(block)):
            summing_up.append(block)
    return summing_up if len(summing_up) <= _MOST else []


def _is_description(folded: str, description: str) -> bool:
    """Whether a line is what the page declares as its description, or begins with it."""
    if len(folded) <= 30 or not description:
        return False
    return folded in description or description[:80] in folded


def opening_paragraph(blocks: list[Block], paragraphs: list[int], title: str) -> list[Block]:
    """The body's first paragraph where it is the standfirst: by its class, or as the headline comes
    again below.
    """
    if len(paragraphs) < 2:
        return []
    first = blocks[paragraphs[0]]
    between = blocks[paragraphs[0] + 1 : paragraphs[1]]
    title_repeated = any(comparable_line(block.text) == title for block in between)
    return [first] if title_repeated or _is_named_standfirst(first) else []


def _is_named_standfirst(block: Block) -> bool:
    """Whether the markup calls the block, or the element around it, a standfirst."""
    names = [block.element.get("class"), block.element.get("itemprop")]
    parent = block.element.getparent()
    if parent is not None:
        names.append(parent.get("class"))
    return bool(_names().search(" ".join(filter(None, names))))


def _sums_up(block: Block) -> bool:
    if block.noise or block.linked > 0.3 or weight(block.text) < 35:
        return False
    if block.tag == "h2" or _is_named_standfirst(block):
        return True
    return block.tag in ("p", "li") and bool(SENTENCE.search(block.text))


@cache
def _names() -> re.Pattern[str]:
    begin = any_word("classes", "standfirst_word")
    anywhere = any_word("classes", "standfirst")
    return re.compile(rf"{anywhere}|(?:^|[\s_-]){begin}", re.IGNORECASE)

"""Which lines at the end of a text its markup sets apart from the prose, or links to a channel of
the site.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.markup.evidence import clean, words_in
from crawler.extract.text.blocks import Block
from crawler.extract.words.lists import joined, table
from crawler.tables import any_of

LAST_BLOCKS = 12
"""Blocks at a text's end that are looked at."""
_SLANTED = ("em", "i", "small", "cite")
_SYMBOLS = re.compile(r"^[\W_]+$")
_IN_LISTS = ("li", "dd", "dt", "td", "th", "blockquote")
_MOST_SIBLINGS = 8
_MOST_LINKS = 6


def set_apart(blocks: list[Block]) -> frozenset[str]:
    """The lines among the last ones that stand behind a rule or a row of stars, in slanted or small
    letters, or in a box of their own.
    """
    last = range(max(1, len(blocks) - LAST_BLOCKS), len(blocks))
    column = _column(blocks)
    lines = set()
    behind_rule = False
    for number in last:
        block = blocks[number]
        behind_rule = behind_rule or _is_behind_rule(block, blocks[number - 1])
        if behind_rule or _is_slanted(block) or _is_in_box(block, column):
            lines.add(block.text)
    return frozenset(lines)


def channel_links(blocks: list[Block]) -> frozenset[str]:
    """The lines among the last ones that link to a channel, a newsletter or a till."""
    return frozenset(
        block.text
        for block in blocks[-LAST_BLOCKS:]
        if block.linked and any(map(_is_channel, _addresses(block)))
    )


def _column(blocks: list[Block]) -> HtmlElement | None:
    """The element that holds half of the text's blocks or more, as their parent."""
    parents = [block.element.getparent() for block in blocks]
    counted = Counter(id(parent) for parent in parents if parent is not None)
    most = counted.most_common(1)
    if not most or 2 * most[0][1] < len(blocks):
        return None
    return next(parent for parent in parents if id(parent) == most[0][0])


def _is_in_box(block: Block, column: HtmlElement | None) -> bool:
    if column is None or block.tag in _IN_LISTS:
        return False
    parent = block.element.getparent()
    return parent is not column and block.element is not column


def _is_behind_rule(block: Block, before: Block) -> bool:
    """Whether a rule or a row of symbols stands right in front of the block."""
    if _SYMBOLS.match(before.text):
        return True
    element = block.element
    previous = element.getprevious()
    if previous is None and element.getparent() is not None:
        previous = element.getparent().getprevious()
    return previous is not None and previous.tag == "hr"


def _is_slanted(block: Block) -> bool:
    """Whether all words of the block stand in one element of slanted or small letters."""
    for element in islice(block.element.iter(*_SLANTED), _MOST_SIBLINGS):
        if clean(words_in(element)) == block.text:
            return True
    return False


def _addresses(block: Block) -> Iterator[str]:
    for anchor in islice(block.element.iter("a"), _MOST_LINKS):
        yield (anchor.get("href") or "")[:300]


def _is_channel(address: str) -> bool:
    return _channel().search(address) is not None


@cache
def _channel() -> re.Pattern[str]:
    words = table("end_matter")
    host = any_of(joined(words["channel_host"]))
    path = any_of(joined(words["channel_path"]))
    return re.compile(
        rf"^https?://[\w.-]*{host}|//(?:t\.me|x\.com|wa\.me)/|[/?#]{path}(?:[/?#.]|$)|^mailto:",
        re.IGNORECASE,
    )

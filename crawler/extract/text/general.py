"""What a general extractor, trafilatura, reads where the page's structure shows little."""

from collections.abc import Iterable
from copy import copy

from lxml.html import HtmlElement
from trafilatura.core import trafilatura_sequence
from trafilatura.settings import Extractor
from trafilatura.xml import xmltotxt

from crawler.extract.markup.evidence import clean, comparable_line
from crawler.extract.text.blocks import HEADINGS, Block

_EXTRACTOR = Extractor(comments=False)
_FULLER = 1.5
"""How many times as long as what the structure shows its text must be."""
_COMPARED = 4_000
"""Letters of its text up to which it is looked through for what is no prose."""
_LEAST = 4
"""Letters of a heading or a link that are taken out of it: fewer may stand in any word."""
_LINKS = 0.5
"""Share of a block inside links from which it is a link."""


def fuller(lines: list[str], tree: HtmlElement, blocks: Iterable[Block], url: str) -> list[str]:
    """What the general extractor reads where that is much more than these lines; empty where it is
    not. What it repeats, and headings and links that it takes along, make it no fuller.
    """
    general = _read(tree, url)
    if sum(map(len, general)) <= _FULLER * sum(map(len, lines)):
        return []
    letters = comparable_line("".join(general))
    if len(letters) > _COMPARED:
        return general
    known = {comparable_line(line) for line in lines}
    frame = {comparable_line(block.text) for block in blocks if _is_frame(block)}
    more = _without(letters, known | frame)
    return general if len(more) > (_FULLER - 1) * sum(map(len, known)) else []


def _without(letters: str, parts: Iterable[str]) -> str:
    """The letters of a text without those of its parts, the longest first."""
    left = letters
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= _LEAST:
            left = left.replace(part, "")
    return left


def _is_frame(block: Block) -> bool:
    return block.tag == "h1" or block.tag in HEADINGS or block.linked > _LINKS


def _read(tree: HtmlElement, url: str) -> list[str]:
    extracted, _, _, _ = trafilatura_sequence(copy(tree), _EXTRACTOR, url)
    lines = map(clean, xmltotxt(extracted, False).split("\n"))
    return list(filter(None, lines))

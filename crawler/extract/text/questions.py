"""Boxes among the paragraphs that ask readers for an address or a password."""

from collections.abc import Sequence
from itertools import islice
from typing import Protocol

from lxml.html import HtmlElement

_ANSWERS = frozenset(("email", "password"))
"""Kinds of input that no text has for its own sake: a quiz has others, and so has a search."""
_BOXES = frozenset(("div", "section", "li"))
_LEAST = 25
_LONGEST = 600
"""Letters of a box that says what it asks for, and on what terms."""
MOST_BLOCKS = 8
_BEFORE = 6
_PARAGRAPH = 60
"""Letters of a paragraph, in front of a box, of the text that the box interrupts."""


class _Printed(Protocol):
    text: str


class Questions:
    """The inputs of a page whose box is not found yet, while its elements end one by one."""

    def __init__(self) -> None:
        self.are_open = False

    def ask(self, element: HtmlElement) -> None:
        """Note an input."""
        kind = (element.get("type") or "").lower()
        self.are_open = self.are_open or kind in _ANSWERS

    def are_all_of(self, element: HtmlElement, blocks: Sequence[_Printed]) -> bool:
        """Whether an element that ends here, with these blocks in it, is the box around the inputs:
        a few short lines right behind a paragraph.
        """
        size = sum(len(block.text) for block in blocks)
        if len(blocks) > MOST_BLOCKS or size > _LONGEST:
            self.are_open = False
            return False
        if element.tag not in _BOXES or size < _LEAST or not _follows_paragraph(element):
            return False
        self.are_open = False
        return True


def _follows_paragraph(element: HtmlElement) -> bool:
    before = islice(element.itersiblings(preceding=True), _BEFORE)
    return any(part.tag == "p" and _is_long(part) for part in before)


def _is_long(element: HtmlElement) -> bool:
    pieces = islice(element.itertext(), 20)
    return sum(len(piece.strip()) for piece in pieces) >= _PARAGRAPH

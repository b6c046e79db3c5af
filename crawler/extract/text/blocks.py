"""A page cut into blocks: runs of text between two breaks, with what the markup says about each."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate

from lxml.html import HtmlElement

from crawler.extract.markup.evidence import ElementAttributes, clean, weight, words_in
from crawler.extract.text.hidden import (
    Controls,
    continues_text,
    is_invisible,
    unfolding_control,
)
from crawler.extract.text.names import named_noise
from crawler.extract.text.questions import MOST_BLOCKS, Questions

_BLOCK = frozenset(
    [
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog",
        "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
        "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section",
        "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    ]
)  # fmt: skip
_SKIPPED = frozenset(
    [
        "script", "style", "noscript", "template", "svg", "iframe", "button", "select", "input",
        "textarea", "head", "canvas", "object", "embed", "math", "audio", "video", "map", "dialog",
        "datalist", "meter", "progress", "link", "meta", "amp-ad", "amp-iframe", "amp-video",
        "amp-analytics",
    ]
)  # fmt: skip
MAX_BLOCKS = 10_000
_NOISY_TAGS = frozenset(
    [
        "aside", "figure", "figcaption", "form", "address", "menu", "label", "fieldset", "nav",
        "footer",
    ]
)  # fmt: skip

_STAMP = r"[\d\s:.,/()\[\]|-]{5,40}"
_STAMP_BEFORE = re.compile(_STAMP)
_STAMP_BEHIND = re.compile(f"{_STAMP}$")
_LONGEST_STAMP = 40
_NOISY_ROLES = frozenset(
    ["navigation", "complementary", "contentinfo", "dialog", "alertdialog", "search"]
)
_SLUG_TAGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "span", "body"])
SENTENCE = re.compile(r"[.!?…。！？।؟:;»”\"')\]’]\s*$")


HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6", "dt", "summary"))
PARAGRAPH = 100
"""What a paragraph weighs at least, in letters (see `weight`)."""
_SENTENCE = 40
"""The same where it ends like a sentence."""
_LINKED_PROSE = 60
"""Letters outside links of a paragraph that is mostly links: fewer are a list of links."""


@dataclass(slots=True)
class Block:
    """One run of text; `noise` names the mark of the nearest marked ancestor, `linked` is its share
    inside links.
    """

    text: str
    tag: str
    element: HtmlElement
    linked: float = 0.0
    noise: str = ""
    start: bool = True


@dataclass(slots=True)
class NoiseElement:
    """An element that its markup calls noise, and the blocks [first, last) in it; `group` is one of
    names.named_noise.
    """

    mark: str
    group: str
    first: int
    last: int


class Segmentation:
    """The blocks of a tree, and the range of blocks in each block-level element."""

    def __init__(self, tree: HtmlElement, attributes: ElementAttributes | None = None) -> None:
        """`attributes` are those of the tree's elements, as far as they were read already."""
        self._attributes = attributes or {}
        self.blocks: list[Block] = []
        self.ranges: list[tuple[HtmlElement, int, int]] = []
        self.marked: list[NoiseElement] = []
        self._questions = Questions()
        self._text: list[str] = []
        self._controls = Controls(tree)
        self._linked = 0
        body = tree.find(".//body") if tree.tag == "html" else None
        root = tree if body is None else body
        self._walk(root, "body", root, linked=False, attributes={})
        self._flush("body", root)

    def _walk(
        self,
        element: HtmlElement,
        tag: str,
        owner: HtmlElement,
        linked: bool,
        attributes: Mapping[str, str],
    ) -> None:
        """Read an element; `tag` and `owner` are those of the block-level element around it."""
        name = element.tag
        is_block = name in _BLOCK
        if is_block:
            self._flush(tag, owner)
            tag = name
            owner = element
        elif name == "br":
            self._flush(tag, owner)
        first = len(self.blocks)
        linked = linked or name == "a"
        if element.text:
            self._add(element.text, linked)
        for child in element:
            self._visit(child, tag, owner, linked)
            tail = child.tail
            if tail:
                self._add(tail, linked)
        if is_block:
            self._flush(tag, owner)
        if len(self.blocks) > first:
            self._record(element, attributes, first)

    def _visit(self, child: HtmlElement, tag: str, owner: HtmlElement, linked: bool) -> None:
        """Walk through a child that readers see as text, or unfold."""
        name = child.tag
        if isinstance(name, str) and name not in _SKIPPED:
            attributes = self._attributes.get(child)
            if attributes is None:
                attributes = dict(child.items())
            if not attributes or not is_invisible(attributes):
                self._walk(child, tag, owner, linked, attributes)
            elif continues_text(child, self._controls):
                self._unfold(child, tag, owner)
        elif name == "input":
            self._questions.ask(child)
        elif name in ("button", "iframe"):
            self._add(" ", linked)  # it stands between two words

    def _unfold(self, child: HtmlElement, tag: str, owner: HtmlElement) -> None:
        """Read the hidden rest of a text, without the line that one clicks to see it."""
        control = unfolding_control(child)
        label = "" if control is None else words_in(control)
        if child.tag in _BLOCK:
            self._flush(tag, owner)
        if label and self.blocks and self.blocks[-1].text == label:
            self.blocks[-1].noise = "control"
        # Its class says that it is folded, which is no mark of noise.
        self._walk(child, tag, owner, linked=False, attributes={})

    def _record(self, element: HtmlElement, attributes: Mapping[str, str], first: int) -> None:
        """Note which blocks stand in an element, and whether its markup calls them noise."""
        last = len(self.blocks)
        name = element.tag
        if name in _BLOCK:
            self.ranges.append((element, first, last))
        if attributes or name in _NOISY_TAGS:
            mark, group = _mark(name, attributes)
            if mark:
                self.marked.append(NoiseElement(mark, group, first, last))
        if self._questions.are_open:
            beginning = self.blocks[first : first + MOST_BLOCKS + 1]
            if self._questions.are_all_of(element, beginning):
                self.marked.append(NoiseElement("question", "noise", first, last))

    def _add(self, text: str, linked: bool) -> None:
        self._text.append(text)
        if linked:
            self._linked += len(text.strip())

    def _flush(self, tag: str, owner: HtmlElement) -> None:
        if self._text:
            text = clean("".join(self._text))
            if text and len(self.blocks) < MAX_BLOCKS:
                self.blocks.append(Block(text, tag, owner, _linked_share(text, self._linked)))
            self._text.clear()
            self._linked = 0


def _linked_share(text: str, linked: int) -> float:
    """The share of these linked letters in a text; the date or number beside a link is no text."""
    if not linked:
        return 0.0
    before = _STAMP_BEFORE.match(text)
    start = before.end() if before else 0
    behind = _STAMP_BEHIND.search(text, max(start, len(text) - _LONGEST_STAMP))
    end = behind.start() if behind else len(text)
    return min(1.0, linked / max(1, end - start))


def _mark(tag: str, attributes: Mapping[str, str]) -> tuple[str, str]:
    """What the markup calls the element, if that is noise, and the group of that name."""
    if tag in _NOISY_TAGS:
        return tag, "noise"
    role = attributes.get("role", "")
    if role in _NOISY_ROLES:
        return role, "noise"
    if attributes.get("aria-modal") == "true":
        return "dialog", "noise"
    names = attributes.get("class", "")
    # the ids of headings and paragraphs are slugs of their words
    if tag not in _SLUG_TAGS and "id" in attributes:
        names = f"{names} {attributes['id']}"
    return named_noise(names) if names else ("", "")


def texts(blocks: Iterable[Block]) -> list[str]:
    """The blocks' texts in their order."""
    return [block.text for block in blocks]


def prose_weight(block: Block) -> int:
    """The weight of the block's own words, 0 where it is no paragraph."""
    if block.tag == "h1" or block.tag in HEADINGS:
        return 0
    size = weight(block.text)
    own = int(size * (1 - block.linked))
    if block.linked > 0.5:
        is_paragraph = own >= _LINKED_PROSE and size >= PARAGRAPH
    else:
        ends_sentence = size >= _SENTENCE and SENTENCE.search(block.text)
        is_paragraph = size >= PARAGRAPH or bool(ends_sentence)
    return own if is_paragraph else 0


def running_sums(values: list[int]) -> list[int]:
    """Sums of the first 0, 1, 2 … values: the sum of a range is the difference of two of them."""
    return list(accumulate(values, initial=0))

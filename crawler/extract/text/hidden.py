"""What a page hides from its readers, and which of it they unfold: the rest of a text that waits
behind a button.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.markup.evidence import clean, weight
from crawler.extract.text.names import named_noise

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_NEAR = 3
"""Elements before or behind what is hidden among which its button stands."""
_BEFORE = 8
"""Elements before it among which the text stands that it continues."""
_LEAST = 60
"""Letters of a paragraph that is continued, and of its continuation."""
_LONGEST_LABEL = 40
_MOST_ELEMENTS = 400
_CONTROLS = frozenset(("button", "label"))
_OF_CONTROL = (
    "aria-controls",
    "aria-expanded",
    "data-target",
    "data-bs-target",
    "data-toggle",
    "onclick",
)
_TARGETS = ("aria-controls", "data-target", "data-bs-target", "for", "href")
_PARAGRAPHS = frozenset(("p", "blockquote", "ul", "ol", "pre"))
_GROUPS = frozenset(("div", "section", "span"))
_ASKS = frozenset(("form", "input", "textarea", "select", "iframe", "dialog", "nav", "h1"))
"""Elements that no rest of a text has: what asks readers for something, or another page's parts."""
_FOLDING = re.compile(r"hid(?:e|den)|invisible|(?:read|show)-?more|more|collapsed?", re.IGNORECASE)
"""Names that say that something is folded, and not what it is."""


def is_invisible(attributes: Mapping[str, str]) -> bool:
    """Whether these attributes hide their element."""
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return bool(style and _HIDDEN.search(style))


class Controls:
    """The ids that a page's controls name: what a click on them shows or hides. They are gathered
    once, and only for a page that hides something.
    """

    def __init__(self, tree: HtmlElement) -> None:
        self._tree = tree
        self._targets: frozenset[str] | None = None

    def unfold(self, name: str) -> bool:
        """Whether a control names this id."""
        if self._targets is None:
            self._targets = frozenset(_targets(self._tree))
        return name in self._targets


def continues_text(element: HtmlElement, controls: Controls) -> bool:
    """Whether a hidden element holds the rest of the text that stands before it: paragraphs behind
    paragraphs, and a control that unfolds it.
    """
    if not _is_prose(element) or not _follows_prose(element):
        return False
    if element.get("hidden") == "until-found" or unfolding_control(element) is not None:
        return True
    name = element.get("id")
    return bool(name and controls.unfold(name))


def unfolding_control(element: HtmlElement) -> HtmlElement | None:
    """The button, link or short line beside a hidden element that readers click to see it."""
    neighbours = [*_before(element, _NEAR), *_behind(element, _NEAR)]
    parent = element.getparent()
    if parent is not None and parent.tag == "p":
        neighbours += _behind(parent, 1)
    return next(filter(_may_be_control, neighbours), None)


def _targets(tree: HtmlElement) -> Iterator[str]:
    for attribute in _TARGETS:
        for value in tree.xpath(f"//@{attribute}"):
            yield str(value).removeprefix("#")


def _may_be_control(element: HtmlElement) -> bool:
    if element.tag in _CONTROLS or element.get("role") == "button":
        return True
    if any(name in element.attrib for name in _OF_CONTROL):
        return True
    if element.tag == "a":
        return (element.get("href") or "#").startswith(("#", "javascript:"))
    if element.tag not in ("p", "div", "span"):
        return False
    label = _text(element, _LONGEST_LABEL + 1)
    return 0 < len(label) <= _LONGEST_LABEL and _leads_nowhere(element)


def _leads_nowhere(element: HtmlElement) -> bool:
    """Whether no link in the element leaves the page."""
    links = (link.get("href") or "#" for link in islice(element.iter("a"), 3))
    return all(link.startswith(("#", "javascript:")) for link in links)


def _is_prose(element: HtmlElement) -> bool:
    """Whether an element holds paragraphs only, and no name of it says that it is noise."""
    mark, _ = named_noise(f"{element.get('class', '')} {element.get('id', '')}")
    if mark and not _FOLDING.fullmatch(mark):
        return False
    elements = list(islice(element.iter(), _MOST_ELEMENTS))
    if any(part.tag in _ASKS for part in elements):
        return False
    linked = sum(len(_text(part, 500)) for part in elements if part.tag == "a")
    text = _text(element, 10 * _LEAST)
    return weight(text) >= _LEAST and linked <= 0.3 * len(text)


def _follows_prose(element: HtmlElement) -> bool:
    """Whether a paragraph stands before an element, or before the one that holds only it and its
    control.
    """
    parent = element.getparent()
    if parent is None:
        return False
    if parent.tag == "p":
        return weight(clean(parent.text or "")) >= _LEAST
    before = list(_before(element, _BEFORE))
    if any(map(_has_paragraph, before)) or any(map(_is_long, (parent.text, *_tails(before)))):
        return True
    is_wrapper = all(_may_be_control(sibling) for sibling in before) and parent.tag in _GROUPS
    return is_wrapper and any(map(_has_paragraph, _before(parent, _BEFORE)))


def _tails(elements: Iterable[HtmlElement]) -> Iterator[str | None]:
    return (element.tail for element in elements)


def _is_long(text: str | None) -> bool:
    return weight(clean(text or "")) >= _LEAST


def _has_paragraph(element: HtmlElement) -> bool:
    if element.tag in _GROUPS:
        return any(part.tag == "p" and _is_long(_text(part, _LEAST)) for part in element)
    return element.tag in _PARAGRAPHS and _is_long(_text(element, _LEAST))


def _before(element: HtmlElement, most: int) -> Iterator[HtmlElement]:
    return islice(element.itersiblings(preceding=True), most)


def _behind(element: HtmlElement, most: int) -> Iterator[HtmlElement]:
    return islice(element.itersiblings(), most)


def _text(element: HtmlElement, enough: int) -> str:
    """The element's words on one line, read until there are enough of them."""
    pieces: list[str] = []
    size = 0
    for piece in islice(element.itertext(), _MOST_ELEMENTS):
        pieces.append(piece)
        size += len(piece.strip())
        if size > enough:
            break
    return clean("".join(pieces))

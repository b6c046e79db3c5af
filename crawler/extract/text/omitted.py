"""What a page prints and its article leaves out, and why."""

from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from crawler.article import Page
from crawler.extract.markup.evidence import clean, comparable_line
from crawler.extract.markup.tree import parse

_UNSEEN = frozenset(
    [
        "title", "script", "style", "noscript", "template", "svg", "iframe", "object", "textarea",
        "select",
    ]
)  # fmt: skip
_INLINE = frozenset(
    [
        "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "mark", "q", "s",
        "small", "span", "strong",
    ]
)  # fmt: skip
_END_OF_LINE = "\n"

_PLACES = {
    "nav": "in navigation",
    "header": "in a header",
    "footer": "in a footer",
    "aside": "in an aside",
    "form": "in a form",
    "button": "in a form",
    "figure": "in a caption",
    "figcaption": "in a caption",
}
"""An element → what a line in it is, where no rule said why it was left out."""
OUTSIDE = "outside"
"""A line that stands in none of these, and not in the part of the page that was taken for the text.
"""


def left_out(
    page: Page, title: str, text: str, removals: Iterable[tuple[str, str]] = ()
) -> list[tuple[str, str]]:
    """The lines of the page, in its order and each once, that stand neither in the article's title
    nor in its text, each behind the rule that left it out, or else the place where it stands.

    `removals` are the (rule, text) that extraction gave to a trace. Raises Refused for what is no
    HTML.
    """
    article = comparable_line(f"{title}\n{text}")
    rules: dict[str, str] = {}
    for rule, removed in removals:
        for line in removed.split("\n"):
            rules[comparable_line(line)] = rule
    places = {line: place for place, line in _lines(parse(page.body, page.headers))}
    omitted = []
    for line, place in places.items():
        folded = comparable_line(line)
        if folded and folded not in article:
            omitted.append((rules.get(folded, place), line))
    return omitted


def _lines(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """The lines that are seen, each behind the place where it begins."""
    beginning = OUTSIDE
    pieces: list[str] = []
    for place, words in _words(tree):
        if words == _END_OF_LINE:
            yield beginning, clean("".join(pieces))
            pieces.clear()
            continue
        if not pieces:
            beginning = place
        if words:
            pieces.append(words)
    yield beginning, clean("".join(pieces))


def _words(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """The words that are seen, with an end of line wherever an element that is no part of a line
    begins or ends, each behind the place where they stand.

    With a stack of its own: a page may be nested more deeply than Python calls functions.
    """
    todo: list[tuple[str, HtmlElement | str]] = [(OUTSIDE, tree)]
    while todo:
        place, piece = todo.pop()
        if isinstance(piece, str):
            yield place, piece
        elif _is_seen(piece):
            inside = _PLACES.get(piece.tag, place)
            todo.extend((inside, part) for part in reversed(_parts(piece)))


def _is_seen(element: HtmlElement) -> bool:
    tag = element.tag
    return isinstance(tag, str) and tag not in _UNSEEN and "hidden" not in element.attrib


def _parts(element: HtmlElement) -> list[HtmlElement | str]:
    """An element's own words and its children in their order, between ends of line if it is a
    block.
    """
    end = "" if element.tag in _INLINE else _END_OF_LINE
    parts: list[HtmlElement | str] = [end, _plain(element.text)]
    for child in element:
        parts += [child, _plain(child.tail)]
    parts.append(end)
    return parts


def _plain(words: str | None) -> str:
    """Ends of lines in the source are mere spaces."""
    return (words or "").replace("\n", " ").replace("\r", " ")

"""What a page prints and its article leaves out, and why."""

from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from crawler.article import Page
from crawler.extract.markup.evidence import clean, comparable_line
from crawler.extract.markup.tree import parse

_UNSEEN = frozenset(
    (
        "title",
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "iframe",
        "object",
        "textarea",
        "select",
    )
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "cite",
        "code",
        "em",
        "font",
        "i",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
    ]
)


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
    page: Page, title: str, text: str, told: Iterable[tuple[str, str]] = ()
) -> list[tuple[str, str]]:
    """The lines of the page, in its order and each once, that stand neither in the article's title
    nor in its text, each behind the rule that left it out, of those that were `told` to a trace, or
    else the place where it stands; raises Refused for what is no HTML.
    """
    own = comparable_line(f"{title}\n{text}")
    rules = {comparable_line(line): rule for rule, words in told for line in words.split("\n")}
    lines = {
        line: (place, comparable_line(line))
        for place, line in _lines(parse(page.body, page.headers))
    }
    return [
        (rules.get(folded, place), line)
        for line, (place, folded) in lines.items()
        if folded and folded not in own
    ]


def _lines(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """The lines that are seen, each behind the place where it begins."""
    begun, pieces = OUTSIDE, list[str]()
    for place, words in _words(tree):
        if words == "\n":
            yield begun, clean("".join(pieces))
            pieces.clear()
        elif not pieces:
            begun = place
        if words != "\n" and words:
            pieces.append(words)
    yield begun, clean("".join(pieces))


def _words(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """The words that are seen, with an end of line wherever an element that is no part of a line
    begins or ends, each behind the place where they stand.
    """
    todo: list[tuple[str, HtmlElement | str]] = [(OUTSIDE, tree)]
    while todo:
        place, one = todo.pop()
        if isinstance(one, str):
            yield place, one
            continue
        if isinstance(one.tag, str) and one.tag not in _UNSEEN and "hidden" not in one.attrib:
            inside = _PLACES.get(one.tag, place)
            end = "" if one.tag in _INLINE else "\n"
            within: list[HtmlElement | str] = [end, _plain(one.text)]
            for child in one:
                within += [child, _plain(child.tail)]
            todo += ((inside, piece) for piece in reversed([*within, end]))


def _plain(words: str | None) -> str:
    """Ends of lines in the source are mere spaces."""
    return (words or "").replace("\n", " ").replace("\r", " ")

"""What a page prints and its article leaves out."""

from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler.article import Page
from crawler.extract.evidence import clean, fold
from crawler.extract.tree import parse

_UNSEEN = frozenset(
    ("title", "script", "style", "noscript", "template", "svg", "iframe", "object", "textarea", "select")
)
_INLINE = frozenset(
    ["a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "mark", "q", "s", "small", "span", "strong"]
)


def left_out(page: Page, title: str, text: str) -> list[str]:
    """The lines of the page, in its order and each once, that stand neither in the article's title nor in its text;
    raises Refused for what is no HTML."""
    own = fold(f"{title}\n{text}")
    lines = {line: fold(line) for line in map(clean, "".join(_words(parse(page.body, page.headers))).split("\n"))}
    return [line for line, folded in lines.items() if folded and folded not in own]


def _words(tree: HtmlElement) -> Iterator[str]:
    """The words that are seen, with an end of line wherever an element that is no part of a line begins or ends."""
    todo: list[HtmlElement | str] = [tree]
    while todo:
        one = todo.pop()
        if isinstance(one, str):
            yield one
            continue
        if isinstance(one.tag, str) and one.tag not in _UNSEEN and "hidden" not in one.attrib:
            end = "" if one.tag in _INLINE else "\n"
            within: list[HtmlElement | str] = [end, _plain(one.text)]
            for child in one:
                within += [child, _plain(child.tail)]
            todo += reversed([*within, end])


def _plain(words: str | None) -> str:
    """Ends of lines in the source are mere spaces."""
    return (words or "").replace("\n", " ").replace("\r", " ")

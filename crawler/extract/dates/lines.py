"""The title of a page, and the lines printed after and before it, nearest first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml import etree

from crawler.extract.dates.lexicon import fold_date_text

LINE = 160  # characters: a line with a date is shorter, a paragraph longer
PARAGRAPH = 250
LEVELS = 10
DEPTH = 60
PIECES = 30
LEVELS_ABOVE = 4  # the lines before a title stand near it
LEVELS_OUTSIDE = 2  # the article and what holds it: lines right before it are its own
LONGEST_TITLE = 300
STEPS = 2000  # elements that are looked at on either side of the title
_SKIPPED = (
    "script style noscript template svg select option button form nav footer iframe video audio "
    "canvas math object textarea h1"
)
SKIPPED = frozenset(_SKIPPED.split())
_OTHERS = ("header", "article", "aside")
_ELSEWHERE_TAGS = ("aside", "footer", "nav", "li")
# Parts of a page that speak of other things, by the words of their class or id.
_ELSEWHERE = re.compile(
    r"comment|related|recommend|sidebar|side-bar|footer|widget_|widget-area|popular|trending"
    r"|newsletter|promo|carousel|read-?more|more-|most-|breadcrumb|menu|navbar|disqus|respond|reply"
    r"|weather|outbrain|taboola|lire-aussi|advert|banner|cookie|latest|teaser-list|copyright"
)
_WORDS = re.compile(r"\w+")
# Cut inside the path, and without unions, which libxml2 sorts in quadratic time.
_HEADINGS = etree.XPath("(/descendant::h1)[position() <= 5]")
_TITLED = etree.XPath(
    "(/descendant::*[self::h2 or self::h3 or contains(@class, 'title') or contains(@id, 'title')])"
    "[position() <= 40]"
)
_DECLARED = (
    etree.XPath("(/descendant::meta[@property='og:title']/@content)[position() <= 2]"),
    etree.XPath("(/descendant::title/text())[position() <= 2]"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line or the start of a paragraph, the element that holds it, and the words right before
    it; a piece is what stands between the links and emphases of a paragraph.
    """

    element: Any
    text: str
    context: str
    is_piece: bool = False


def heading(tree: Any, declared: list[str]) -> Any | None:
    """The element that holds the title: the heading that repeats what the page calls itself
    (`declared`, in plain words), else its longest h1.
    """
    headings = elements(_HEADINGS, tree)
    found = _repeating(headings, declared)
    if found is None:
        found = _repeating(elements(_TITLED, tree), declared)
    if found is not None:
        return found
    return max(headings, key=lambda element: len(text_of(element)), default=None)


def _repeating(candidates: list[Any], declared: list[str]) -> Any | None:
    for element in candidates:
        text = plain_title(text_of(element)[:LONGEST_TITLE])
        if any(repeats(text, title) for title in declared):
            return element
    return None


def printed_titles(tree: Any) -> list[str]:
    """What the page calls itself, as it is written."""
    titles: list[str] = []
    for path in _DECLARED:
        titles += elements(path, tree)
    return [title[:LONGEST_TITLE] for title in titles]


def plain_title(text: str) -> str:
    """A title without case, accents and punctuation, to compare by."""
    return " ".join(_WORDS.findall(fold_date_text(text)))


def repeats(text: str, title: str) -> bool:
    """Whether one holds the other and most of it: a site's name in the title is no heading."""
    short, long = sorted((text, title), key=len)
    return len(short) >= 10 and len(long) <= 2.5 * len(short) and short in long


def elements(path: etree.XPath, tree: Any) -> list[Any]:
    """The nodes that a path finds."""
    found = path(tree)
    return found if isinstance(found, list) else []


def text_of(element: Any) -> str:
    """The first words of an element, on one line."""
    return " ".join(" ".join(islice(element.itertext("*"), 2 * PIECES)).split())


def names(element: Any) -> str:
    """The element's class and id, in lower case."""
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:300].casefold()


def is_elsewhere(element: Any) -> bool:
    """Whether an element stands in a part of the page that speaks of other things."""
    for outer in (element, *islice(element.iterancestors(), LEVELS)):
        if outer.tag in _ELSEWHERE_TAGS:
            return True
        if outer.tag not in ("body", "html") and _ELSEWHERE.search(names(outer)):
            return True
    return False


def after(title: Any) -> Iterator[Line]:
    """The lines inside and after the title, up to the end of its article or of the body; no second
    article's.
    """
    return (line for line in islice(_after(title), STEPS) if line is not None)


def before(title: Any) -> Iterator[Line]:
    """The lines before the title, nearest containers first."""
    return (line for line in islice(_before(title), STEPS) if line is not None)


def _after(title: Any) -> Iterator[Line | None]:
    for child in title:
        yield from _lines(child, 0, "")
    in_article = next(title.iterancestors("article"), None) is not None
    # A title outside any article may stand right above its own.
    own_articles = 0 if in_article else 1
    for inner in _upwards(title, LEVELS):
        for sibling in inner.itersiblings():
            if sibling.tag == "article":
                own_articles -= 1
            if sibling.tag != "article" or own_articles >= 0:
                yield from _lines(sibling, 0, "")


def _before(title: Any) -> Iterator[Line | None]:
    for inner in _upwards(title, LEVELS_ABOVE):
        beside_heading = inner.tag in ("h1", "header")
        for sibling in inner.itersiblings(preceding=True):
            if beside_heading or sibling.tag not in _OTHERS:
                yield from _lines(sibling, 0, "")
    yield from _before_article(next(title.iterancestors("article"), None))


def _before_article(article: Any | None) -> Iterator[Line | None]:
    """The lines of their own right before the title's article, up to the first longer part: what
    stands further above is the site's.
    """
    for sibling in _above_article(article):
        if sibling.tag in _OTHERS or one_line(sibling) is None:
            return
        yield from _lines(sibling, 0, "")


def _above_article(article: Any | None) -> Iterator[Any]:
    """What stands above an article on its level, then on the next, nearest first."""
    if article is None:
        return
    for inner in (article, *_upwards(article.getparent(), LEVELS_OUTSIDE - 1)):
        for sibling in inner.itersiblings(preceding=True):
            if isinstance(sibling.tag, str) and sibling.tag not in SKIPPED:
                yield sibling


def _upwards(title: Any, levels: int) -> Iterator[Any]:
    """The title and the elements around it, inside its article or the body."""
    inner = title
    for _ in range(levels):
        if inner is None or inner.tag in ("body", "article"):
            return
        yield inner
        inner = inner.getparent()


def _lines(element: Any, depth: int, context: str) -> Iterator[Line | None]:
    """The lines of an element; None for every element without one, so that a walk can be
    bounded.
    """
    yield None
    if depth > DEPTH or not _is_read(element):
        return
    whole = one_line(element)
    is_date = element.tag in ("time", "abbr")
    if whole is not None and (is_date or element.find(".//time") is None):
        if whole:
            yield Line(element, whole, context)
        return
    is_paragraph = _is_paragraph(element, whole)
    text = _cut(element.text)
    if text:
        context = text
        yield Line(element, text, "", is_paragraph)
    for child in element:
        yield from _lines(child, depth + 1, context)
        if isinstance(child.tag, str):
            context = one_line(child) or ""
        tail = _cut(child.tail)
        if tail:
            yield Line(element, tail, context, is_paragraph)
            context = tail


def _is_paragraph(element: Any, line: str | None) -> bool:
    """Whether an element is a paragraph of more than one line, whose lines are not parted."""
    return line is None and element.tag == "p" and element.find(".//br") is None


def _is_read(element: Any) -> bool:
    if not isinstance(element.tag, str) or element.tag in SKIPPED:
        return False
    return _ELSEWHERE.search(names(element)) is None


def _cut(text: str | None) -> str:
    """The start of a text, on one line."""
    return " ".join(text[:4000].split())[: PARAGRAPH + 1] if text else ""


def one_line(element: Any) -> str | None:
    """The element's text where it is one line."""
    pieces: list[str] = []
    length = 0
    for piece in islice(element.itertext("*"), PIECES):
        length += len(piece)
        pieces.append(piece)
        if length > 4 * LINE:
            return None
    text = " ".join(" ".join(pieces).split())
    if len(text) > LINE or len(pieces) == PIECES:
        return None
    if len(pieces) > 1 and element.find(".//script") is not None:
        return None
    return text

"""What a source's selectors say of a page, before the general rules read it: see
`crawler.article.Selectors`.
"""

from functools import lru_cache
from itertools import islice

from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from crawler.article import Selectors
from crawler.extract.markup.evidence import clean, words_in
from crawler.extract.text.blocks import Segmentation, texts
from crawler.extract.text.noise import Trace

MOST_REMOVED = 2_000
MOST_TEXTS = 200
_MOST_AUTHORS = 20
_MAX_WORDS = 200
_DATE_ATTRIBUTES = ("datetime", "content", "data-date", "title")


def prepare(tree: HtmlElement, selectors: Selectors | None, trace: Trace) -> None:
    """Take from the tree what the source's selectors remove; `trace` is told."""
    if selectors is None:
        return
    for selector in selectors.remove:
        for element in _elements(tree, selector, MOST_REMOVED):
            parent = element.getparent()
            if parent is not None and element.tag not in ("html", "body"):
                trace("selector", words_in(element)[:500])
                element.drop_tree()


def title(tree: HtmlElement, selectors: Selectors | None) -> str:
    """The words of the title's element; empty where there is no selector or no such element."""
    if selectors is None:
        return ""
    elements = _elements(tree, selectors.title, 1)
    return _words(elements[0]) if elements else ""


def lines(tree: HtmlElement, selectors: Selectors | None) -> list[str]:
    """The lines of the text's elements, in the page's order; an element within another one counts
    once.
    """
    if selectors is None:
        return []
    elements = _elements(tree, selectors.text, MOST_TEXTS)
    text: list[str] = []
    for element in elements:
        if not any(parent in elements for parent in element.iterancestors()):
            text += texts(Segmentation(element).blocks)
    return text


def date(tree: HtmlElement, selectors: Selectors | None) -> str:
    """What the date's element says, for machines where it can; empty where there is none."""
    if selectors is None:
        return ""
    elements = _elements(tree, selectors.date, 1)
    if not elements:
        return ""
    attributes = filter(None, map(elements[0].get, _DATE_ATTRIBUTES))
    written = next(attributes, "") or words_in(elements[0])
    return clean(written)[:_MAX_WORDS]


def authors(tree: HtmlElement, selectors: Selectors | None) -> list[str]:
    """The words of each author's element, without doubles."""
    if selectors is None:
        return []
    elements = _elements(tree, selectors.authors, _MOST_AUTHORS)
    names = [_words(element)[:_MAX_WORDS] for element in elements]
    return list(dict.fromkeys(filter(None, names)))


def _words(element: HtmlElement) -> str:
    return clean(element.get("content") or words_in(element))


def _elements(tree: HtmlElement, selector: str | None, most: int) -> list[HtmlElement]:
    """The first elements that a selector finds; none where there is no selector."""
    if not selector:
        return []
    selection = _compiled(selector)(tree)
    if not isinstance(selection, list):
        return []
    elements = (element for element in selection if isinstance(element, HtmlElement))
    return list(islice(elements, most))


@lru_cache(maxsize=512)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")

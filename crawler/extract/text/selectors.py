"""What a source's selectors say of a page, before the general rules read it: see
`crawler.article.Selectors`.
"""

from functools import lru_cache

from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from crawler.article import Selectors
from crawler.extract.markup.evidence import clean, words_in
from crawler.extract.text.blocks import Segmentation
from crawler.extract.text.noise import Trace

MOST_REMOVED = 2_000
MOST_TEXTS = 200
_DATED = ("datetime", "content", "data-date", "title")


def prepare(tree: HtmlElement, selectors: Selectors | None, trace: Trace) -> None:
    """Take from the tree what the source's selectors remove; `trace` is told."""
    for selector in selectors.remove if selectors else ():
        for element in _found(tree, selector, MOST_REMOVED):
            parent = element.getparent()
            if parent is not None and element.tag not in ("html", "body"):
                trace("selector", words_in(element)[:500])
                element.drop_tree()


def title(tree: HtmlElement, selectors: Selectors | None) -> str:
    """The words of the title's element; empty where there is no selector or no such element."""
    found = _found(tree, selectors.title, 1) if selectors and selectors.title else []
    return clean(found[0].get("content") or words_in(found[0])) if found else ""


def lines(tree: HtmlElement, selectors: Selectors | None) -> list[str]:
    """The lines of the text's elements, in the page's order; an element within another one counts once."""
    if not selectors or not selectors.text:
        return []
    found = _found(tree, selectors.text, MOST_TEXTS)
    outer = [
        element for element in found if not any(other in found for other in element.iterancestors())
    ]
    return [block.text for element in outer for block in Segmentation(element).blocks]


def date(tree: HtmlElement, selectors: Selectors | None) -> str:
    """What the date's element says, for machines where it can; empty where there is none."""
    found = _found(tree, selectors.date, 1) if selectors and selectors.date else []
    said = (
        next((found[0].get(name) for name in _DATED if found[0].get(name)), None) if found else None
    )
    return clean(said or words_in(found[0]))[:200] if found else ""


def authors(tree: HtmlElement, selectors: Selectors | None) -> list[str]:
    """The words of each author's element, without doubles."""
    found = _found(tree, selectors.authors, 20) if selectors and selectors.authors else []
    names = (clean(element.get("content") or words_in(element))[:200] for element in found)
    return list(dict.fromkeys(name for name in names if name))


def _found(tree: HtmlElement, selector: str, most: int) -> list[HtmlElement]:
    found = _compiled(selector)(tree)
    return (
        [element for element in found if isinstance(element, HtmlElement)][:most]
        if isinstance(found, list)
        else []
    )


@lru_cache(maxsize=512)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")

"""The lines of the article's body, chosen among what several readings of the page give."""

from copy import copy

from lxml.html import HtmlElement
from trafilatura.core import trafilatura_sequence
from trafilatura.settings import Extractor
from trafilatura.xml import xmltotxt

from crawler.extract.evidence import clean

_FAST = Extractor(fast=True, recall=True, comments=False)
_FULL = Extractor(comments=False)
_SHORT = 250


def lines(tree: HtmlElement, url: str) -> list[str]:
    """The body line by line, in the page's order."""
    found = _reading(tree, _FAST, url)
    if sum(map(len, found)) < _SHORT:
        found = max(found, _reading(tree, _FULL, url), key=lambda reading: sum(map(len, reading)))
    return found


def _reading(tree: HtmlElement, options: Extractor, url: str) -> list[str]:
    body, _, _, _ = trafilatura_sequence(copy(tree), options, url)
    return [line for line in map(clean, xmltotxt(body, False).split("\n")) if line]

"""Everything that a page says of its article, gathered once from one tree."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.article import Hints
from crawler.extract.markup import jsonld, metatags

_INVISIBLE = ("\u200b", "\ufeff", "\u00ad")
_LETTERS = re.compile(r"[^\W_]+")
_ASCII_SIGNS = {code: None for code in range(128) if not chr(code).isalnum()}
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_HELD = 20_000
"""Elements of a page that are held: of an ordinary page all, of an endless one a few megabytes."""
_SHORT = 300
"""Characters of a line whose folded form is remembered."""
_SHORT_LINES = 1024
_SITE_METAS = ("og:site_name", "application-name", "apple-mobile-web-app-title")
_SITE_TYPES = frozenset(("NewsMediaOrganization", "Organization", "WebSite"))
_MAX_SITE_NAME = 60


ElementAttributes = Mapping[HtmlElement, Mapping[str, str]]
"""Elements of a page, in their order, with their attributes."""


@dataclass(frozen=True, slots=True)
class PageEvidence:
    """What was found before anything was decided; `node` is the article's own JSON-LD node, empty
    where there is none.

    `site_names` are the folded names that the site gives itself. `attributes` holds the elements
    of the page with their attributes, in their order: lxml makes both anew for each look at them,
    and a page is looked over many times. Of an endless page only the first elements are there.
    """

    url: str
    tree: HtmlElement
    metas: Mapping[str, list[str]]
    graph: list[jsonld.Node]
    node: jsonld.Node
    hints: Hints
    site_names: frozenset[str]
    attributes: ElementAttributes = field(repr=False)

    def meta(self, *names: str) -> str:
        """The first meta content under these names; empty where there is none."""
        return clean(metatags.first_content(self.metas, *names))


def gather(tree: HtmlElement, url: str, hints: Hints) -> PageEvidence:
    """The evidence of one page."""
    elements = islice(tree.iter(), _HELD)
    attributes = {element: dict(element.items()) for element in elements}
    graph = jsonld.nodes(tree)
    metas = metatags.metas(tree)
    return PageEvidence(
        url=url,
        tree=tree,
        metas=metas,
        graph=graph,
        node=jsonld.article(graph),
        hints=hints,
        site_names=_site_names(url, metas, graph),
        attributes=attributes,
    )


def _site_names(
    url: str, metas: Mapping[str, list[str]], graph: list[jsonld.Node]
) -> frozenset[str]:
    names = [metatags.first_content(metas, name) for name in _SITE_METAS]
    account = metatags.first_content(metas, "twitter:site", "article:publisher")
    names.append(account.lstrip("@").rsplit("/", 1)[-1])
    for node in graph:
        names += _publisher_names(node)
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    without_suffix = host.rsplit(".", 1)[0]
    second_level = host.rsplit(".", 2)[-2:-1]
    names += [host, without_suffix, *second_level]
    return frozenset(filter(None, map(comparable_line, map(unescape, names))))


def _publisher_names(node: jsonld.Node) -> list[str]:
    """The names that a JSON-LD node gives its publisher, or itself where it is one."""
    names = [jsonld.text(node.get("publisher"))]
    if jsonld.types(node) & _SITE_TYPES:
        for key in ("name", "alternateName"):
            name = jsonld.text(node.get(key))
            if len(name) < _MAX_SITE_NAME:
                names.append(name)
    return names


def clean(text: str) -> str:
    """One line: spaces collapsed, invisible characters dropped."""
    if not text.isascii():
        for char in _INVISIBLE:
            text = text.replace(char, "")
    return " ".join(text.split())


def weight(text: str) -> int:
    """Length in letters of an alphabet: an ideograph says about three."""
    return len(text) if text.isascii() else len(text) + 2 * len(_CJK.findall(text))


def comparable_line(text: str) -> str:
    """What two spellings of one line have in common: its letters and digits, in one case."""
    return _remembered(text) if len(text) <= _SHORT else _folded(text)


def _folded(text: str) -> str:
    if text.isascii():
        # What the line below makes of it, at a fraction of the time.
        return text.lower().translate(_ASCII_SIGNS)
    return "".join(_LETTERS.findall(unicodedata.normalize("NFKC", text).casefold()))


_remembered = lru_cache(_SHORT_LINES)(_folded)
"""The titles and labels of a page are compared with each other again and again."""


def select_elements(path: XPath, tree: HtmlElement, most: int) -> list[HtmlElement]:
    """The first elements that an XPath finds."""
    elements = path(tree)
    return elements[:most] if isinstance(elements, list) else []


def stands_in(element: HtmlElement, *tags: str) -> bool:
    """Whether the element stands inside one with one of these tags."""
    return next(element.iterancestors(*tags), None) is not None


def words_in(element: HtmlElement) -> str:
    """The element's text on one line, scripts and styles left out."""
    if element.tag in ("script", "style"):
        return ""
    return clean(" ".join(filter(None, element.itertext())))

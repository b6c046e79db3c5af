"""Everything that a page says of its article, gathered once from one tree."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
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
_HELD = 20_000
"""Elements of a page that are held: of an ordinary page all, of an endless one a few megabytes."""
_SHORT, _SHORT_LINES = 300, 1024


@dataclass(frozen=True, slots=True)
class PageEvidence:
    """What was found before anything was decided; `node` is the article's own JSON-LD node, empty
    where there is none.

    `site_names` are the folded names that the site gives itself. `held` is never read: lxml makes
    an element's object anew for each look at it, unless somebody holds it, and a page is looked
    over many times.
    """

    url: str
    tree: HtmlElement
    metas: Mapping[str, list[str]]
    graph: list[jsonld.Node]
    node: jsonld.Node
    hints: Hints
    site_names: frozenset[str]
    held: Sequence[HtmlElement] = field(repr=False)

    def meta(self, *names: str) -> str:
        """The first meta content under these names; empty where there is none."""
        return clean(metatags.first_content(self.metas, *names))


def gather(tree: HtmlElement, url: str, hints: Hints) -> PageEvidence:
    """The evidence of one page."""
    held = list(islice(tree.iter(), _HELD))
    graph = jsonld.nodes(tree)
    found = metatags.metas(tree)
    return PageEvidence(
        url, tree, found, graph, jsonld.article(graph), hints, _site_names(url, found, graph), held
    )


def _site_names(
    url: str, metas: Mapping[str, list[str]], graph: list[jsonld.Node]
) -> frozenset[str]:
    names = [
        metatags.first_content(metas, name)
        for name in ("og:site_name", "application-name", "apple-mobile-web-app-title")
    ]
    names.append(
        metatags.first_content(metas, "twitter:site", "article:publisher")
        .lstrip("@")
        .rsplit("/", 1)[-1]
    )
    for node in graph:
        names.append(jsonld.text(node.get("publisher")))
        if jsonld.types(node) & {"NewsMediaOrganization", "Organization", "WebSite"}:
            names.extend(
                text
                for text in map(jsonld.text, (node.get("name"), node.get("alternateName")))
                if len(text) < 60
            )
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    names += [host, host.rsplit(".", 1)[0], *host.rsplit(".", 2)[-2:-1]]
    return frozenset(filter(None, (comparable_line(unescape(name)) for name in names)))


def clean(text: str) -> str:
    """One line: spaces collapsed, invisible characters dropped."""
    if not text.isascii():
        for char in _INVISIBLE:
            text = text.replace(char, "")
    return " ".join(text.split())


def comparable_line(text: str) -> str:
    """What two spellings of one line have in common: its letters and digits, in one case."""
    return _known(text) if len(text) <= _SHORT else _folded(text)


def _folded(text: str) -> str:
    same = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    return "".join(_LETTERS.findall(same))


_known = lru_cache(_SHORT_LINES)(_folded)
"""The titles and labels of a page are compared with each other again and again."""


def selected(path: XPath, tree: HtmlElement, most: int) -> list[HtmlElement]:
    """The first elements that an XPath finds."""
    found = path(tree)
    return found[:most] if isinstance(found, list) else []


def words_in(element: HtmlElement) -> str:
    """The element's text on one line, scripts and styles left out."""
    parts = (part for part in element.itertext() if part)
    return clean(" ".join(parts)) if element.tag not in ("script", "style") else ""

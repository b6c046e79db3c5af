"""Everything that a page says of its article, gathered once from one tree."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.article import Hints
from crawler.extract import jsonld, metatags

_INVISIBLE = ("\u200b", "\ufeff", "\u00ad")
_LETTERS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found before anything was decided; `node` is the article's own JSON-LD node, empty where there is none.

    `site_names` are the folded names that the site gives itself.
    """

    url: str
    tree: HtmlElement
    metas: Mapping[str, list[str]]
    graph: list[jsonld.Node]
    node: jsonld.Node
    hints: Hints
    site_names: frozenset[str]

    def meta(self, *names: str) -> str:
        """The first meta content under these names; empty where there is none."""
        return clean(metatags.first(self.metas, *names))


def gather(tree: HtmlElement, url: str, hints: Hints) -> Evidence:
    """The evidence of one page."""
    graph = jsonld.nodes(tree)
    found = metatags.metas(tree)
    return Evidence(url, tree, found, graph, jsonld.article(graph), hints, _site_names(url, found, graph))


def _site_names(url: str, metas: Mapping[str, list[str]], graph: list[jsonld.Node]) -> frozenset[str]:
    names = [metatags.first(metas, name) for name in ("og:site_name", "application-name", "apple-mobile-web-app-title")]
    names.append(metatags.first(metas, "twitter:site", "article:publisher").lstrip("@").rsplit("/", 1)[-1])
    for node in graph:
        names.append(jsonld.text(node.get("publisher")))
        if jsonld.types(node) & {"NewsMediaOrganization", "Organization", "WebSite"}:
            names.extend(
                text for text in map(jsonld.text, (node.get("name"), node.get("alternateName"))) if len(text) < 60
            )
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    names += [host, host.rsplit(".", 1)[0], *host.rsplit(".", 2)[-2:-1]]
    return frozenset(filter(None, (fold(unescape(name)) for name in names)))


def clean(text: str) -> str:
    """One line: spaces collapsed, invisible characters dropped."""
    if not text.isascii():
        for char in _INVISIBLE:
            text = text.replace(char, "")
    return " ".join(text.split())


def fold(text: str) -> str:
    """What two spellings of one line have in common: its letters and digits, in one case."""
    same = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    return "".join(_LETTERS.findall(same))


def selected(path: XPath, tree: HtmlElement, most: int) -> list[HtmlElement]:
    """The first elements that an XPath finds."""
    found = path(tree)
    return found[:most] if isinstance(found, list) else []


def words_in(element: HtmlElement) -> str:
    """The element's text on one line, scripts and styles left out."""
    parts = (part for part in element.itertext() if part)
    return clean(" ".join(parts)) if element.tag not in ("script", "style") else ""

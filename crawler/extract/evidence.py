"""Everything that a page says of its article, gathered once from one tree."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.article import Hints
from crawler.extract import jsonld, metatags

_SPACE = re.compile(r"\s+")
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found before anything was decided; `node` is the article's own JSON-LD node, empty where there is none."""

    url: str
    tree: HtmlElement
    metas: Mapping[str, list[str]]
    graph: list[jsonld.Node]
    node: jsonld.Node
    hints: Hints

    def meta(self, *names: str) -> str:
        """The first meta content under these names; empty where there is none."""
        return clean(metatags.first(self.metas, *names))


def gather(tree: HtmlElement, url: str, hints: Hints) -> Evidence:
    """The evidence of one page."""
    graph = jsonld.nodes(tree)
    return Evidence(url, tree, metatags.metas(tree), graph, jsonld.article(graph), hints)


def clean(text: str) -> str:
    """One line: spaces collapsed, invisible characters dropped."""
    return _SPACE.sub(" ", text.replace("\u200b", "").replace("\ufeff", "").replace("\u00ad", "")).strip()


def fold(text: str) -> str:
    """What two spellings of one line have in common: its letters and digits, in one case."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", text).casefold())


def words_in(element: HtmlElement) -> str:
    """The element's text on one line, scripts and styles left out."""
    parts = (part for part in element.itertext() if part)
    return clean(" ".join(parts)) if element.tag not in ("script", "style") else ""

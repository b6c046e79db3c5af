"""Whether a page is an article at all, or a home page, a listing, or a page about the site."""

import re
from collections import Counter
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from crawler.article import Article
from crawler.extract.errors import Refused
from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import PageEvidence, clean

_BRIEF = 250
"""Characters of prose that a page needs which neither says that it is an article nor when it was
published.
"""
_LISTED = 8
"""<article> elements of a page that lists others."""
_TEASED = 2
"""Lines of a text that end in a link of the same words, "Read more" or the like: beginnings of
several articles.
"""
_FRONT = 30
"""Links as long as headlines that a front page has, and an article without a telling address
rarely.
"""
_LONG_LINE, _HEADLINE = 80, 25

_DECLARED = frozenset(("article", "news", "post", "blog", "newsarticle", "story"))
_WORDY = re.compile(r"(?:[^\W\d_]+[-_+ ]){3,}[^\W_]+|\d{5,}|\d{3,}[-_][^\W\d_]{2,}|[0-9a-f]{8,}")
_DATED = re.compile(r"/(?:19|20)\d\d[/-]?(?:0?[1-9]|1[0-2])(?:[0-3]\d)?(?:[/-]|$)")
_CUT = re.compile(r"(?:…|\.\.\.)([^….]{1,40})$")
_PAGE = re.compile(r"\.(?:s?html?|php|aspx?|jsp|cms|ece)$", re.IGNORECASE)
_ABOUT = re.compile(
    r"\b(?:about|a[-_]propos|qui[-_]sommes|contacts?|kontakt|contacto|impressum|imprint|legal|mentions|privacy|"
    r"datenschutz|"
    r"privacidad|confidentialit|terms|conditions|agb|nutzungsbedingungen|cookies?|newsletters?|faq|help|aide|hilfe|"
    r"ayuda|"
    r"advertis|publicit|abonnement|subscri|login|signin|register|jobs|careers|karriere|sitemap|plan[-_]du[-_]site)",
    re.IGNORECASE,
)


def check(evidence: PageEvidence, article: Article) -> None:
    """Raises Refused("no-article") for a home page, a listing, or a page about the site itself."""
    path = unquote(urlsplit(evidence.url).path)
    if not path.strip("/") and not urlsplit(evidence.url).query:
        raise Refused("no-article", "it is a home page")
    anchors = _anchored(evidence.tree)
    if _linked(anchors, article.text) > 0.5:
        raise Refused("no-article", "its text is a list of links")
    declared, dated, wordy = (
        _declared(evidence),
        article.published is not None,
        _names_an_article(path),
    )
    if not wordy and not _node(evidence) and _listed(evidence.tree) >= _LISTED:
        raise Refused("no-article", "it lists articles")
    if not wordy and not declared and _teasers(anchors, article.text) >= _TEASED:
        raise Refused("no-article", "it lists articles")
    if dated and (declared or wordy):
        return
    if dated and _prose(article.text) >= _BRIEF and _headlines(anchors) < _FRONT:
        return
    if declared and (wordy or _node(evidence)):
        return
    if (
        not wordy
        or _ABOUT.search(path.rstrip("/").rsplit("/", 1)[-1])
        or _prose(article.text) < _BRIEF
    ):
        raise Refused("no-article", "nothing says that it is an article")


def _node(evidence: PageEvidence) -> bool:
    """Whether the page's JSON-LD describes an article of its own, and no video or review."""
    return bool(jsonld.types(evidence.node) & jsonld.ARTICLE_TYPES - jsonld.SECONDARY_TYPES)


def _declared(evidence: PageEvidence) -> bool:
    if _node(evidence) or evidence.meta("og:type").casefold() in _DECLARED:
        return True
    return bool(
        evidence.tree.xpath(
            "boolean(//*[contains(@itemtype, 'schema.org/') and contains(@itemtype, 'Article')])"
        )
    )


def _names_an_article(path: str) -> bool:
    """Whether the last part of a path reads like a headline or a number, as articles' addresses do."""
    parts = path.strip("/").split("/")
    return bool(
        any(map(_WORDY.search, parts[-2:])) or _DATED.search(path) or _PAGE.search(parts[-1])
    )


def _listed(tree: HtmlElement) -> int:
    return sum(1 for _ in tree.iter("article"))


def _teasers(anchors: Mapping[str, int], text: str) -> int:
    endings = Counter(match[1].strip() for match in map(_CUT.search, text.split("\n")) if match)
    return max((count for words, count in endings.items() if words in anchors), default=0)


def _anchored(tree: HtmlElement) -> Counter[str]:
    """The words of the page's links, and how often each stands there."""
    return Counter(
        clean("".join(anchor.itertext()) if len(anchor) else anchor.text or "")
        for anchor in tree.iter("a")
    )


def _headlines(anchors: Mapping[str, int]) -> int:
    return sum(count for words, count in anchors.items() if len(words) >= _HEADLINE)


def _linked(anchors: Mapping[str, int], text: str) -> float:
    """The share of the text that stands in lines which are links."""
    lines = text.split("\n")
    if len(lines) < 4:
        return 0.0
    return sum(len(line) for line in lines if line.strip() in anchors) / max(1, len(text))


def _prose(text: str) -> int:
    """Characters in lines that are long enough to be sentences; scripts without spaces say more
    with fewer.
    """
    return sum(
        len(line) for line in text.split("\n") if len(line) >= _LONG_LINE or not line.isascii()
    )

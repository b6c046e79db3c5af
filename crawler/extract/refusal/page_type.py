"""Whether a page is an article at all, or a home page, a listing, or a page about the site."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote, urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.article import Article
from crawler.extract.errors import Refused
from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import PageEvidence, clean, weight
from crawler.extract.refusal import announced
from crawler.extract.words.lists import any_word

_BRIEF = 250
"""Characters of prose that a page needs which neither says that it is an article nor when it was
published.
"""
_WHOLE = 600
"""Characters of prose in which an article that is declared as such is believed whatever its
headline.
"""
_LISTED = 8
"""<article> elements of a page that lists others: an article has its own and a few beside it."""
_TEASED = 2
"""Lines of a text that end in a link of the same words, "Read more" or the like: beginnings of
several articles.
"""
_FRONT = 30
"""Links as long as headlines that a front page has, and an article without a telling address
rarely.
"""
_HEADLINE = 25
"""Characters of a link that may be a headline."""
_LONG_LINE = 80
"""Characters of a line that may be a sentence."""

_ARTICLE_OG_TYPES = frozenset(("article", "news", "post", "blog", "newsarticle", "story"))
_SLUG_OR_NUMBER = re.compile(
    r"(?:[^\W\d_]+[-_+ ]){3,}[^\W_]+|\d{5,}|\d{3,}[-_][^\W\d_]{2,}|[0-9a-f]{8,}"
)
_DATED_PATH = re.compile(r"/(?:19|20)\d\d[/-]?(?:0?[1-9]|1[0-2])(?:[0-3]\d)?(?:[/-]|$)")
_CUT_SHORT = re.compile(r"(?:…|\.\.\.)([^….]{1,40})$")
_FILE = re.compile(r"\.(?:s?html?|php|aspx?|jsp|cms|ece)$", re.IGNORECASE)
_ARTICLE_ITEM = XPath(
    "boolean(//*[contains(@itemtype, 'schema.org/') and contains(@itemtype, 'Article')])"
)


@dataclass(frozen=True, slots=True)
class _Signs:
    """What speaks for an article: its own JSON-LD node, any declaration, its address, a date."""

    described: bool
    declared: bool
    telling_address: bool
    dated: bool


def check(evidence: PageEvidence, article: Article) -> None:
    """Raises Refused("no-article") for a home page, a listing, or a page about the site itself."""
    address = urlsplit(evidence.url)
    path = unquote(address.path)
    if not path.strip("/") and not address.query:
        raise Refused("no-article", "it is a home page")
    link_counts = _link_counts(evidence.tree)
    if _linked_share(link_counts, article.text) > 0.5:
        raise Refused("no-article", "its text is a list of links")
    described = _is_described(evidence)
    signs = _Signs(
        described=described,
        declared=described or _is_declared(evidence),
        telling_address=_names_an_article(path),
        dated=article.published is not None,
    )
    if not _vouches_for_itself(signs, article) and _lacks_announced(evidence, article):
        raise Refused("unannounced", "it shares nothing with what its feed, link or address says")
    if _is_listing(signs, evidence, link_counts, article.text):
        raise Refused("no-article", "it lists articles")
    if not _is_article(signs, path, link_counts, article.text):
        raise Refused("no-article", "nothing says that it is an article")


def _is_listing(
    signs: _Signs, evidence: PageEvidence, link_counts: Mapping[str, int], text: str
) -> bool:
    if signs.telling_address:
        return False
    if not signs.described and _article_elements(evidence.tree) >= _LISTED:
        return True
    return not signs.declared and _teasers(link_counts, text) >= _TEASED


def _vouches_for_itself(signs: _Signs, article: Article) -> bool:
    """Whether the page itself says that it is an article, in ways that walls and errors don't: the
    dates of a feed and the form of an address are not the page's own words, a headline that its
    text is about is.
    """
    if signs.described or article.published_origin in ("json-ld", "meta"):
        return True
    if signs.declared:
        return _prose_size(article.text, weight) >= _WHOLE
    is_whole = _prose_size(article.text) >= _WHOLE
    return is_whole and announced.is_about(article.title, article.text)


def _lacks_announced(evidence: PageEvidence, article: Article) -> bool:
    hints = evidence.hints
    if not announced.announcements(evidence.url, hints):
        return False
    return announced.is_announced(evidence.url, hints, article.title, article.text) is False


def _is_article(signs: _Signs, path: str, link_counts: Mapping[str, int], text: str) -> bool:
    """Two signs suffice; with one, there must be prose enough, and neither a front page nor a page
    about the site.
    """
    if _are_two(signs):
        return True
    if _prose_size(text) < _BRIEF:
        return False
    if signs.dated and _headline_links(link_counts) < _FRONT:
        return True
    last_part = path.rstrip("/").rsplit("/", 1)[-1]
    return signs.telling_address and not _about_the_site().search(last_part)


def _are_two(signs: _Signs) -> bool:
    """Whether two signs agree, each of which may mislead alone."""
    if signs.declared:
        return signs.dated or signs.described or signs.telling_address
    return signs.dated and signs.telling_address


def _is_described(evidence: PageEvidence) -> bool:
    """Whether the page's JSON-LD describes an article of its own, and no video or review."""
    primary_types = jsonld.ARTICLE_TYPES - jsonld.SECONDARY_TYPES
    return bool(jsonld.types(evidence.node) & primary_types)


def _is_declared(evidence: PageEvidence) -> bool:
    """Whether Open Graph or microdata call the page an article."""
    if evidence.meta("og:type").casefold() in _ARTICLE_OG_TYPES:
        return True
    return bool(_ARTICLE_ITEM(evidence.tree))


def _names_an_article(path: str) -> bool:
    """Whether the end of a path reads like a headline or a number, as articles' addresses do."""
    parts = path.strip("/").split("/")
    if any(map(_SLUG_OR_NUMBER.search, parts[-2:])):
        return True
    return bool(_DATED_PATH.search(path) or _FILE.search(parts[-1]))


def _article_elements(tree: HtmlElement) -> int:
    return len(list(tree.iter("article")))


def _teasers(link_counts: Mapping[str, int], text: str) -> int:
    """How many lines are cut short and end in one and the same link."""
    endings: Counter[str] = Counter()
    for line in text.split("\n"):
        match = _CUT_SHORT.search(line)
        if match:
            endings[match[1].strip()] += 1
    return max((count for words, count in endings.items() if words in link_counts), default=0)


def _link_counts(tree: HtmlElement) -> Counter[str]:
    """The words of the page's links, and how often each stands there."""
    return Counter(map(_link_words, tree.iter("a")))


def _link_words(anchor: HtmlElement) -> str:
    # most links hold nothing but text: that is read without a walk
    return clean("".join(anchor.itertext()) if len(anchor) else anchor.text or "")


def _headline_links(link_counts: Mapping[str, int]) -> int:
    return sum(count for words, count in link_counts.items() if len(words) >= _HEADLINE)


def _linked_share(link_counts: Mapping[str, int], text: str) -> float:
    """The share of the text that stands in lines which are links."""
    lines = text.split("\n")
    if len(lines) < 4:
        return 0.0
    linked = sum(len(line) for line in lines if line.strip() in link_counts)
    return linked / max(1, len(text))


def _prose_size(text: str, size: Callable[[str], int] = len) -> int:
    """Characters in lines that are long enough to be sentences, or what another measure gives;
    scripts without spaces say more with fewer.
    """
    lines = text.split("\n")
    return sum(size(line) for line in lines if len(line) >= _LONG_LINE or not line.isascii())


@cache
def _about_the_site() -> re.Pattern[str]:
    return re.compile(rf"\b{any_word('addresses', 'about_the_site')}", re.IGNORECASE)

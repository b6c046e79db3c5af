"""schema.org nodes that a page embeds as JSON-LD."""

import json
import re
from collections.abc import Iterator
from html import unescape
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from crawler.extract.markup import loose_json

Node = dict[str, Any]

ARTICLE_TYPES = frozenset(
    [
        "Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "AnalysisNewsArticle",
        "BackgroundNewsArticle", "OpinionNewsArticle", "ReviewNewsArticle", "AskPublicNewsArticle",
        "SatiricalArticle", "AdvertiserContentArticle", "LiveBlogPosting", "Report",
        "SocialMediaPosting", "DiscussionForumPosting", "TechArticle", "ScholarlyArticle",
        "Review", "VideoObject", "Recipe",
    ]
)  # fmt: skip
# Weaker evidence than an article's own node: a page's video or review also has a headline and a
# date.
SECONDARY_TYPES = frozenset(
    ["VideoObject", "Review", "Recipe", "SocialMediaPosting", "DiscussionForumPosting"]
)

# Bounds on what a hostile page may embed.
_MAX_SCRIPTS = 2_001
_MAX_LENGTH = 2_000_000
_MAX_NODES = 2_000
_MAX_DEPTH = 12
_NESTED = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart")
"""Where a node holds others. A typed list, of a breadcrumb or of other articles, is left whole."""
_ARTICLE_KEYS = ("headline", "datePublished", "author", "articleBody", "description")
_WRAPPER = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)"
    r"|(?:-->|(?://|/\*)?\s*\]\]>\s*(?:\*/)?)\s*;?\s*$"
)
# What an article says of itself alone, and what it holds that says none of it.
_STRAYING = frozenset(
    (
        "headline",
        "datePublished",
        "dateModified",
        "articleBody",
        "articleSection",
        "keywords",
        "author",
    )
)
_CARRIERS = frozenset(
    (
        "Person",
        "Organization",
        "NewsMediaOrganization",
        "ImageObject",
        "WebPage",
        "WebSite",
        "Place",
    )
)


def nodes(tree: HtmlElement) -> list[Node]:
    """Every typed node of the page's JSON-LD, outermost first; what does not parse is read as far
    as it goes.
    """
    typed: list[Node] = []
    for document in documents(tree):
        if len(typed) >= _MAX_NODES:
            break
        typed.extend(_typed(document, 0))
    return typed[:_MAX_NODES]


def documents(tree: HtmlElement) -> Iterator[Any]:
    """The values of the page's scripts of JSON-LD, each read when it is asked for."""
    for script in islice(tree.iter("script"), _MAX_SCRIPTS):
        kind = script.get("type") or ""
        if "ld+json" in kind.lower() and script.text and len(script.text) <= _MAX_LENGTH:
            yield _load(script.text)


def article(graph: list[Node]) -> Node:
    """The node that describes the page's article, or an empty one."""
    primary = [node for node in graph if types(node) & ARTICLE_TYPES - SECONDARY_TYPES]
    candidates = primary or [node for node in graph if types(node) & SECONDARY_TYPES]
    return max(candidates, key=_weight, default={})


def types(node: Node) -> set[str]:
    """The node's types, without a vocabulary's prefix."""
    return {str(name).rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in aslist(node.get("@type"))}


def aslist(value: Any) -> list[Any]:
    """A JSON-LD value as a list: one value may stand for a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text(value: Any) -> str:
    """The words of a JSON-LD value: a string, or the name of a node."""
    for item in aslist(value):
        if isinstance(item, str) and item.strip():
            return item.strip()
        if isinstance(item, dict):
            inner = item.get("name") or item.get("@value") or item.get("url")
            if isinstance(inner, (str, list)):
                return text(inner)
    return ""


def _weight(node: Node) -> int:
    """How much a node says of an article."""
    return sum(bool(node.get(key)) for key in _ARTICLE_KEYS)


def _load(source: str) -> Any:
    """The JSON value of a script, read as far as it goes where it does not parse."""
    source = _WRAPPER.sub("", source.strip())
    if '"' not in source and "&quot;" in source:
        source = unescape(source)
    value = _parsed(source)
    if value is not None or len(source) > loose_json.MAX_LENGTH:
        return value
    read = loose_json.LooseJson(source)
    if not read.is_whole:
        for node in _typed(read.values, 0):
            _gather_strayed(node)
    return read.values


def _gather_strayed(node: Node) -> None:
    """Give an article what a brace that is missing has put into a person, a picture or a page
    inside it: these have neither headline nor date.
    """
    if not types(node) & ARTICLE_TYPES:
        return
    inner = list(node.values())
    for value in islice(inner, _MAX_NODES):
        if isinstance(value, dict) and types(value) & _CARRIERS:
            for key in _STRAYING & value.keys():
                node.setdefault(key, value[key])
            inner.extend(value.values())


def _parsed(source: str) -> Any:
    try:
        return json.loads(source, strict=False)
    except (ValueError, RecursionError):
        return None


def _typed(value: Any, depth: int) -> Iterator[Node]:
    """The typed nodes in a JSON value, outermost first."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value[:_MAX_NODES]:
            yield from _typed(item, depth + 1)
    elif isinstance(value, dict):
        nested: tuple[str, ...] = _NESTED
        if "@type" in value:
            yield value
        else:
            nested = (*_NESTED, "itemListElement")
        for key in nested:
            if key in value:
                yield from _typed(value[key], depth + 1)

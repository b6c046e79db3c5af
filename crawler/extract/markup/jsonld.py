"""schema.org nodes that a page embeds as JSON-LD."""

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

Node = dict[str, Any]

ARTICLE_TYPES = frozenset(
    [
        "Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "AnalysisNewsArticle",
        "BackgroundNewsArticle", "OpinionNewsArticle", "ReviewNewsArticle", "AskPublicNewsArticle",
        "SatiricalArticle", "AdvertiserContentArticle", "LiveBlogPosting", "Report", "SocialMediaPosting",
        "DiscussionForumPosting", "TechArticle", "ScholarlyArticle", "Review", "VideoObject", "Recipe",
    ]
)  # fmt: skip
# Weaker evidence than an article's own node: a page's video or review also has a headline and a
# date.
SECONDARY_TYPES = frozenset(
    ["VideoObject", "Review", "Recipe", "SocialMediaPosting", "DiscussionForumPosting"]
)

_MAX_SCRIPTS, _MAX_LENGTH, _MAX_NODES, _MAX_DEPTH = 60, 2_000_000, 2_000, 12
_WRAPPER = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|(?://|/\*)?\s*\]\]>\s*(?:\*/)?)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_CONTROL = re.compile(r"[\x00-\x1f]+")


def nodes(tree: HtmlElement) -> list[Node]:
    """Every typed node of the page's JSON-LD, outermost first; what does not parse is left out."""
    found: list[Node] = []
    for number, script in enumerate(tree.iter("script")):
        if number > 2_000 or len(found) >= _MAX_NODES:
            break
        kind = script.get("type") or ""
        if "ld+json" in kind.lower() and script.text and len(script.text) <= _MAX_LENGTH:
            found.extend(_typed(_load(script.text), 0))
    return found[:_MAX_NODES]


def article(found: list[Node]) -> Node:
    """The node that describes the page's article, or an empty one."""
    primary = [node for node in found if types(node) & ARTICLE_TYPES - SECONDARY_TYPES]
    candidates = primary or [node for node in found if types(node) & SECONDARY_TYPES]
    return max(candidates, key=_weight, default={})


def types(node: Node) -> set[str]:
    """The node's types, without a vocabulary's prefix."""
    return {str(name).rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in aslist(node.get("@type"))}


def aslist(value: Any) -> list[Any]:
    """A JSON-LD value as a list: one value may stand for a list of one."""
    return value if isinstance(value, list) else [] if value is None else [value]


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
    return sum(
        bool(node.get(name))
        for name in ("headline", "datePublished", "author", "articleBody", "description")
    )


def _load(source: str) -> Any:
    source = _WRAPPER.sub("", source.strip())
    for repaired in (source, _TRAILING_COMMA.sub(r"\1", _CONTROL.sub(" ", source))):
        try:
            return json.loads(repaired, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _typed(value: Any, depth: int) -> Iterator[Node]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value[:_MAX_NODES]:
            yield from _typed(item, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for key in (
            "@graph",
            "mainEntity",
            "mainEntityOfPage",
            "hasPart",
            "itemListElement" if "@type" not in value else "",
        ):
            if key and key in value:
                yield from _typed(value[key], depth + 1)

"""What a page says of itself in its head: meta tags, title, canonical link."""

from collections.abc import Mapping
from itertools import islice

from lxml.html import HtmlElement

Metas = Mapping[str, list[str]]

_MAX_TAGS = 2_000
_MAX_LENGTH = 10_000


def metas(tree: HtmlElement) -> dict[str, list[str]]:
    """Contents by lower-case name, property or itemprop, in the page's order."""
    contents: dict[str, list[str]] = {}
    for element in islice(tree.iter("meta"), _MAX_TAGS):
        content = (element.get("content") or element.get("value") or "").strip()[:_MAX_LENGTH]
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if content and name:
            contents.setdefault(name.strip().lower(), []).append(content)
    return contents


def first_content(contents: Metas, *names: str) -> str:
    """The first content under these names, in their order; empty where there is none."""
    for name in names:
        for content in contents.get(name, ()):
            if content:
                return content
    return ""

"""What a page says of itself in its head: meta tags, title, canonical link."""

from collections.abc import Mapping

from lxml.html import HtmlElement

Metas = Mapping[str, list[str]]

_MAX_TAGS, _MAX_LENGTH = 2_000, 10_000


def metas(tree: HtmlElement) -> dict[str, list[str]]:
    """Contents by lower-case name, property or itemprop, in the page's order."""
    found: dict[str, list[str]] = {}
    for number, element in enumerate(tree.iter("meta")):
        if number >= _MAX_TAGS:
            break
        content = (element.get("content") or element.get("value") or "").strip()[:_MAX_LENGTH]
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if content and name:
            found.setdefault(name.strip().lower(), []).append(content)
    return found


def first_content(found: Metas, *names: str) -> str:
    """The first content under these names, in their order; empty where there is none."""
    for name in names:
        for content in found.get(name, ()):
            if content:
                return content
    return ""

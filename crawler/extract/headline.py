"""The printed headline, without the site's name."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from html import unescape

from lxml.html import HtmlElement

from crawler.extract import jsonld
from crawler.extract.evidence import Evidence, clean, fold, words_in

_SEPARATOR = re.compile(r"\s+[|•·»>–—-]\s+|\s*[|]\s*|\s+::?\s+|\s-\s")
_MAX = 400
_TITLE_CLASS = re.compile(r"head-?line|title|titre|titular", re.IGNORECASE)


def headline(evidence: Evidence) -> str:
    """The headline as printed: the h1 that the page's declarations agree with, else what they declare."""
    declared = [title for title in _declared(evidence) if title]
    printed = [title for title in _printed(evidence.tree) if title]
    best = _agreed(printed, declared)
    if best:
        return best
    if declared:
        return _shortest_core(declared)
    return printed[0] if printed else clean(evidence.hints.title or "")


def _declared(evidence: Evidence) -> Iterator[str]:
    yield _plain(jsonld.text(evidence.node.get("headline")) or jsonld.text(evidence.node.get("name")))
    yield _plain(evidence.meta("og:title"))
    yield _plain(evidence.meta("twitter:title", "title", "dc.title", "parsely-title", "sailthru.title"))
    title = evidence.tree.find(".//title")
    yield _plain(title.text_content()) if title is not None else ""
    yield _plain(evidence.hints.title or "")


def _printed(tree: HtmlElement) -> Iterator[str]:
    for number, element in enumerate(tree.iter("h1", "h2")):
        if number >= 60:
            return
        words = words_in(element)
        if 2 < len(words) <= _MAX and (element.tag == "h1" or _TITLE_CLASS.search(element.get("class") or "")):
            yield words


def _agreed(printed: list[str], declared: list[str]) -> str:
    """The printed heading nearest to what is declared, if it is near at all."""
    scored = [
        (max((_likeness(title, other) for other in declared), default=0.0), -number, title)
        for number, title in enumerate(printed)
    ]
    likeness, _, title = max(scored, default=(0.0, 0, ""))
    return title if likeness >= 0.5 else ""


def _likeness(one: str, other: str) -> float:
    left, right = fold(one), fold(other)
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    if (left in right or right in left) and min(len(left), len(right)) >= 10:
        return 0.95 - 0.2 * (1 - min(len(left), len(right)) / max(len(left), len(right)))
    return SequenceMatcher(None, left, right, autojunk=False).ratio()


def _shortest_core(declared: list[str]) -> str:
    """Where several declarations begin alike, the part without the site's name."""
    title = declared[0]
    for other in declared[1:]:
        if len(other) < len(title) and fold(title).startswith(fold(other)) and len(other) > 10:
            title = other
    return without_site(title)


def without_site(title: str, site: str = "") -> str:
    """The title without a trailing or leading site name."""
    parts = [part for part in _SEPARATOR.split(title) if part]
    if len(parts) < 2:
        return title
    last = parts[-1]
    if site and fold(last) == fold(site):
        return clean(title[: title.rindex(last)].rstrip(" |•·»>–—-:"))
    longest = max(parts, key=len)
    return clean(longest) if len(longest) > 0.6 * len(title) else title


def _plain(title: str) -> str:
    return clean(unescape(re.sub(r"<[^<>]{1,200}>", "", title)))[:_MAX]

"""The dates printed around an article's title: `<time>` elements and lines such as "Publié le 3 mars 2024 à 14h30"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from lxml import etree

from crawler.extract.dates.claim import DateClaim, Role
from crawler.extract.dates.evidence import Evidence, machine
from crawler.extract.dates.lexicon import fold
from crawler.extract.dates.read import Setting, chosen, claims_in
from crawler.extract.dates.roles import label
from crawler.extract.dates.tokens import tokens

LINE = 160  # characters: a line with a date is shorter, a paragraph longer
PARAGRAPH = 250
AFTER, BEFORE, LEVELS, DEPTH = 250, 30, 10, 60
SKIPPED = frozenset(
    ["script", "style", "noscript", "template", "svg", "select", "option", "button", "form", "nav", "footer", "iframe", "video", "audio", "canvas", "math", "object", "textarea", "h1"]
)
# Parts of a page that speak of other things, by the words of their class or id.
_ELSEWHERE = re.compile(
    r"comment|related|recommend|sidebar|side-bar|footer|widget|popular|trending|newsletter|promo|carousel|read-?more|more-|most-"
    r"|breadcrumb|menu|navbar|disqus|respond|reply|weather|outbrain|taboola|lire-aussi|advert|banner|cookie|latest|teaser-list|copyright"
)
_CLASS_ROLES: tuple[tuple[Role | None, re.Pattern[str]], ...] = (
    ("modified", re.compile(r"(?<!published )updat|modif|moddate|lastmod|aktualisier|maj\b")),
    ("published", re.compile(r"publish|pubdate|publi|posted|created|date-?published|dt-published")),
)
_DATE_CLASS = re.compile(
    r"(?:^|[^a-z])(?:post|entry|article|content|news|detail|meta|header|h|story)?[-_]*_?(?:date|datum|fecha|time|timestamp|dateline|datetime|stand)(?![a-z])"
)
_MAYBE = re.compile(
    r"\d|hier|gestern|ayer|oggi|today|yesterday|heute|hoy|jourd|امس|اليوم|منذ|قبل|ago|hace|vor |depuis|dernier",
    re.IGNORECASE,
)
_HEADINGS = etree.XPath("//h1")
_PUBLISHED = etree.XPath("//*[@itemprop='datePublished' or @pubdate]")
_MODIFIED = etree.XPath("//*[@itemprop='dateModified']")


@dataclass(frozen=True, slots=True)
class Line:
    """A short stretch of text, the element that holds it, and the words right before it."""

    element: Any
    text: str
    context: str


def header_evidence(tree: Any, setting: Setting, language: str | None) -> list[Evidence]:
    """What is printed before and after the title, nearest first."""
    heading = _heading(tree)
    if heading is None:
        return _marked(tree, setting, language)
    found = _marked(tree, setting, language)
    paragraphs = 0
    nested = next(heading.iterancestors("article"), None) is not None
    for line in islice(_after(heading, nested), AFTER):
        if len(line.text) > PARAGRAPH:
            paragraphs += 1
            continue
        found += _evidence(line, setting, language, 1.0 if paragraphs < 2 else 0.5)
    for line in islice(_before(heading), BEFORE):
        found += [
            item for item in _evidence(line, setting, language, 0.6) if item.claim.role or not _is_today(item, setting)
        ]
    return found


def _heading(tree: Any) -> Any | None:
    """The title's h1: the longest of the first few that does not stand in a header of the site."""
    headings = _HEADINGS(tree)[:5]
    return max(headings, key=lambda h: len(" ".join(h.itertext())[:200].strip()), default=None)


def _marked(tree: Any, setting: Setting, language: str | None) -> list[Evidence]:
    """Microdata's datePublished and dateModified, the first outside comments and lists of others."""
    found: list[Evidence] = []
    for role, path in (("published", _PUBLISHED), ("modified", _MODIFIED)):
        for element in path(tree)[:10]:
            if element.tag == "meta" or _is_elsewhere(element):
                continue
            claim = _stamp(element, setting, language)
            if claim is not None:
                found.append(Evidence(replace(claim, role=role), 6.0))  # type: ignore[arg-type]
                break
    return found


def _is_elsewhere(element: Any) -> bool:
    for outer in (element, *islice(element.iterancestors(), LEVELS)):
        if outer.tag in ("aside", "footer", "nav", "li") or (
            outer.tag not in ("body", "html") and _ELSEWHERE.search(_names(outer))
        ):
            return True
    return False


def _names(element: Any) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:300].casefold()


def _stamp(element: Any, setting: Setting, language: str | None) -> DateClaim | None:
    """The claim of an element's datetime, content or title, or of its text; None where the two tell different days."""
    text = " ".join(" ".join(element.itertext("*")).split())[:LINE]
    shown = chosen(claims_in(text, language, setting)) if _MAYBE.search(text) else None
    for attribute in ("datetime", "content", "title"):
        claim = machine(element.get(attribute), setting, "time", None, language)
        if claim is not None:
            differs = shown is not None and abs((shown.value - claim.value).total_seconds()) > 2 * 86400
            return (
                None
                if differs and shown and shown.precision in ("day", "minute", "second")
                else replace(claim, role=shown.role if shown else None)
            )
    return replace(shown, origin="time") if shown is not None else None


def _after(heading: Any, nested: bool) -> Iterator[Line]:
    """The lines that follow the title, up to the end of the body."""
    articles = 0
    inner = heading
    for _ in range(LEVELS):
        if inner is None or inner.tag == "body":
            return
        for sibling in inner.itersiblings():
            if sibling.tag == "article":
                articles += 1
                if nested or articles > 1:
                    continue
            yield from _lines(sibling, 0, "")
        if inner.tag == "article":
            return
        inner = inner.getparent()


def _before(heading: Any) -> Iterator[Line]:
    """The lines that precede the title, nearest containers first."""
    inner = heading
    for _ in range(4):
        if inner is None or inner.tag == "body":
            return
        for sibling in inner.itersiblings(preceding=True):
            if sibling.tag not in ("header", "article", "aside") or inner.tag in ("h1", "header"):
                yield from _lines(sibling, 0, "")
        if inner.tag == "article":
            return
        inner = inner.getparent()


def _lines(element: Any, depth: int, context: str) -> Iterator[Line]:
    if (
        not isinstance(element.tag, str)
        or element.tag in SKIPPED
        or depth > DEPTH
        or _ELSEWHERE.search(_names(element))
    ):
        return
    whole = _short(element)
    if whole is not None and (element.tag in ("time", "abbr") or element.find(".//time") is None):
        if whole:
            yield Line(element, whole, context)
        return
    if element.text and element.text.strip():
        context = " ".join(element.text.split())
        yield Line(element, context[: PARAGRAPH + 1], "")
    for child in element:
        yield from _lines(child, depth + 1, context)
        context = _short(child) or "" if isinstance(child.tag, str) else context
        if child.tail and child.tail.strip():
            tail = " ".join(child.tail.split())
            yield Line(element, tail[: PARAGRAPH + 1], context)
            context = tail


def _short(element: Any) -> str | None:
    """The element's text where it is one line."""
    pieces, length = [], 0
    for piece in islice(element.itertext("*"), 30):
        length += len(piece)
        pieces.append(piece)
        if length > 4 * LINE:
            return None
    text = " ".join(" ".join(pieces).split())
    return text if len(text) <= LINE and len(pieces) < 30 else None


def _evidence(line: Line, setting: Setting, language: str | None, share: float) -> list[Evidence]:
    element = line.element
    if element.tag == "time" or (element.tag == "abbr" and element.get("title")):
        claim = _stamp(element, setting, language)
        return [] if claim is None else [_weighed(line, claim, share, 5.0)]
    if len(line.text) > LINE or not _MAYBE.search(line.text) or next(element.iterancestors("a"), element).tag == "a":
        return []
    claims = claims_in(line.text, language, setting)
    if len(fold(line.text).split()) > 16 and not any(claim.role for claim in claims):
        return []
    agreed = chosen(claims)
    shown = [claim for claim in claims if claim.role == "modified" and claim is not agreed] + (
        [agreed] if agreed else []
    )
    return [_weighed(line, claim, share, 3.0) for claim in shown]


def _weighed(line: Line, claim: DateClaim, share: float, weight: float) -> Evidence:
    """A label beside it or in its element's class makes a date twice as good; one after the article's start needs a label."""
    role: Role | None = claim.role
    if role is None and len(line.context) <= 60:
        said = label(found := tokens(fold(line.context)), 0, len(found))
        role = said if said == "published" or said == "modified" else None
    names = f"{_names(line.element)} {line.element.get('itemprop') or ''}".casefold()
    if role is None:
        role = next((role for role, pattern in _CLASS_ROLES if pattern.search(names)), None)
    if role is not None:
        return Evidence(replace(claim, role=role), (weight + 3.0) * share)
    dated = bool(_DATE_CLASS.search(names))
    return Evidence(claim, (weight + 1.0 * dated) * share if share > 0.5 or dated else 0.0)


def _is_today(item: Evidence, setting: Setting) -> bool:
    return item.claim.value.date() == setting.today

"""The section as the publisher prints it, and the page's tags."""

import re
from collections.abc import Callable, Iterable, Iterator
from html import unescape
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import PageEvidence, clean, comparable_line, selected, words_in

_MAX = 60
_HOME = frozenset(
    map(
        comparable_line,
        (
            "accueil", "home", "home page", "homepage", "startseite", "inicio", "portada", "página inicial",
            "frontpage", "forsiden", "etusivu", "prima pagina", "strona główna", "ana sayfa", "voorpagina", "hem",
            "hjem", "standort",
            "главная", "головна", "الرئيسية", "首页", "홈", "ホーム",
        ),
    )
)  # fmt: skip
_COMMAND = re.compile(
    r"(?:sign|log|skip|subscribe|menu|follow|share|register|search|s'abonner|connexion)\b",
    re.IGNORECASE,
)
_SLUG = re.compile(r"^[a-z0-9_/.-]+$")
_FOLDER = re.compile(
    r"(?<![\w/])(?:folder_open|folder|local_offer|label_outline)\s*(?=[^\W_])(.{2,60}?)"
    r"(?=\s*(?:access_time|schedule|query_builder|calendar_today|date_range|event|today|person|star|comment|share|"
    r"visibility|$))"
)

_TRAIL_TAGS = ("nav", "ol", "ul", "div", "p", "section")
_TRAIL = {
    "class": re.compile("readcrumb|ariane|migas"),
    "id": re.compile("readcrumb"),
    "itemtype": re.compile("BreadcrumbList"),
    "aria-label": re.compile("readcrumb"),
}
_LABEL = XPath(
    "descendant::*[self::a or self::span or self::div or self::p][contains(@rel, 'category') or "
    "contains(@class, 'rubrique') or contains(@class, 'category') or contains(@class, 'section-name') or "
    "contains(@class, 'section-label') or contains(@class, 'article-section') or "
    "contains(@class, 'article__section') or contains(@class, 'eyebrow') or contains(@itemprop, 'articleSection')]"
)


def section(
    evidence: PageEvidence, title: str, listed_in: str | None, frame: Iterable[str] = ()
) -> str | None:
    """The publisher's own label: declared, in the breadcrumb, beside the headline; else the entry
    point's.

    `frame` holds the lines printed around headline and text.
    """
    declared = [label for label in _declared(evidence) if _fits(label, evidence, title)]
    sources: tuple[Callable[[], Iterable[str]], ...] = (
        lambda: (label for label in declared if not _SLUG.match(label)),
        lambda: _fitting(_breadcrumb(evidence), evidence, title),
        lambda: _fitting(_icon(frame), evidence, title),
        lambda: declared,
        lambda: _fitting(_beside(evidence), evidence, title),
        lambda: (listed_in,) if listed_in else (),
        lambda: _fitting(_by_address(evidence), evidence, title),
    )
    # from the surest to the costliest: none is asked after one has answered
    return next((label for source in sources for label in source()), None)


def _fitting(labels: Iterable[str], evidence: PageEvidence, title: str) -> Iterator[str]:
    return (label for label in map(_label, labels) if _fits(label, evidence, title))


def _label(text: str) -> str:
    return clean(unescape(text)).strip(" ,;/>›»|·•:-–—")


def _fits(label: str, evidence: PageEvidence, title: str) -> bool:
    folded = comparable_line(label)
    if (
        not 1 < len(label) <= _MAX
        or not folded
        or re.search(r"^https?:|^/|[|│]", label)
        or folded.isdigit()
    ):
        return False
    return (
        folded not in _HOME
        and not _COMMAND.match(label)
        and folded != comparable_line(title)
        and folded not in evidence.site_names
    )


def _declared(evidence: PageEvidence) -> Iterator[str]:
    for name in (
        "article:section",
        "section",
        "parsely-section",
        "og:section",
        "cxenseparse:section",
        "rubrique",
    ):
        for content in evidence.metas.get(name, ())[:1]:
            yield _label(content)
    for value in jsonld.aslist(evidence.node.get("articleSection"))[:1]:
        yield _label(jsonld.text(value).split(",")[0])


def _breadcrumb(evidence: PageEvidence) -> Iterator[str]:
    for trail in islice(filter(_is_trail, evidence.tree.iter(*_TRAIL_TAGS)), 3):
        for anchor in list(trail.iter("a"))[:6]:
            yield words_in(anchor)
    for node in evidence.graph:
        if "BreadcrumbList" in jsonld.types(node):
            for item in jsonld.aslist(node.get("itemListElement"))[:6]:
                if isinstance(item, dict):
                    yield jsonld.text(item.get("name")) or jsonld.text(item.get("item"))


def _is_trail(element: HtmlElement) -> bool:
    return any(name in _TRAIL and _TRAIL[name].search(value) for name, value in element.items())


def _icon(frame: Iterable[str]) -> Iterator[str]:
    """What stands behind the folder that an icon font draws."""
    for line in frame:
        found = _FOLDER.search(line[:300])
        if found:
            yield found[1]


def _beside(evidence: PageEvidence) -> Iterator[str]:
    for element in selected(_LABEL, evidence.tree, 12):
        words = words_in(element)
        if len(words) <= 40 and any(
            ancestor.tag in ("article", "main", "header", "section")
            for ancestor in element.iterancestors()
        ):
            yield words


def _by_address(evidence: PageEvidence) -> Iterator[str]:
    """The words of the link whose address is the nearest one above the article's."""
    parts = urlsplit(evidence.url)
    own = parts.path.rstrip("/")
    found = []
    for number, anchor in enumerate(evidence.tree.iter("a")):
        if number > 1_500:
            break
        href = anchor.get("href") or ""
        if len(href) < 3 or len(href) > 200:
            continue
        if href[0] == "/" and not own.startswith(href.rstrip("/")[:4]):
            continue
        try:
            target = urlsplit(urljoin(evidence.url, href))
        except ValueError:
            continue
        path = target.path.rstrip("/")
        if (
            target.netloc == parts.netloc
            and 1 < len(path) < len(own)
            and parts.path.startswith(path + "/")
            and not target.query
        ):
            found.append((len(path), -number, words_in(anchor)))
    for _, _, words in sorted(found, reverse=True):
        if words and len(words) <= 40:
            yield words


def tags(evidence: PageEvidence) -> tuple[str, ...]:
    """Keywords in the page's order."""
    found = [*evidence.metas.get("article:tag", ())]
    for value in jsonld.aslist(evidence.node.get("keywords")):
        found.extend(value.split(",") if isinstance(value, str) else [jsonld.text(value)])
    for content in evidence.metas.get("news_keywords", []) + evidence.metas.get("keywords", []):
        found.extend(content.split(","))
    labels = (clean(unescape(tag)) for tag in (*found, *evidence.hints.tags))
    return tuple(dict.fromkeys(label for label in labels if 1 < len(label) <= 80))[:50]

"""The section as the publisher prints it, and the page's tags."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html import unescape
from itertools import islice
from urllib.parse import SplitResult, urljoin, urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import (
    PageEvidence,
    clean,
    comparable_line,
    select_elements,
    stands_in,
    words_in,
)
from crawler.extract.words.lists import any_word, words

_MAX_LABEL = 60
"""Characters of a section's name: what is longer is a headline or a sentence."""
_MAX_PRINTED_LABEL = 40
"""The same where only the place beside the headline, or an address, speaks for it."""
_MAX_ANCHORS = 1_501
"""Links that are compared with the article's address: pages with more are lists."""

_SLUG = re.compile(r"^[a-z0-9_/.-]+$")
_NO_LABEL = re.compile(r"^https?:|^/|[|│]")
_SECTION_METAS = (
    "article:section",
    "section",
    "parsely-section",
    "og:section",
    "cxenseparse:section",
    "rubrique",
)
_TRAIL_TAGS = ("nav", "ol", "ul", "div", "p", "section")
_LABEL_PARENTS = ("article", "main", "header", "section")


def section(
    evidence: PageEvidence, title: str, listed_in: str | None, frame: Iterable[str] = ()
) -> str | None:
    """The publisher's own label: declared, in the breadcrumb, beside the headline; else the entry
    point's.

    `frame` holds the lines printed around headline and text.
    """
    return next(_labels(evidence, title, listed_in, frame), None)


def names(evidence: PageEvidence, title: str, listed_in: str | None) -> frozenset[str]:
    """Every name, folded, by which the page or its entry point may call the article's section."""
    return frozenset(map(comparable_line, _labels(evidence, title, listed_in, frame=())))


def _labels(
    evidence: PageEvidence, title: str, listed_in: str | None, frame: Iterable[str]
) -> Iterator[str]:
    """From the surest to the costliest: no source is read after one has answered."""
    declared = list(_fitting(_declared(evidence), evidence, title))
    yield from (label for label in declared if not _SLUG.match(label))
    yield from _fitting(_breadcrumb(evidence), evidence, title)
    yield from _fitting(_behind_folder(frame), evidence, title)
    yield from declared
    yield from _fitting(_beside_headline(evidence), evidence, title)
    if listed_in:
        yield listed_in
    yield from _fitting(_by_address(evidence), evidence, title)


def _fitting(labels: Iterable[str], evidence: PageEvidence, title: str) -> Iterator[str]:
    return (label for label in map(_label, labels) if _fits(label, evidence, title))


def _label(text: str) -> str:
    return clean(unescape(text)).strip(" ,;/>›»|·•:-–—")


def _fits(label: str, evidence: PageEvidence, title: str) -> bool:
    folded = comparable_line(label)
    if not 1 < len(label) <= _MAX_LABEL or not folded or folded.isdigit():
        return False
    if _NO_LABEL.search(label) or _command().match(label):
        return False
    is_other_name = folded in _home_names() or folded in evidence.site_names
    return not is_other_name and folded != comparable_line(title)


def _declared(evidence: PageEvidence) -> Iterator[str]:
    for name in _SECTION_METAS:
        yield from evidence.metas.get(name, ())[:1]
    for value in jsonld.aslist(evidence.node.get("articleSection"))[:1]:
        yield jsonld.text(value).split(",")[0]


def _breadcrumb(evidence: PageEvidence) -> Iterator[str]:
    for trail in islice(_trails(evidence.tree), 3):
        for anchor in islice(trail.iter("a"), 6):
            yield words_in(anchor)
    for node in evidence.graph:
        if "BreadcrumbList" in jsonld.types(node):
            yield from _breadcrumb_items(node)


def _breadcrumb_items(node: jsonld.Node) -> Iterator[str]:
    for item in jsonld.aslist(node.get("itemListElement"))[:6]:
        if isinstance(item, dict):
            yield jsonld.text(item.get("name")) or jsonld.text(item.get("item"))


def _trails(tree: HtmlElement) -> Iterator[HtmlElement]:
    patterns = _trail_patterns()
    for element in tree.iter(*_TRAIL_TAGS):
        for name, value in element.items():
            pattern = patterns.get(name)
            if pattern and pattern.search(value):
                yield element
                break


def _behind_folder(frame: Iterable[str]) -> Iterator[str]:
    """What stands behind the folder that an icon font draws."""
    for line in frame:
        match = _folder().search(line[:300])
        if match:
            yield match[1]


def _beside_headline(evidence: PageEvidence) -> Iterator[str]:
    for element in select_elements(_label_elements(), evidence.tree, 12):
        label = words_in(element)
        if len(label) <= _MAX_PRINTED_LABEL and stands_in(element, *_LABEL_PARENTS):
            yield label


def _by_address(evidence: PageEvidence) -> Iterator[str]:
    """The words of the link whose address is the nearest one above the article's."""
    page = urlsplit(evidence.url)
    candidates: list[tuple[int, int, HtmlElement]] = []
    for number, anchor in enumerate(islice(evidence.tree.iter("a"), _MAX_ANCHORS)):
        path = _folder_above(anchor.get("href") or "", evidence.url, page)
        if path:
            candidates.append((len(path), -number, anchor))
    for _, _, anchor in sorted(candidates, reverse=True):
        label = words_in(anchor)
        if label and len(label) <= _MAX_PRINTED_LABEL:
            yield label


def _folder_above(href: str, url: str, page: SplitResult) -> str:
    """The path of a link where it is a folder that the page's address stands in; else empty."""
    own_path = page.path.rstrip("/")
    if not 3 <= len(href) <= 200:
        return ""
    # a cheap look at the first letters, before an address is joined for each link of the page
    if href[0] == "/" and not own_path.startswith(href.rstrip("/")[:4]):
        return ""
    try:
        target = urlsplit(urljoin(url, href))
    except ValueError:
        return ""
    path = target.path.rstrip("/")
    same_site = target.netloc == page.netloc and not target.query
    is_above = 1 < len(path) < len(own_path) and page.path.startswith(f"{path}/")
    return path if same_site and is_above else ""


def tags(evidence: PageEvidence) -> tuple[str, ...]:
    """Keywords in the page's order."""
    keywords = list(evidence.metas.get("article:tag", ()))
    for value in jsonld.aslist(evidence.node.get("keywords")):
        if isinstance(value, str):
            keywords += value.split(",")
        else:
            keywords.append(jsonld.text(value))
    for meta in ("news_keywords", "keywords"):
        for content in evidence.metas.get(meta, ()):
            keywords += content.split(",")
    keywords += evidence.hints.tags
    labels = [clean(unescape(name)) for name in keywords]
    return tuple(dict.fromkeys(label for label in labels if 1 < len(label) <= 80))[:50]


@cache
def _home_names() -> frozenset[str]:
    return frozenset(map(comparable_line, words("sections", "home")))


@cache
def _command() -> re.Pattern[str]:
    return re.compile(rf"{any_word('sections', 'command')}\b", re.IGNORECASE)


@cache
def _folder() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w/]){any_word('icons', 'folder')}\s*(?=[^\W_])(.{{2,60}}?)"
        rf"(?=\s*(?:{any_word('icons', 'after_folder')}|$))"
    )


@cache
def _trail_patterns() -> Mapping[str, re.Pattern[str]]:
    """What marks a breadcrumb, by attribute."""
    return {
        "class": re.compile(any_word("classes", "breadcrumb")),
        "id": re.compile(r"readcrumb"),
        "itemtype": re.compile(r"BreadcrumbList"),
        "aria-label": re.compile(r"readcrumb"),
    }


@cache
def _label_elements() -> XPath:
    """The elements that their markup calls a section's label."""
    conditions = ["contains(@rel, 'category')", "contains(@itemprop, 'articleSection')"]
    conditions += [f"contains(@class, '{word}')" for word in words("classes", "section")]
    kinds = "self::a or self::span or self::div or self::p"
    return XPath(f"descendant::*[{kinds}][{' or '.join(conditions)}]")

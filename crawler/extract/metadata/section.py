"""The section as the publisher prints it, and the page's tags."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html import unescape
from itertools import chain

from lxml.etree import XPath

from crawler.enrich.fold import fold_phrase
from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import (
    PageEvidence,
    clean,
    comparable_line,
    select_elements,
    stands_in,
    words_in,
)
from crawler.extract.metadata import section_links
from crawler.extract.metadata.crumbs import crumbs, names_home
from crawler.extract.metadata.ownership import Ownership
from crawler.extract.words.lists import any_word, words

_MAX_LABEL = 60
"""Characters of a section's name: what is longer is a headline or a sentence."""
_MOST_SECTIONS = 3
"""Sections that are declared one by one: more of them are a list of keywords."""
_MOST_IN_ONE = 2
"""Names between commas in one declaration of a section."""

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
_LISTED = re.compile(r"\s*[,;|،、，]\s*")
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
    """Every name, folded, by which the page, its menu or address, or its entry point may call the
    article's section.
    """
    labels = chain(
        _labels(evidence, title, listed_in, frame=()),
        _fitting(section_links.in_menus(evidence), evidence, title),
        section_links.folders(evidence.url),
    )
    return frozenset(map(comparable_line, labels))


def _labels(
    evidence: PageEvidence, title: str, listed_in: str | None, frame: Iterable[str]
) -> Iterator[str]:
    """From the surest to the costliest: no source is read after one has answered."""
    declared = list(_fitting(_declared(evidence), evidence, title))
    yield from (label for label in declared if not _SLUG.match(label))
    yield from _fitting(_breadcrumb(evidence), evidence, title)
    yield from _fitting(_behind_folder(frame), evidence, title)
    yield from _fitting(section_links.above_headline(evidence, title), evidence, title)
    for slug in declared:
        yield from _fitting(section_links.named_by(slug, evidence), evidence, title)
        yield slug
    yield from _fitting(_beside_headline(evidence, title), evidence, title)
    if listed_in:
        yield listed_in
    yield from _fitting(_by_address(evidence), evidence, title)


def _fitting(labels: Iterable[str], evidence: PageEvidence, title: str) -> Iterator[str]:
    return (label for label in map(_label, labels) if _fits(label, evidence, title))


def _label(text: str) -> str:
    return clean(unescape(text)).strip(" ,;/<>‹›«»|·•:-–—[]")


def _fits(label: str, evidence: PageEvidence, title: str) -> bool:
    folded = comparable_line(label)
    if not 1 < len(label) <= _MAX_LABEL or not folded or folded.isdigit():
        return False
    if _NO_LABEL.search(label) or _command().match(label):
        return False
    is_other_name = names_home(label) or folded in evidence.site_names
    return not is_other_name and folded != comparable_line(title)


def _declared(evidence: PageEvidence) -> Iterator[str]:
    for name in _SECTION_METAS:
        yield from _sections_among(evidence.metas.get(name, ()), evidence)
    described = jsonld.aslist(evidence.node.get("articleSection"))
    yield from _sections_among(map(jsonld.text, described), evidence)


def _sections_among(values: Iterable[str], evidence: PageEvidence) -> Iterator[str]:
    """The first name that is declared; of a list of keywords only what the article's address
    confirms.
    """
    distinct = list(dict.fromkeys(filter(None, map(_plain, values))))
    lists = list(map(_names_listed, distinct))
    names = list(chain.from_iterable(lists))
    if len(names) > 1:
        folders = section_links.folders(evidence.url)
        yield from (name for name in names if fold_phrase(name) in folders)
    if not 0 < len(lists) <= _MOST_SECTIONS or len(lists[0]) > _MOST_IN_ONE:
        return
    if len(lists[0]) == 1 or not set(lists[0]) <= set(tags(evidence)):
        yield distinct[0]


def _plain(value: str) -> str:
    return unescape(value).strip()


def _names_listed(value: str) -> list[str]:
    return list(filter(None, _LISTED.split(value)))


def _breadcrumb(evidence: PageEvidence) -> Iterator[str]:
    return (section_links.shortest_name(*crumb, evidence) for crumb in crumbs(evidence))


def _by_address(evidence: PageEvidence) -> Iterator[str]:
    links = section_links.by_address(evidence)
    return (section_links.shortest_name(*link, evidence) for link in links)


def _behind_folder(frame: Iterable[str]) -> Iterator[str]:
    """What stands behind the folder that an icon font draws."""
    for line in frame:
        match = _folder().search(line[:300])
        if match:
            yield match[1]


def _beside_headline(evidence: PageEvidence, title: str) -> Iterator[str]:
    ownership = Ownership(evidence, title)
    for element in select_elements(_label_elements(), evidence.tree, 12):
        label = words_in(element)
        is_near = len(label) <= section_links.MAX_LABEL and stands_in(element, *_LABEL_PARENTS)
        if is_near and ownership.owns(element):
            yield label


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
def _command() -> re.Pattern[str]:
    return re.compile(rf"{any_word('sections', 'command')}\b", re.IGNORECASE)


@cache
def _folder() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w/]){any_word('icons', 'folder')}\s*(?=[^\W_])(.{{2,60}}?)"
        rf"(?=\s*(?:{any_word('icons', 'after_folder')}|$))"
    )


@cache
def _label_elements() -> XPath:
    """The elements that their markup calls a section's label."""
    conditions = ["contains(@rel, 'category')", "contains(@itemprop, 'articleSection')"]
    conditions += [f"contains(@class, '{word}')" for word in words("classes", "section")]
    kinds = "self::a or self::span or self::div or self::p"
    return XPath(f"descendant::*[{kinds}][{' or '.join(conditions)}]")

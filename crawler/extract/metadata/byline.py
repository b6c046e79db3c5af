"""The authors' names, without roles, offices or addresses."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from html import unescape
from itertools import filterfalse, islice
from typing import Any

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
from crawler.extract.metadata import byline_patterns

_MAX_NAMES = 20
_MAX_ELEMENTS = 12
_MAX_CREDIT = 120
"""Characters of an element that names authors: a longer one holds their biography."""
_MAX_LINE = 160
"""Characters of a printed line that begins like a byline: a longer one is prose."""
_MAX_OFFICE = 60

_DECLARED = XPath(
    "descendant::*[@rel or @itemprop]"
    "[@rel='author' or @itemprop='author' or @itemprop='author name']"
)
_AUTHOR_METAS = (
    "author",
    "article:author",
    "og:article:author",
    "article:author_name",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "authors",
    "cxenseparse:author",
)
_ADDRESSES = ("http:", "https:", "//")
_BYLINE_TAGS = ("a", "span", "div", "p", "li", "address", "strong", "cite")
_OF_OTHERS = re.compile(r"omment|elated")
_DOMAINS = (".com", ".de", ".fr", ".net", ".org")


@dataclass(frozen=True, slots=True)
class AuthorMarkup:
    """The elements that a page's markup calls its author's: by relation, property or class."""

    declared: list[HtmlElement]
    classed: list[HtmlElement]


def author_markup(tree: HtmlElement) -> AuthorMarkup:
    """The page's author elements, those of comments and of other articles left out."""
    classed = (
        element
        for element in tree.iter(*_BYLINE_TAGS)
        if _is_byline(element.get("class", "")[:1000])
    )
    return AuthorMarkup(_own(select_elements(_DECLARED, tree, 60)), _own(islice(classed, 200)))


@lru_cache(maxsize=4096)
def _is_byline(classes: str) -> bool:
    return byline_patterns.author_class().search(classes) is not None


def _own(elements: Iterable[HtmlElement]) -> list[HtmlElement]:
    """The first elements that belong to the article itself."""
    return list(islice(filterfalse(_is_of_others, elements), _MAX_ELEMENTS))


def _is_of_others(element: HtmlElement) -> bool:
    return any(_OF_OTHERS.search(parent.get("class") or "") for parent in element.iterancestors())


def authors(
    evidence: PageEvidence,
    elements: AuthorMarkup,
    frame: Iterable[str] = (),
    selector_names: Iterable[str] = (),
) -> list[str]:
    """Names in the page's order; an office ("Rédaction", an agency) as it is printed, only where no
    person is named.

    `frame` holds the lines printed around headline and text, `selector_names` what the source's
    selectors find.
    """
    offices: list[str] = []
    for source in _sources(evidence, elements, frame, selector_names):
        lines = list(filter(None, map(_bare, source)))
        persons = _unique(_persons_in(lines, evidence))
        if persons:
            return persons
        if not offices:
            offices = _unique(line for line in lines if _is_office(line, evidence))
    return offices


def _sources(
    evidence: PageEvidence,
    elements: AuthorMarkup,
    frame: Iterable[str],
    selector_names: Iterable[str],
) -> Iterator[Iterable[str]]:
    """Where names may stand, from the surest to the least sure."""
    yield selector_names
    yield _of_jsonld(evidence)
    yield _of_metas(evidence)
    yield _of_page(elements)
    yield _of_lines(frame)
    yield evidence.hints.authors


def printed_bylines(
    evidence: PageEvidence, elements: AuthorMarkup, frame: Iterable[str] = ()
) -> list[str]:
    """The bylines as printed, agencies included ("A.G avec AFP"): who the article credits."""
    shown = (*elements.declared, *elements.classed)
    lines = [
        *_of_jsonld(evidence),
        *_of_metas(evidence),
        *map(words_in, filterfalse(_is_in_caption, shown)),
        *_of_lines(frame),
        *evidence.hints.authors,
    ]
    return _unique(line for line in map(_bare, lines) if 2 < len(line) <= _MAX_CREDIT)


def _is_in_caption(element: HtmlElement) -> bool:
    return stands_in(element, "figure", "figcaption")


def _is_office(line: str, evidence: PageEvidence) -> bool:
    if len(line) > _MAX_OFFICE or byline_patterns.no_name().search(line):
        return False
    if byline_patterns.office().search(line) or comparable_line(line) in evidence.site_names:
        return True
    return line[0].isupper() or "." in line


def _of_jsonld(evidence: PageEvidence) -> Iterator[str]:
    described = jsonld.aslist(evidence.node.get("author"))
    for author in described or jsonld.aslist(evidence.node.get("creator")):
        if isinstance(author, dict):
            yield _described_name(author, evidence.graph)
        else:
            yield jsonld.text(author)


def _described_name(author: dict[str, Any], graph: list[jsonld.Node]) -> str:
    """The name of a JSON-LD node, or of the node that it refers to."""
    if not author.get("name") and author.get("@id"):
        referred = (node for node in graph if node.get("@id") == author["@id"])
        author = next((node for node in referred if node.get("name")), author)
    names = map(jsonld.text, jsonld.aslist(author.get("name")))
    parts = [jsonld.text(author.get(part)) for part in ("givenName", "familyName")]
    return ", ".join(names) or " ".join(filter(None, parts))


def _of_metas(evidence: PageEvidence) -> Iterator[str]:
    for name in _AUTHOR_METAS:
        yield from _names_in(evidence.metas.get(name, ()))
    label = evidence.meta("twitter:label1").lower()
    if label.startswith(byline_patterns.card_labels()):
        yield from _names_in(evidence.metas.get("twitter:data1", ()))


def _names_in(contents: Iterable[str]) -> Iterator[str]:
    return (content for content in contents if not content.startswith(_ADDRESSES))


def _of_page(elements: AuthorMarkup) -> Iterator[str]:
    """The names in the first element that its markup calls the author's, and in its twins."""
    for element in (*elements.declared, *elements.classed):
        credit = _credit(element)
        if 2 < len(credit) <= _MAX_CREDIT:
            yield _before_end_of_name(byline_patterns.prefix().sub("", credit))
            for twin in filter(partial(_is_twin, element), element.itersiblings()):
                yield _before_end_of_name(words_in(twin)[:_MAX_CREDIT])
            return


def _is_twin(element: HtmlElement, sibling: HtmlElement) -> bool:
    if sibling.tag != element.tag:
        return False
    return bool(sibling.get("class") == element.get("class"))


def _credit(element: HtmlElement) -> str:
    """The element's words; its links, where nothing but they parts the names from each other."""
    words = words_in(element) or element.get("content") or ""
    if byline_patterns.between_names().search(words):
        return words
    linked = [words_in(anchor) for anchor in element.iter("a") if anchor is not element]
    return ", ".join(filter(None, linked[:6])) if any(linked) else words


def _of_lines(frame: Iterable[str]) -> Iterator[str]:
    """The names in lines that begin like a byline."""
    for line in frame:
        if byline_patterns.KOREAN.match(line):
            yield line
        elif byline_patterns.printed_prefix().match(line) and len(line) <= _MAX_LINE:
            name = _before_end_of_name(byline_patterns.printed_prefix().sub("", line, count=1))
            if name and (name[0].isupper() or not name[0].isascii()):
                yield name.rstrip("）)")


def _before_end_of_name(words: str) -> str:
    return byline_patterns.after_name().sub("", words)


def _bare(line: str) -> str:
    """A line without addresses and without what introduces a name."""
    line = clean(byline_patterns.MAIL.sub(" ", unescape(line)))[:300]
    line = byline_patterns.prefix().sub("", line)
    return byline_patterns.by_after_words().sub("", line).strip(" ,;:|/–—-")


def _persons_in(lines: Iterable[str], evidence: PageEvidence) -> Iterator[str]:
    for line in lines:
        yield from _persons(line, evidence)


def _persons(line: str, evidence: PageEvidence) -> Iterator[str]:
    parts = byline_patterns.between_names().split(line)[:_MAX_NAMES]
    if len(parts) > 1 and all(map(_is_initials_or_office, parts)):
        return  # initials beside an agency are printed as one credit
    for part in parts:
        name = byline_patterns.role().sub("", byline_patterns.prefix().sub("", clean(part)))
        name = _without_site(clean(name).strip(" ,;:|/–—-()"), evidence)
        if name.endswith(".") and not _ends_in_initial(name):
            name = name[:-1]
        if _is_person(name, evidence):
            yield name


def _is_initials_or_office(part: str) -> bool:
    return bool(byline_patterns.INITIALS.match(part) or byline_patterns.office().search(part))


def _ends_in_initial(name: str) -> bool:
    """Whether the full stop at the end abbreviates a name of one or two letters."""
    last_word = name.rsplit(" ", 1)[-1]
    return len(last_word.rsplit(".", 2)[-2]) <= 2


def _without_site(name: str, evidence: PageEvidence) -> str:
    words = name.split()
    for cut in range(1, len(words)):
        if comparable_line(" ".join(words[cut:])) in evidence.site_names:
            return " ".join(words[:cut])
    return name


def _is_person(name: str, evidence: PageEvidence) -> bool:
    if not _has_size_of_name(name) or _is_account(name):
        return False
    if byline_patterns.no_name().search(name) or byline_patterns.office().search(name):
        return False
    return not _names_site(comparable_line(name), evidence)


def _has_size_of_name(name: str) -> bool:
    """Whether these may be a person's words: a name in another script may be two letters long."""
    if len(name.split()) > 6:
        return False
    return 3 < len(name) <= 50 or (len(name) > 1 and not name.isascii())


def _is_account(name: str) -> bool:
    """Whether it is an account, an address, a label, an acronym or a brand."""
    if ":" in name or name.endswith(_DOMAINS) or byline_patterns.ACCOUNT.match(name):
        return True
    if name.isascii() and " " not in name:
        return True  # one plain word
    last_word = name.rsplit(maxsplit=1)[-1]
    return name[0].isascii() and name[0].islower() and last_word[0].islower()


def _names_site(folded: str, evidence: PageEvidence) -> bool:
    if not folded or folded in evidence.site_names:
        return True
    return any(len(site) > 3 and site in folded for site in evidence.site_names)


def _unique(names: Iterable[str]) -> list[str]:
    """The first spelling of each name."""
    by_key: dict[str, str] = {}
    for name in names:
        by_key.setdefault(comparable_line(name), name)
    return list(by_key.values())[:_MAX_NAMES]

"""The bylines that a page prints: elements that its markup calls the author's, links to pages of
authors, and short elements that begin like a byline.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import filterfalse, islice, takewhile
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.extract.markup.evidence import (
    ElementAttributes,
    PageEvidence,
    clean,
    comparable_line,
    stands_in,
    words_in,
)
from crawler.extract.metadata.byline import patterns
from crawler.extract.metadata.byline.person import is_full
from crawler.extract.metadata.ownership import Ownership

_MAX_ELEMENTS = 12
_MAX_LOOKED_AT = 200
_MIN_CREDIT = {True: 3, False: 2}
"""Characters of the shortest credit, in ASCII and in other scripts."""
_MAX_CREDIT = 120
"""Characters of an element that names authors: a longer one holds their biography."""
_MAX_LINE = 160
"""Characters of a printed line that begins like a byline: a longer one is prose."""
_PROSE = 200
"""Characters of a paragraph with which the text has begun."""
_AUTHOR_PROPERTIES = frozenset(("author", "author name"))
_MAX_DECLARED = 60
_BYLINE_TAGS = ("a", "span", "div", "p", "li", "address", "strong", "cite")
_FIRST_WORD = re.compile(r"^\W{0,2}(\w+)")


class AuthorMarkup:
    """The article's own elements that name its authors; those of comments, menus, pictures and
    other articles are left out. Each kind is looked for when it is first asked for: metadata often
    say enough.
    """

    def __init__(self, evidence: PageEvidence, title: str) -> None:
        """`title` is that of the page's article."""
        self._evidence = evidence
        self._ownership = Ownership(evidence, title)
        self._elements = list(evidence.tree.iter(*_BYLINE_TAGS))

    @cached_property
    def declared(self) -> list[HtmlElement]:
        """Those that are the author's by relation or property."""
        declared = _declared(self._evidence.attributes)
        return self._own(islice(declared, _MAX_DECLARED))

    @cached_property
    def classed(self) -> list[HtmlElement]:
        """Those that are a byline by their class."""
        return self._own(self._all_classed)

    @cached_property
    def introduced(self) -> list[HtmlElement]:
        """Those in the head of the article that begin like a byline."""
        return self._own(filter(set(self._head).__contains__, self._all_introduced))

    @cached_property
    def linked(self) -> list[HtmlElement]:
        """The links in the head of the article that lead to an author's page."""
        return self._own(filter(_is_author_link, self._head))

    def own_lines(self, lines: Iterable[str]) -> Iterator[str]:
        """The lines that are no byline of another story."""
        return (line for line in lines if comparable_line(line) not in self._strange)

    @cached_property
    def _strange(self) -> frozenset[str]:
        """The folded words of bylines of other stories."""
        bylines = (*self._all_classed, *self._all_introduced)
        return frozenset(map(_folded_line, filterfalse(self._is_own, bylines)))

    @cached_property
    def _all_classed(self) -> list[HtmlElement]:
        is_byline = partial(_is_byline, self._evidence.attributes)
        return list(islice(filter(is_byline, self._elements), _MAX_LOOKED_AT))

    @cached_property
    def _all_introduced(self) -> list[HtmlElement]:
        prefix = patterns.printed_prefix(page_language(self._evidence))
        is_introduced = partial(_is_introduced, prefix)
        return list(islice(filter(is_introduced, self._elements), _MAX_LOOKED_AT))

    @cached_property
    def _head(self) -> list[HtmlElement]:
        head = _head(self._evidence.tree, self._ownership.heading)
        return list(islice(head, _MAX_LOOKED_AT))

    def _own(self, elements: Iterable[HtmlElement]) -> list[HtmlElement]:
        """The first elements that belong to the article itself, and to none of its pictures."""
        return list(islice(filter(self._is_own, elements), _MAX_ELEMENTS))

    def _is_own(self, element: HtmlElement) -> bool:
        return not _is_in_caption(element) and self._ownership.owns(element)


def _folded_line(element: HtmlElement) -> str:
    return comparable_line(words_in(element)[: _MAX_LINE + 1])


def _head(tree: HtmlElement, heading: HtmlElement | None) -> Iterator[HtmlElement]:
    """The elements between the headline and the first paragraph of prose."""
    if heading is None:
        return
    is_behind = False
    for element in tree.iter(heading.tag, *_BYLINE_TAGS):
        if element is heading:
            is_behind = True
        elif is_behind:
            if element.tag == "p" and len(words_in(element)) > _PROSE:
                return
            yield element


def _declared(attributes: ElementAttributes) -> Iterator[HtmlElement]:
    """The elements that call themselves the author's."""
    for element, values in attributes.items():
        if values.get("rel") == "author" or values.get("itemprop") in _AUTHOR_PROPERTIES:
            yield element


def _is_byline(attributes: ElementAttributes, element: HtmlElement) -> bool:
    classes = attributes.get(element, {}).get("class")
    return classes is not None and _is_byline_class(classes[:1000])


def _is_author_link(element: HtmlElement) -> bool:
    return element.tag == "a" and _is_author_page(element.get("href", "")[:300])


@lru_cache(maxsize=4096)
def _is_byline_class(classes: str) -> bool:
    return bool(
        patterns.author_class().search(classes) and not patterns.picture_class().search(classes)
    )


@lru_cache(maxsize=4096)
def _is_author_page(href: str) -> bool:
    """Whether a link leads to a page about a person who writes: "/author/ada-lovelace"."""
    if len(href) < 4:
        return False
    folders = re.split(r"[/?=]", href.lower())[:-1]
    return any(folder in patterns.author_folders() for folder in folders)


def _is_introduced(prefix: re.Pattern[str], element: HtmlElement) -> bool:
    """Whether the first word in the element, or in its first child, introduces a name."""
    start = (element.text or "").strip()
    if not start and len(element):
        start = (element[0].text or "").strip()
    if not _begins_to_introduce(start[:20]):
        return False
    return prefix.match(words_in(element)[: _MAX_LINE + 1]) is not None


@lru_cache(maxsize=4096)
def _begins_to_introduce(start: str) -> bool:
    word = _FIRST_WORD.match(start)
    return word is not None and word[1].lower() in patterns.introducing_words()


def _is_in_caption(element: HtmlElement) -> bool:
    return stands_in(element, "figure", "figcaption")


def page_language(evidence: PageEvidence) -> str | None:
    """The language that the page declares (ISO 639-1)."""
    tag = evidence.tree.get("lang") or evidence.meta("og:locale")
    return tag.lower().replace("_", "-").partition("-")[0] or None


def credits_in(elements: Iterable[HtmlElement]) -> Iterator[str]:
    """The credit of each element and of its twins beside it, as one line; longer elements than
    credits are left out.
    """
    for element in elements:
        credit = credit_of(element)
        if _MIN_CREDIT[credit.isascii()] <= len(credit) <= _MAX_CREDIT:
            twins = (t for t in element.itersiblings(element.tag) if _is_twin(element, t))
            others = [credit_of(twin)[:_MAX_CREDIT] for twin in islice(twins, _MAX_ELEMENTS)]
            yield "; ".join([credit, *others])


def _is_twin(element: HtmlElement, sibling: HtmlElement) -> bool:
    """Whether two elements say the same of different persons."""
    if element.tag == "a" and sibling.tag == "a":
        is_same = element.get("href") == sibling.get("href")
        return not is_same and _folder(element) == _folder(sibling)
    return bool(element.get("class")) and element.get("class") == sibling.get("class")


def _is_other_link(element: HtmlElement, other: HtmlElement) -> bool:
    """Whether two links lead to pages of different kinds: an author's and a section's."""
    is_link = element.tag == "a" and other.tag == "a" and other.get("href")
    return bool(is_link) and _folder(element) != _folder(other)


def _folder(anchor: HtmlElement) -> str:
    try:
        path = urlsplit(anchor.get("href") or "").path
    except ValueError:
        return ""
    return path.rstrip("/").rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class _Segment:
    words: str
    holder: HtmlElement


def credit_of(element: HtmlElement) -> str:
    """The names that an element prints, in one line.

    What stands in an element of its own behind a name (an institute, a town, a job) says something
    else, unless it is joined to the name, or marked up like it.
    """
    segments = list(islice(_segments(element), 40))
    if not segments:
        return clean(element.get("content") or "")
    introducing = list(takewhile(_introduces, segments))
    start = min(len(introducing), len(segments) - 1)
    names = [" ".join(segment.words for segment in segments[: start + 1])]
    first = segments[start].holder
    for segment in segments[start + 1 :]:
        if _belongs_to(names[-1], first, segment):
            names[-1] += f" {segment.words}"
        elif segment.holder is not first and _is_twin(first, segment.holder):
            names.append(segment.words)
    return clean("; ".join(names))


def _belongs_to(name: str, holder: HtmlElement, segment: _Segment) -> bool:
    """Whether a segment goes on with the name before it, or joins another one to it."""
    if _is_other_link(holder, segment.holder):
        return False
    return not is_full(name) or _is_joined(name, segment.words)


def _introduces(segment: _Segment) -> bool:
    return patterns.only_introduces().match(segment.words) is not None


def _segments(element: HtmlElement) -> Iterator[_Segment]:
    """The words in the element, piece by piece, each with the element that holds it."""
    for part in element.iter():
        if not isinstance(part.tag, str) or part.tag in ("script", "style"):
            continue
        words = clean(part.text or "")
        if words:
            yield _Segment(words, part)
        tail = clean(part.tail or "") if part is not element else ""
        if tail:
            yield _Segment(tail, part.getparent())


def _is_joined(before: str, words: str) -> bool:
    """Whether a comma, a stroke or an "and" stands between two names."""
    joint = patterns.joint()
    before_ends = (match.end() == len(before) for match in joint.finditer(before))
    return any(before_ends) or joint.match(words) is not None


def introduced_lines(lines: Iterable[str], language: str | None) -> Iterator[str]:
    """The lines that begin like a byline in a language, or in any."""
    return (line for line in lines if len(line) <= _MAX_LINE and _introduces_name(line, language))


@lru_cache(maxsize=4096)
def _introduces_name(line: str, language: str | None) -> bool:
    prefix = patterns.printed_prefix(language)
    return bool(prefix.match(line) or patterns.KOREAN.match(line))


def edited_lines(lines: Iterable[str]) -> Iterator[str]:
    """The names of editors, behind the label that calls them so."""
    for line in lines:
        if len(line) <= _MAX_LINE and patterns.editor_prefix().match(line):
            yield patterns.editor_prefix().sub("", line)

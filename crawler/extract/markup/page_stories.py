"""Stories that a page lists in its data only: for the scripts that draw it, or for search engines.

A story is an object with an address and a headline, whatever its keys are called. It counts where
it is dated or said to be an article; where the page's markup lists hardly any, several headlines
with telling addresses are enough. Menus, advertisements and pages about the site have none of that.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from lxml.etree import LxmlError
from lxml.html import HtmlElement, fragment_fromstring

from crawler.extract.markup import jsonld, page_data
from crawler.extract.markup.data_walk import DataWalk, type_words
from crawler.extract.markup.evidence import clean, weight
from crawler.extract.markup.links import Link, links_in
from crawler.extract.markup.packed_data import unpacked
from crawler.extract.markup.story_address import Addresses, is_telling

_MOST_STORIES = 400
_LEAST_SURE = 3
"""Dated or typed stories of a page beside which weaker evidence is left alone."""
_LEAST_HEADLINES = 3
"""Headlines in a page's markup beside which only sure stories of its data count."""
_LEAST_GROUP = 2
_MOST_MARKUP = 20
_LONGEST_MARKUP = 100_000
"""Strings of markup that are read, and characters of each."""
_LONGEST_TITLE = 300
_HEADLINE = (4, 25)
_TITLE = (2, 12)
"""Words, or weight in letters, of a headline that stands for itself, and of a dated or typed
one.
"""
_TITLES = ("headline", "title", "headlines", "titles", "heading", "hed", "name", "label")
_INNER_TITLES = ("basic", "rendered", "main", "default", "web", "text", "value", "title")
_ARTICLES = frozenset(
    ("article", "articles", "news", "story", "post", "posting", "report", "reportage")
)
_DATE = re.compile(
    r"(?:19|20)\d\d-\d\d-\d\d(?!\d)|\b\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d\b"
    r"|\b\d{1,2} [A-Z][a-z]{2} (?:19|20)\d\d \d\d:"
)
_LONGEST_DATE = 40
_TIME_KEY = re.compile(r"date|time|publi|creat|modif|updat")
_EARLIEST = 631_152_000
_LATEST = 4_102_444_800
"""Seconds since 1970 that a story may be dated with: 1990 to 2100."""


@dataclass(frozen=True, slots=True)
class ListedStory:
    """A story in a page's data: its address, and its headline, empty where there is none."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What may be a story: surely, or by the company of others at the same place of the data."""

    story: ListedStory
    is_sure: bool
    place: tuple[str, ...]


def stories_in(tree: HtmlElement, url: str, links: Sequence[Link]) -> list[ListedStory]:
    """The stories in the data of a page that has these links, in its order, each address once."""
    headlines = [link for link in links if link.region == "main" and _is_headline(link.text)]
    is_sparse = len(headlines) < _LEAST_HEADLINES
    walk = _walked(tree, is_sparse)
    candidates = list(_candidates(walk, url, links))
    if is_sparse:
        candidates += _in_markup(walk.strings, url)
    chosen = [candidate.story for candidate in candidates if candidate.is_sure]
    if is_sparse and len(chosen) < _LEAST_SURE:
        chosen = _with_company(candidates)
    return _each_once(chosen)[:_MOST_STORIES]


def _walked(tree: HtmlElement, loosely: bool) -> DataWalk:
    walk = DataWalk()
    for value in (*jsonld.documents(tree), *page_data.structures(tree, loosely)):
        walk.through(unpacked(value))
    return walk


def _candidates(walk: DataWalk, url: str, links: Sequence[Link]) -> Iterator[_Candidate]:
    addresses = Addresses(url)
    known = chain((link.url for link in links), walk.strings)
    addresses.learn(known, (members for members, _ in walk.objects))
    for members, place in walk.objects:
        candidate = _candidate(members, place, addresses)
        if candidate:
            yield candidate


def _in_markup(strings: Iterable[str], url: str) -> Iterator[_Candidate]:
    """The headlines in markup that a script puts into the page."""
    markup = (text for text in strings if "<a " in text and "href=" in text)
    for text in islice(markup, _MOST_MARKUP):
        try:
            tree = fragment_fromstring(text[:_LONGEST_MARKUP], create_parent="div")
        except (LxmlError, ValueError):
            continue
        for link in links_in(tree, url):
            if link.region == "main" and _is_headline(link.text) and is_telling(link.url):
                yield _Candidate(ListedStory(link.url, link.text), False, ("markup",))


@dataclass(frozen=True, slots=True)
class _StorySigns:
    """What an object says of itself: whether it is an entry of a declared list, is dated or said to
    be an article, and has a headline that stands for itself, or a short one.
    """

    is_entry: bool
    is_described: bool
    is_headline: bool
    has_title: bool

    @property
    def may_be_story(self) -> bool:
        return self.is_entry or self.is_headline or (self.is_described and self.has_title)

    def makes_sure(self, url: str) -> bool:
        """Whether these signs and an address are enough."""
        if self.is_described and self.is_headline:
            return True
        return (self.is_described or self.is_entry) and is_telling(url)


def _signs(members: Mapping[str, Any], title: str) -> _StorySigns:
    types = type_words(members)
    return _StorySigns(
        is_entry="list" in types and "item" in types,
        is_described=bool(types & _ARTICLES) or _is_dated(members),
        is_headline=_is_long(title, _HEADLINE),
        has_title=_is_long(title, _TITLE),
    )


def _candidate(
    members: Mapping[str, Any], place: tuple[str, ...], addresses: Addresses
) -> _Candidate | None:
    title = _title(members)
    line = title if _is_long(title, _HEADLINE) else _any_headline(members) or title
    signs = _signs(members, line)
    url = addresses.of(members) if signs.may_be_story else ""
    if not url:
        return None
    is_sure = signs.makes_sure(url)
    if not is_sure and not (signs.is_headline and is_telling(url)):
        return None
    # A line under another key may be a summary, or what a picture shows: no promise of the page.
    return _Candidate(ListedStory(url, title if line == title else ""), is_sure, place)


def _title(members: Mapping[str, Any]) -> str:
    """The longest line under one of the usual keys of a headline: the others are labels."""
    titles = (_line(members.get(key)) for key in _TITLES)
    return max(titles, key=weight, default="")


def _any_headline(members: Mapping[str, Any]) -> str:
    """The first string of an object that is as long as a headline."""
    strings = (clean(value) for value in members.values() if isinstance(value, str))
    return next(filter(_is_headline, strings), "")


def _line(value: Any) -> str:
    """A string as one line, or the line that stands one level below."""
    if isinstance(value, dict):
        value = next((value[key] for key in _INNER_TITLES if value.get(key)), None)
    if not isinstance(value, str) or len(value) > 2 * _LONGEST_TITLE:
        return ""
    return clean(re.sub(r"<[^<>]*>", "", value))[:_LONGEST_TITLE]


def _is_headline(line: str) -> bool:
    is_address = line.startswith(("/", "http://", "https://")) or " " not in line[:80]
    unspaced = weight(line) > len(line)
    return (
        len(line) <= _LONGEST_TITLE and (unspaced or not is_address) and _is_long(line, _HEADLINE)
    )


def _is_long(line: str, least: tuple[int, int]) -> bool:
    words, letters = least
    return len(line.split()) >= words or weight(line) >= letters


def _is_dated(members: Mapping[str, Any]) -> bool:
    """Whether an object names a moment."""
    return any(_is_moment(key, value) for key, value in members.items())


def _is_moment(key: str, value: Any) -> bool:
    """Whether a member is a moment, itself or in what its key names so."""
    if isinstance(value, dict) and _TIME_KEY.search(key):
        return any(_is_moment(key, inner) for inner in list(value.values())[:5])
    if isinstance(value, str):
        return len(value) <= _LONGEST_DATE and _DATE.search(value) is not None
    if not isinstance(value, int | float) or not _TIME_KEY.search(key):
        return False
    seconds = value / 1000 if value > _LATEST else value
    return _EARLIEST < seconds < _LATEST


def _with_company(candidates: Sequence[_Candidate]) -> list[ListedStory]:
    """The stories that are sure, and those which stand where others do."""
    company = Counter(candidate.place for candidate in candidates)
    return [
        candidate.story
        for candidate in candidates
        if candidate.is_sure or company[candidate.place] >= _LEAST_GROUP
    ]


def _each_once(stories: Iterable[ListedStory]) -> list[ListedStory]:
    """The stories, each address once, with a headline where any of them has one."""
    found: dict[str, ListedStory] = {}
    for story in stories:
        if story.url not in found or not found[story.url].title:
            found[story.url] = story
    return list(found.values())

"""The page with older stories that a listing leads to: by its own word (`rel=next`, a class), or by
the number of a page in its address. Pure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from urllib.parse import SplitResult, parse_qsl, urlsplit

from crawler.extract import Link
from crawler.extract.words.lists import any_word
from crawler.urls import site_host

_NUMBERS = re.compile(r"(\d{1,6})")
_ADDED = re.compile(
    r"(?P<mark>[/,;_.~-]?(?:[^\W\d_]{1,15})?[-_=/.,;~]?)(?P<number>\d{1,6})/?(?:\.[a-z]{2,5})?",
    re.IGNORECASE,
)
"""What the address of a further page has more than that of the first."""
_ENDING = re.compile(r"/?(?:\.[a-z]{2,5})?$", re.IGNORECASE)
_LAST_WORD = re.compile(r"([^\W\d_]{1,15})[-_=/.,;~]?$")
_SHOWN = re.compile(r"[\W_]{0,5}(\d{1,3})[\W_]{0,5}")
"""The words of a link that are the number of a page, and no headline with a number."""
_LONGEST_WORDS = 30
"""Characters of a link to another page of a listing: a longer one is a headline. Twice as many are
taken where the address says that it is a page.
"""
_FIRST = 1
_MOST_IN_PATH = 999
"""A number in a path that may be that of a page, and neither a year nor that of a story."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an address has the number of a page: the word before it, the number of the listing
    itself (None where it has none there), and that of the link.
    """

    mark: str
    own: int | None
    number: int


class Pager:
    """The links of a listing that lead to its other pages."""

    def __init__(self, links: Sequence[Link], url: str) -> None:
        self._url = url
        self._links = links
        found = {link.url: _place(link, url) for link in links}
        self._places = {address: place for address, place in found.items() if place}
        sure = [link.url for link in links if link.url in self._places and self._is_sure(link)]
        self._last: dict[str, int] = {}
        for place in map(self._places.__getitem__, sure):
            self._last[place.mark] = max(place.number, self._last.get(place.mark, 0))

    def __contains__(self, link: Link) -> bool:
        """Whether a link leads to another page of the listing, older or newer."""
        if "next" in link.rel or "prev" in link.rel:
            return True
        return self._has_number(link) or self._is_named_older(link)

    @property
    def older(self) -> str:
        """The address of the page behind this one; empty where no link leads there."""
        declared = (link.url for link in self._links if "next" in link.rel)
        numbered = [(self._later(link), link.url) for link in self._links if self._later(link)]
        named = (link.url for link in self._links if self._is_named_older(link))
        return next(chain(declared, (address for _, address in sorted(numbered)), named), "")

    def _is_sure(self, link: Link) -> bool:
        """Whether a link says that the number in its address is that of a page."""
        place = self._places[link.url]
        if place.number > _MOST_IN_PATH and not urlsplit(link.url).query:
            return False
        if _page_words().fullmatch(place.mark):
            return len(link.text) <= 2 * _LONGEST_WORDS
        return len(link.text) <= _LONGEST_WORDS and (link.onward or _shown(link) > 0)

    def _has_number(self, link: Link) -> bool:
        """Whether an address has the number of a page: surely, or among others that have it at the
        same place.
        """
        place = self._places.get(link.url)
        if place is None or place.number > self._last.get(place.mark, 0):
            return False
        return self._is_sure(link) or len(link.text) <= _LONGEST_WORDS

    def _later(self, link: Link) -> int:
        """The number by which an address is that of a later page; 0 where it is none."""
        if not self._has_number(link):
            return 0
        place = self._places[link.url]
        if place.own is not None:
            return place.number if place.number > place.own else 0
        # Some count from 0: their second page has a 1.
        least = 1 if link.onward or _shown(link) == 2 else 2
        return place.number if place.number >= least and _shown(link) != 1 else 0

    def _is_named_older(self, link: Link) -> bool:
        """Whether a link is named as that to older stories and asks the listing another question,
        such as for what was published before a day.
        """
        if not link.onward or len(link.text) > _LONGEST_WORDS:
            return False
        here = urlsplit(self._url)
        there = urlsplit(link.url)
        may_lead_on = there.path == here.path or (
            here.path in ("", "/") and there.path == "/search"
        )
        is_other = bool(there.query) and there.query != here.query
        return may_lead_on and is_other and site_host(self._url) == site_host(link.url)


def _place(link: Link, url: str) -> _Place | None:
    """Where a link's address and the listing's differ in one number; None where they differ in
    more.
    """
    if site_host(url) != site_host(link.url):
        return None
    here = urlsplit(url)
    there = urlsplit(link.url)
    place = _difference(here, there)
    if place:
        return place
    back = _difference(there, here)
    return _Place(back.mark, back.number, _FIRST) if back else None


def _difference(here: SplitResult, there: SplitResult) -> _Place | None:
    return _in_query(here, there) if here.path == there.path else _in_path(here, there)


def _in_query(here: SplitResult, there: SplitResult) -> _Place | None:
    """The one parameter in which two addresses differ, where it is a number."""
    ours = dict(parse_qsl(here.query, keep_blank_values=True))
    theirs = dict(parse_qsl(there.query, keep_blank_values=True))
    names = [name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name)]
    if len(names) != 1:
        return None
    own = ours.get(names[0])
    other = theirs.get(names[0])
    if other is None or not _NUMBERS.fullmatch(other):
        return None
    if own is None:
        return _Place(names[0], None, int(other))
    return _Place(names[0], int(own), int(other)) if _NUMBERS.fullmatch(own) else None


def _in_path(here: SplitResult, there: SplitResult) -> _Place | None:
    """The one number in which two paths differ."""
    if here.query != there.query:
        return None
    stem = _ENDING.sub("", here.path)
    added = _ADDED.fullmatch(there.path, len(stem)) if there.path.startswith(stem) else None
    if added and not added["mark"][:1].isalnum():
        return _Place(_word(added["mark"]), None, int(added["number"]))
    ours = _NUMBERS.split(here.path)
    theirs = _NUMBERS.split(there.path)
    if len(ours) != len(theirs):
        return None
    places = [at for at, part in enumerate(ours) if part != theirs[at]]
    if len(places) != 1 or places[0] % 2 == 0:
        return None
    at = places[0]
    return _Place(_word(ours[at - 1]), int(ours[at]), int(theirs[at]))


def _word(before: str) -> str:
    """The word that stands before a number."""
    found = _LAST_WORD.search(before)
    return found[1] if found else ""


def _shown(link: Link) -> int:
    """The number of a page that a link shows, 0 where it shows none."""
    shown = _SHOWN.fullmatch(link.text)
    return int(shown[1]) if shown else 0


@cache
def _page_words() -> re.Pattern[str]:
    return re.compile(any_word("parts", "page_number"), re.IGNORECASE)

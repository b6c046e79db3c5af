"""Changes of known pages that entry points tell of: a later `lastmod` or `updated`, other words of
an item of a feed. Which are worth a look, before the page's own time for one has come. Pure.

What a site tells is a claim. Some write the present for all their pages, some write all anew when
one has changed. So each page remembers how often it was looked at for such a claim and how often
there was something, and an entry point is believed by what its pages remember.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

LATELY = timedelta(days=1)
"""How long before the last visit of its entry point a change may lie: sitemaps are written late."""
ALL_ANEW = 3
"""Where more pages than this, and more than half of those listed, have changed since the last
visit, the site has written all of them anew.
"""
MOST_LOOKS = 50
"""Pages that one visit makes due, those changed last first."""
SAME_OFFSET = timedelta(seconds=10)
"""By how much the distance of a date from the present may differ for it to say the present."""
FIRST_WAIT = timedelta(hours=1)
"""How long after its last visit a page is not looked at again that was looked at for nothing; it
doubles each time.
"""
_MOST_DOUBLINGS = 8
LEAST_TOLD = 6
"""Looks after which an entry point is judged."""
LEAST_TRUE = 0.2
"""The share of them that must have brought something for it to be believed."""
_DAY = timedelta(days=1)
_MARK_OF_ENTRY = 4
"""Characters of a mark that are those of its entry point: others may have other words."""


@dataclass(frozen=True, slots=True)
class ToldChange:
    """What an entry point says now of a page: when it was last changed, and a mark of its words."""

    key: str
    modified: datetime | None = None
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class ToldPage:
    """What is known of a page: when it was found, last visited, and is to be visited next; the date
    and mark that entry points told of it last; for how many changes that they told of it was
    looked at (`told`), and how many of them there were (`true`).
    """

    found_at: datetime
    visited_at: datetime
    next_visit: datetime | None = None
    told_at: datetime | None = None
    mark: str | None = None
    told: int = 0
    true: int = 0


Listed = Sequence[tuple[ToldChange, ToldPage]]


def entry_mark(url: str) -> str:
    """What the marks of an entry point begin with."""
    return blake2b(url.encode("utf-8", "surrogatepass"), digest_size=2).hexdigest()


def worth_a_look(listed: Listed, read_at: datetime, now: datetime) -> list[ToldChange]:
    """Of the known pages that an entry point lists, those to look at now, since it tells of a
    change; `read_at` is when it was last read.
    """
    claims = [
        (change, page) for change, page in listed if _tells_of_change(change, page, read_at, now)
    ]
    if are_all_anew(len(claims), len(listed)) or not _is_believed(listed):
        return []
    due = [change for change, page in claims if _is_due(change, page, now)]
    due.sort(key=lambda change: (change.modified or now).timestamp(), reverse=True)
    return due[:MOST_LOOKS]


def are_all_anew(changed: int, listed: int) -> bool:
    """Whether so many changes of so many pages are those of the site, not of its articles."""
    return changed > ALL_ANEW and 2 * changed > listed


def has_other_words(change: ToldChange, page: ToldPage) -> bool:
    """Whether the words are other ones than those that the same entry point had for the page."""
    if not change.mark or not page.mark or change.mark == page.mark:
        return False
    return change.mark[:_MARK_OF_ENTRY] == page.mark[:_MARK_OF_ENTRY]


def _tells_of_change(change: ToldChange, page: ToldPage, read_at: datetime, now: datetime) -> bool:
    if has_other_words(change, page):
        return True
    if change.modified is None or change.modified > now + _DAY:
        return False
    end = change.modified
    if page.told_at:
        if change.modified <= page.told_at:
            return False
        end += _DAY if _is_day(change.modified) else timedelta()
    return end > page.visited_at and end > read_at - LATELY


def _is_due(change: ToldChange, page: ToldPage, now: datetime) -> bool:
    """Whether it is time to look at a page for what is told of it."""
    if page.next_visit and page.next_visit <= now:
        return False  # it is due anyway
    if not has_other_words(change, page) and _says_now(change, page, now):
        return False
    in_vain = max(0, page.told - 2 * page.true)
    if not in_vain:
        return True
    wait: timedelta = FIRST_WAIT * 2 ** min(in_vain - 1, _MOST_DOUBLINGS)
    return now - page.visited_at >= wait


def _says_now(change: ToldChange, page: ToldPage, now: datetime) -> bool:
    """Whether the date of a page is always as far from the present: written as it is asked for."""
    if change.modified is None or page.told_at is None or _is_day(change.modified):
        return False
    offset = now - change.modified
    return abs(offset - (page.found_at - page.told_at)) <= SAME_OFFSET


def _is_day(moment: datetime) -> bool:
    """Whether only a day was told."""
    return (moment.hour, moment.minute, moment.second) == (0, 0, 0)


def _is_believed(listed: Listed) -> bool:
    told = sum(page.told for _, page in listed)
    true = sum(page.true for _, page in listed)
    return told < LEAST_TOLD or true >= LEAST_TRUE * told

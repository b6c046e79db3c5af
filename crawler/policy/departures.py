"""What it means where the address of an article shows something else, or sends on to it: it was
taken down, or moved, or belongs to another publisher. Pure.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from crawler.urls import name_of

Whose = Literal["own", "foreign", "unknown"]

_NOTHING_THERE = frozenset(("no-article", "entry-point", "soft-404", "moved", "other-site"))
"""Why the page to which an article's address sends on shows nothing of it: it is a section, the
home page, or about something else. A wall may pass.
"""
_HARDLY_ANYTHING = frozenset(("empty", "unannounced"))
"""The same where it may be a wall, unless the redirect is meant to stay and its address names no
article: so short a page is a section, too.
"""
_PATIENCE = 2
"""Visits at which a redirect that is not meant to stay leads away, before the article is gone."""
_WITHDRAWN_AFTER = {"soft-404": _PATIENCE, "unannounced": 3, "empty": 3, "no-article": 4}
"""Why the page of an article shows nothing of it, and visits at which it does so before the article
is gone. It says itself that there is no such page, or it shows something else, in words that tell
us nothing; a list or a few lines may have been misread, and get the longest.
"""


@dataclass(frozen=True, slots=True)
class LatePages:
    """The pages of a source that were visited since a moment: how many are articles, and how many
    came to the same reason as one page.
    """

    articles: int
    alike: int


def may_be_withdrawn(reason: str, tries: int) -> bool:
    """Whether an article may be gone whose page has shown nothing of it for this reason, at so many
    visits before this one.
    """
    patience = _WITHDRAWN_AFTER.get(reason)
    return patience is not None and tries >= patience


def is_the_site_well(late: LatePages) -> bool:
    """Whether what stands in the place of an article says something of it alone, by the pages of
    its source that were visited since: a wall or an error of the site stands in the place of most.
    """
    return late.articles > late.alike


def leads_away(reason: str, url: str, *, lasting: bool) -> bool:
    """Whether `url`, to which the address of an article sends on, for good or not, shows nothing of
    it any more; `reason` is why it shows no article.
    """
    if reason in _NOTHING_THERE:
        return True
    return lasting and reason in _HARDLY_ANYTHING and not name_of(url)


def is_gone(*, lasting: bool, tries: int) -> bool:
    """Whether an article is gone whose address sends on to something else, for good or not, after
    so many visits that came to the same.
    """
    return lasting or tries >= _PATIENCE


def whose(here: str, own: Collection[str], held: Collection[str], tries: int) -> Whose:
    """Whether the site (a registered domain) to which a link of a source sends on is the source's.

    `own` are the sites that its file names, `held` those of articles that are held of it. Where
    none is held yet, that can't be known: after some tries the links of a source are believed.
    """
    if here in own or here in held:
        return "own"
    if any(site in own for site in held):
        return "foreign"
    return "own" if tries >= _PATIENCE else "unknown"

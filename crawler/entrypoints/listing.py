"""What an entry point lists. Values only."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from crawler.article import Hints

Kind = Literal["section", "older", "feed", "sitemap", "home"]

_UNKNOWN = Hints()
"""One for all items of which nothing is known, since a sitemap may list fifty thousand."""
DATED_SHARE = 0.8
"""The share of items that must be dated for a listing's dates to say how far back it reaches."""


@dataclass(frozen=True, slots=True)
class Item:
    """One link of an entry point, with what it says of the page. `modified` serves to leave old
    pages alone, and to look again at changed ones; so does `mark`, which is another one where a
    feed has other words for the page. `guid` is the name that a
    feed gives the item, whatever its address.
    """

    url: str
    title: str | None = None
    hints: Hints = _UNKNOWN
    modified: datetime | None = None
    mark: str | None = None
    guid: str | None = None


@dataclass(frozen=True, slots=True)
class ListedEntryPoint:
    """A further entry point that this one names: a sub-sitemap, an older page of a section, a feed
    of a home page. `modified` is when it was last changed, as its sitemap index says.
    """

    url: str
    kind: Kind
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The items and further entry points of one answer, both bounded."""

    items: tuple[Item, ...] = ()
    more: tuple[ListedEntryPoint, ...] = ()


def reach_of(items: Sequence[Item], kind: str, now: datetime) -> datetime | None:
    """Since when a listing is complete by its own dates, a tenth of its oldest items left aside,
    because one may be pinned; None where few items are dated, or where the listing is not in the
    order of time.
    """
    if kind not in ("feed", "sitemap"):
        return None
    dates = [item.hints.published or item.modified for item in items]
    moments = sorted(date for date in dates if date is not None)
    if not moments or len(moments) < DATED_SHARE * len(items):
        return None
    pinned = math.ceil(len(moments) / 10)
    reach = moments[min(pinned, len(moments) - 1)]
    return min(reach.astimezone(UTC), now)


def in_time(moment: datetime | None) -> datetime | None:
    """The moment, aware (UTC where it names no zone); None where UTC has no such time, as at the
    end of 9999.
    """
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        aware.astimezone(UTC)
    except OverflowError:
        return None
    return aware


class Unreadable(Exception):
    """The answer is not what the entry point should be; the message says what it is."""

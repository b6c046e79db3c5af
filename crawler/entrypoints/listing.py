"""What an entry point lists. Values only."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from crawler.article import Hints

Kind = Literal["section", "older", "feed", "sitemap", "home"]


@dataclass(frozen=True, slots=True)
class Item:
    """One link of an entry point, with what it says of the page. `modified` serves to leave old pages alone."""

    url: str
    title: str | None = None
    hints: Hints = field(default_factory=Hints)
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class More:
    """A further entry point that this one names: a sub-sitemap, an older page of a section, a feed of a home page."""

    url: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Listing:
    """The items and further entry points of one answer, both bounded."""

    items: tuple[Item, ...] = ()
    more: tuple[More, ...] = ()


def in_time(moment: datetime | None) -> datetime | None:
    """The moment, aware (UTC where it names no zone); None where UTC has no such time, as at the end of 9999."""
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

"""Entry points: where a source's new articles are found. A new kind is one file and one line here.
A door module.
"""

from collections.abc import Callable

from crawler.article import Page
from crawler.entrypoints import feed, home, section, sitemap
from crawler.entrypoints.listing import Item, Kind, ListedEntryPoint, Listing, Unreadable, reach_of
from crawler.entrypoints.parts import RECENT, PartMemory, parts_since, parts_to_watch

__all__ = [
    "READERS",
    "RECENT",
    "Item",
    "Kind",
    "ListedEntryPoint",
    "Listing",
    "PartMemory",
    "Unreadable",
    "parts_since",
    "parts_to_watch",
    "reach_of",
    "read_entry",
]

READERS: dict[Kind, Callable[[Page], Listing]] = {
    "section": section.read,
    "older": section.read,
    "feed": feed.read,
    "sitemap": sitemap.read,
    "home": home.read,
}


def read_entry(kind: Kind, page: Page) -> Listing:
    """What the answer of an entry point lists; pure, and costly on hostile input: run it in a
    worker process.
    """
    return READERS[kind](page)

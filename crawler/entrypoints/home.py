"""Home pages of sources that name no entry point: their feeds, their sections, and the articles
that they show.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.article import Page
from crawler.entrypoints.listing import Listing, More, Unreadable
from crawler.entrypoints.section import eligible, items_of
from crawler.extract import Link, links
from crawler.extract.markup.tree import parse
from crawler.urls import absolute, canonical_key, same_site

MOST_FEEDS, MOST_SECTIONS = 5, 25
_FEEDS = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/json+feed",
)


def read(page: Page) -> Listing:
    """The feeds that a home page declares, the sections in its navigation, and the links of its
    body; raises `Refused` where it is no HTML, `Unreadable` where it has neither links nor feeds.
    """
    tree = parse(page.body, page.headers)
    url, found, hosts = page.url, links(page), page.hints.hosts
    more = [
        *list(_feeds(tree, url, hosts))[:MOST_FEEDS],
        *_sections(found, url, hosts)[:MOST_SECTIONS],
    ]
    if not found and not more:
        raise Unreadable("no home page: it has neither links nor feeds")
    return Listing(items_of(found, url, hosts), tuple(more))


def _feeds(tree: HtmlElement, url: str, hosts: frozenset[str]) -> Iterator[More]:
    for link in tree.iter("link"):
        rel, kind = (
            (link.get("rel") or "").lower().split(),
            (link.get("type") or "").lower().strip(),
        )
        address = (
            absolute(url, link.get("href") or "") if "alternate" in rel and kind in _FEEDS else None
        )
        if address and same_site(address, url, hosts) and "comment" not in address.lower():
            yield More(address, "feed")


def _sections(found: list[Link], url: str, hosts: frozenset[str]) -> list[More]:
    """Navigation links with a short name and a short path: a headline in the navigation is no section."""
    own = canonical_key(url)
    kept: dict[str, More] = {}
    for link in found:
        depth = len([part for part in urlsplit(link.url).path.split("/") if part])
        named = bool(link.text) and len(link.text.split()) <= 4
        if (
            link.region in ("nav", "header")
            and named
            and 1 <= depth <= 3
            and eligible(link, url, hosts)
        ):
            key = canonical_key(link.url)
            if key != own and not urlsplit(link.url).query:
                kept.setdefault(key, More(link.url, "section"))
    return list(kept.values())

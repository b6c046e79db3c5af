"""Home pages of sources that name no entry point: their feeds, their sections, and the articles
that they show.
"""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.article import Page
from crawler.entrypoints.listing import ListedEntryPoint, Listing, Unreadable
from crawler.entrypoints.section import eligible, is_bare, items_of, older_of, parts_of
from crawler.extract import Link, Refused, is_shell, links
from crawler.extract.markup.tree import parse
from crawler.urls import absolute, canonical_key, same_site

MOST_FEEDS = 5
MOST_SECTIONS = 25
MOST_WORDS = 4
"""Words of a section's name: a headline in the navigation has more."""
DEEPEST = 3
"""Parts of the path of a section's address: an article's has more."""
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
    page_links = links(page)
    feeds = list(_feeds(tree, page.url, page.hints.hosts))
    sections = _sections(page_links, page.url, page.hints.hosts)
    parts = parts_of(page_links, page.url, page.hints.hosts)
    older = older_of(page_links, page.url, page.hints.hosts)
    more = (*feeds[:MOST_FEEDS], *sections[:MOST_SECTIONS], *parts, *older)
    if is_bare(page_links) and not (feeds or sections):
        if is_shell(page):
            raise Refused("shell", "scripts alone fill the page")
        raise Unreadable("no home page: it has neither links nor feeds")
    return Listing(items_of(page_links, page.url, page.hints.hosts), more)


def _feeds(tree: HtmlElement, url: str, hosts: frozenset[str]) -> Iterator[ListedEntryPoint]:
    for link in tree.iter("link"):
        rel = (link.get("rel") or "").lower().split()
        media_type = (link.get("type") or "").lower().strip()
        if "alternate" not in rel or media_type not in _FEEDS:
            continue
        address = absolute(url, link.get("href") or "")
        if address is None or "comment" in address.lower():
            continue
        if same_site(address, url, hosts):
            yield ListedEntryPoint(address, "feed")


def _sections(
    page_links: Sequence[Link], url: str, hosts: frozenset[str]
) -> list[ListedEntryPoint]:
    """Navigation links with a short name and a short path: a headline in the navigation is no
    section.
    """
    own = canonical_key(url)
    sections: dict[str, ListedEntryPoint] = {}
    for link in page_links:
        if not _may_be_section(link) or not eligible(link, url, hosts):
            continue
        key = canonical_key(link.url)
        if key != own:
            sections.setdefault(key, ListedEntryPoint(link.url, "section"))
    return list(sections.values())


def _may_be_section(link: Link) -> bool:
    if link.region not in ("nav", "header"):
        return False
    if not 1 <= len(link.text.split()) <= MOST_WORDS:
        return False
    parts = urlsplit(link.url)
    depth = sum(bool(part) for part in parts.path.split("/"))
    return 1 <= depth <= DEEPEST and not parts.query

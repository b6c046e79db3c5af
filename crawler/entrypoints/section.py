"""Section pages: links that may be articles. What a link is, its own page says."""

from collections.abc import Iterable, Sequence

from crawler.article import Page
from crawler.entrypoints.listing import Item, ListedEntryPoint, Listing, Unreadable
from crawler.entrypoints.older import Pager
from crawler.extract import Link, Refused, is_shell, links
from crawler.urls import canonical_key, may_be_page, same_site

MOST = 400
"""Links of one page that are followed."""
MOST_PARTS = 5
"""Parts of a page, such as those of a frameset, that are read as listings."""
_FRAME = ("nav", "header", "footer", "frame")
"""Regions around a page's content, and parts that it shows."""


def read(page: Page) -> Listing:
    """The links of a section page to pages of its site, without the navigation, and its older page;
    raises `Unreadable` where the answer has no link at all: it is no HTML, or a check for robots;
    `Refused` where scripts alone would fill it.
    """
    page_links = links(page)
    if is_bare(page_links):
        if is_shell(page):
            raise Refused("shell", "scripts alone fill the page")
        raise Unreadable("no section page: it has no links")
    hosts = page.hints.hosts
    more = (*parts_of(page_links, page.url, hosts), *older_of(page_links, page.url, hosts))
    return Listing(items_of(page_links, page.url, hosts), more)


def is_bare(page_links: Iterable[Link]) -> bool:
    """Whether a page has no link at all, but perhaps the name of the next one in its head."""
    return all("next" in link.rel for link in page_links)


def items_of(
    page_links: Sequence[Link], url: str, hosts: frozenset[str] = frozenset()
) -> tuple[Item, ...]:
    """The links that may be articles, in the page's order; without a title where the words of the
    link are those of other links, too.
    """
    own = canonical_key(url)
    pager = Pager(page_links, url)
    items: dict[str, Item] = {}
    for link in page_links:
        if link.region in _FRAME or not eligible(link, url, hosts):
            continue
        if link in pager:
            continue
        key = canonical_key(link.url)
        if key != own:
            title = link.text if link.text and not link.repeated else None
            items.setdefault(key, Item(link.url, title))
    return tuple(list(items.values())[:MOST])


def eligible(link: Link, url: str, hosts: frozenset[str] = frozenset()) -> bool:
    """Whether a link leads to a page of the same site, or of the source's `hosts`, that may be
    fetched.
    """
    return not link.nofollow and same_site(link.url, url, hosts) and may_be_page(link.url)


def parts_of(
    page_links: Sequence[Link], url: str, hosts: frozenset[str] = frozenset()
) -> list[ListedEntryPoint]:
    """The parts of its site that a page without links shows: its list may stand there."""
    parts = [link for link in page_links if link.region == "frame" and eligible(link, url, hosts)]
    return [ListedEntryPoint(link.url, "section") for link in parts[:MOST_PARTS]]


def older_of(
    page_links: Sequence[Link], url: str, hosts: frozenset[str] = frozenset()
) -> list[ListedEntryPoint]:
    """The page with older articles to which a listing leads."""
    address = Pager([link for link in page_links if eligible(link, url, hosts)], url).older
    is_other = address and canonical_key(address) != canonical_key(url)
    return [ListedEntryPoint(address, "older")] if is_other else []

"""Sitemaps and their indexes, gzip and `news:` fields, by ultimate-sitemap-parser."""

import re
import zlib
from typing import Literal

from usp.objects.page import SitemapPage
from usp.objects.sitemap import AbstractIndexSitemap, InvalidSitemap, PagesTextSitemap
from usp.tree import sitemap_from_str

from crawler.article import Hints, Page
from crawler.entrypoints.listing import Item, Listing, More, Unreadable, in_time
from crawler.urls import absolute, may_be_page, same_site

LARGEST = 20 * 1024 * 1024
"""Bytes of an unpacked sitemap that are read: sitemaps.org allows 50 MB, which would cost a reader 200 MB of memory."""
MOST = 50_000
"""Addresses of one sitemap (sitemaps.org)."""
MOST_CHILDREN = 30
"""Sub-sitemaps that are visited: indexes of large sites name every month since their beginning."""

_CHILD = re.compile(
    r"<(?:\w{1,20}:)?loc>\s*([^<\s]{1,2000})\s*</[^>]{1,30}>\s*<(?:\w{1,20}:)?lastmod>\s*([^<\s]{4,40})"
)


def read(page: Page) -> Listing:
    """The pages and sub-sitemaps of a sitemap on the same site; raises `Unreadable` where the answer is no sitemap."""
    text = _unpacked(page.body).decode("utf-8-sig", "replace")
    sitemap = sitemap_from_str(text)
    if isinstance(sitemap, InvalidSitemap):
        raise Unreadable(f"no sitemap: {sitemap.reason}")
    if isinstance(sitemap, AbstractIndexSitemap):
        children = [child.url for child in sitemap.sub_sitemaps]
        return Listing(
            more=tuple(More(child, "sitemap") for child in newest(children, text, page.url, page.hints.hosts))
        )
    if isinstance(sitemap, PagesTextSitemap) and not sitemap.pages:
        raise Unreadable("no sitemap: neither XML nor a list of addresses")
    items = (
        _item(entry, page.url, page.hints.hosts) for entry, _ in zip(sitemap.all_pages(), range(MOST), strict=False)
    )
    return Listing(tuple(item for item in items if item))


def newest(children: list[str], text: str, url: str, hosts: frozenset[str] = frozenset()) -> list[str]:
    """The sub-sitemaps to visit: news ones first, then the last changed, then the last named."""
    changed = dict(_CHILD.findall(text))
    named = {child: number for number, child in enumerate(children)}
    order = sorted(
        named, key=lambda child: ("news" in child.lower(), changed.get(child, ""), named[child]), reverse=True
    )
    good = (absolute(url, child) for child in order)
    return [child for child in good if child and same_site(child, url, hosts)][:MOST_CHILDREN]


def _item(entry: SitemapPage, url: str, hosts: frozenset[str]) -> Item | None:
    address = absolute(url, entry.url)
    if address is None or not same_site(address, url, hosts) or not may_be_page(address):
        return None
    story, modified = entry.news_story, in_time(entry.last_modified)
    if story is None:
        return Item(address, modified=modified)
    published = in_time(story.publish_date)
    title = story.title[:500] if story.title else None
    tags = tuple(story.keywords or ())[:20]
    origin: Literal["sitemap"] | None = "sitemap" if published else None
    hints = Hints(title=title, published=published, published_origin=origin, tags=tags)
    return Item(address, title, hints, modified or published)


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    # A truncated archive gives what came before the cut.
    unpacker = zlib.decompressobj(wbits=31)
    try:
        return unpacker.decompress(body, LARGEST)
    except zlib.error as error:
        raise Unreadable(f"no sitemap: broken gzip ({error})") from error

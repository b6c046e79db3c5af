"""What a first answer says of its site: which kind of entry point it is, the site's name and its
language. Pure.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import feedparser
import orjson

from crawler.article import Page
from crawler.entrypoints import Kind
from crawler.extract.markup import jsonld, metatags
from crawler.extract.markup.evidence import clean
from crawler.extract.markup.tree import parse
from crawler.urls import same_site, site_host

_FEED = re.compile(rb"<(?:rss|feed|rdf:rdf)[\s>]", re.IGNORECASE)
_SITEMAP = re.compile(rb"<(?:\w{1,20}:)?(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]|$)", re.IGNORECASE)
_PARTS = re.compile(r"\s+[|•·»–—-]\s+|\s*[|｜]\s*|\s*:\s+")
_SITES = {"WebSite", "NewsMediaOrganization", "Organization"}
"""Types of JSON-LD whose names are names of the site."""
_LONGEST = 80
"""Characters of a site's name."""


@dataclass(frozen=True, slots=True)
class SiteInfo:
    """`kind` of the answer; the site's home page, name and language where the answer says them."""

    kind: Kind
    home: str
    name: str
    language: str | None


def about(page: Page) -> SiteInfo:
    """What the answer says; raises `Refused` where it is neither feed nor sitemap nor HTML."""
    start = page.body[:4096]
    if page.body.lstrip()[:1] == b"{":
        return _json_feed(page)
    if _FEED.search(start):
        return _feed(page)
    if _SITEMAP.search(start) or start.startswith(b"\x1f\x8b"):
        return SiteInfo("sitemap", _root(page.url), site_host(page.url), None)
    return _home(page)


def _home(page: Page) -> SiteInfo:
    tree = parse(page.body, page.headers)
    metas = metatags.metas(tree)
    graph_names = [
        jsonld.text(node.get("name")) for node in jsonld.nodes(tree) if jsonld.types(node) & _SITES
    ]
    title = tree.find(".//title")
    words = clean(title.text_content()) if title is not None else ""
    site_name = metatags.first_content(metas, "og:site_name", "application-name")
    names = [site_name, *graph_names, *_PARTS.split(words)]
    language = tree.get("lang") or metatags.first_content(
        metas, "og:locale", "content-language", "language"
    )
    return SiteInfo("home", page.url, _name(names, page.url), _language(language))


def _feed(page: Page) -> SiteInfo:
    feed = feedparser.parse(io.BytesIO(page.body), sanitize_html=False).feed
    return _feed_info(feed, feed.get("link"), page.url)


def _json_feed(page: Page) -> SiteInfo:
    try:
        feed = orjson.loads(page.body)
    except orjson.JSONDecodeError:
        feed = {}
    return _feed_info(feed, feed.get("home_page_url"), page.url)


def _feed_info(feed: Mapping[str, Any], link: object, url: str) -> SiteInfo:
    """What a feed says of its site; a link that leads away from it is not its home page."""
    home = str(link or "")
    if not home.startswith(("http://", "https://")) or not same_site(home, url):
        home = _root(url)
    name = _name([str(feed.get("title") or "")], url)
    return SiteInfo("feed", home, name, _language(feed.get("language")))


def _name(names: list[str], url: str) -> str:
    for name in filter(None, names):
        cleaned = clean(name)[:_LONGEST]
        if len(cleaned) > 1:
            return cleaned
    return site_host(url)


def _language(value: object) -> str | None:
    match = _LANGUAGE.match(str(value or "").strip())
    return match[1].lower() if match else None


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"

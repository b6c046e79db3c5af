"""What a first answer says of its site: which kind of entry point it is, the site's name and its
language. Pure.
"""

import io
import re
from dataclasses import dataclass
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
_LONGEST = 80


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
    metas, graph = metatags.metas(tree), jsonld.nodes(tree)
    kinds = {"WebSite", "NewsMediaOrganization", "Organization"}
    said = [jsonld.text(node.get("name")) for node in graph if jsonld.types(node) & kinds]
    title = tree.find(".//title")
    words = clean(title.text_content()) if title is not None else ""
    names = [
        metatags.first_content(metas, "og:site_name", "application-name"),
        *said,
        *_PARTS.split(words),
    ]
    language = tree.get("lang") or metatags.first_content(
        metas, "og:locale", "content-language", "language"
    )
    return SiteInfo("home", page.url, _name(names, page.url), _language(language))


def _feed(page: Page) -> SiteInfo:
    feed = feedparser.parse(io.BytesIO(page.body), sanitize_html=False).feed
    link = str(feed.get("link") or "")
    home = (
        link
        if link.startswith(("http://", "https://")) and same_site(link, page.url)
        else _root(page.url)
    )
    return SiteInfo(
        "feed",
        home,
        _name([str(feed.get("title") or "")], page.url),
        _language(feed.get("language")),
    )


def _json_feed(page: Page) -> SiteInfo:
    try:
        feed = orjson.loads(page.body)
    except orjson.JSONDecodeError:
        feed = {}
    link = str(feed.get("home_page_url") or "")
    home = (
        link
        if link.startswith(("http://", "https://")) and same_site(link, page.url)
        else _root(page.url)
    )
    return SiteInfo(
        "feed",
        home,
        _name([str(feed.get("title") or "")], page.url),
        _language(feed.get("language")),
    )


def _name(names: list[str], url: str) -> str:
    found = (clean(name)[:_LONGEST] for name in names if name)
    return next((name for name in found if len(name) > 1), site_host(url))


def _language(value: object) -> str | None:
    found = _LANGUAGE.match(str(value or "").strip())
    return found[1].lower() if found else None


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"

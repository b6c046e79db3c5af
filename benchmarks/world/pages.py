"""HTML, feeds and sitemaps as content management systems write them. Pure."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Literal

Style = Literal["plain", "blog", "cards", "old"]
STYLES: tuple[Style, ...] = ("plain", "blog", "cards", "old")
_RIGHT_TO_LEFT = ("ar", "fa", "he")


@dataclass(frozen=True, slots=True)
class Frame:
    """What all pages of a site have around them: its name, language, menu, and how they are made."""

    site: str
    language: str
    style: Style
    sections: Sequence[str]

    def document(self, title: str, body: str, head: str = "") -> str:
        """A whole page around its body."""
        direction = ' dir="rtl"' if self.language in _RIGHT_TO_LEFT else ""
        menu = "".join(f'<li><a href="/{name}/">{name}</a></li>' for name in self.sections)
        return (
            f'<!doctype html><html lang="{self.language}"{direction}><head><meta charset="utf-8">'
            f"<title>{escape(title)} | {escape(self.site)}</title>{head}</head><body>"
            f'<header><a href="/">{escape(self.site)}</a><nav><ul>{menu}</ul></nav></header>'
            f"{body}<footer><p>© {escape(self.site)}</p></footer></body></html>"
        )


@dataclass(frozen=True, slots=True)
class Content:
    """What an article page shows. `lines` are its paragraphs; `more` is HTML behind them, `head`
    goes into the head; `facts` into its JSON-LD.
    """

    title: str
    lines: Sequence[str]
    at: datetime
    url: str
    more: str = ""
    head: str = ""
    facts: tuple[tuple[str, object], ...] = ()
    changed_at: datetime | None = None


def article(frame: Frame, content: Content) -> str:
    """An article page in the style of the frame."""
    title = escape(content.title)
    lines = "".join(f"<p>{escape(line, quote=False)}</p>" for line in content.lines)
    at = content.at.isoformat()
    time = f'<time datetime="{at}">{content.at:%d.%m.%Y %H:%M}</time>'
    bodies: dict[Style, str] = {
        "plain": f"<main><article><h1>{title}</h1>{lines}{content.more}</article></main>",
        "blog": (
            f'<div id="content"><div class="post"><h1 class="entry-title">{title}</h1>'
            f'<p class="meta">{time}</p><div class="entry-content">{lines}</div>{content.more}</div></div>'
        ),
        "cards": (
            f'<main><section class="story"><header><h1>{title}</h1>{time}</header>'
            f'<div class="story-body">{lines}</div></section><aside>{content.more}</aside></main>'
        ),
        "old": (
            f'<table><tr><td class="main"><h1>{title}</h1>{time}<div class="text">{lines}</div>'
            f"</td><td>{content.more}</td></tr></table>"
        ),
    }
    return frame.document(content.title, bodies[frame.style], _article_head(frame, content))


def _article_head(frame: Frame, content: Content) -> str:
    facts: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": content.title,
        "datePublished": content.at.isoformat(),
    }
    if content.changed_at:
        facts["dateModified"] = content.changed_at.isoformat()
    facts |= dict(content.facts)
    head = f'<meta property="og:type" content="article">{content.head}'
    if frame.style == "old":
        return head
    return (
        f'{head}<script type="application/ld+json">{json.dumps(facts, ensure_ascii=False)}</script>'
    )


def listing(frame: Frame, title: str, links: Iterable[tuple[str, str]], head: str = "") -> str:
    """A page that lists articles: (words, address)."""
    rows = "".join(
        f'<div class="item"><h2><a href="{escape(url)}">{escape(words)}</a></h2></div>'
        for words, url in links
    )
    return frame.document(title, f"<main><h1>{escape(title)}</h1>{rows}</main>", head)


def notice(language: str, words: Sequence[str]) -> str:
    """A page that stands in the place of another one: its title, a heading, and lines."""
    title, heading, *lines = words if len(words) > 1 else (words[0], words[0])
    rows = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}'
        f'</title></head><body><div class="box"><h1>{escape(heading)}</h1>{rows}</div></body></html>'
    )


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An item of a feed; `content` is the whole text as HTML, empty where the feed has none."""

    title: str
    link: str
    guid: str
    at: datetime
    summary: str = ""
    content: str = ""
    updated: datetime | None = None


def feed(title: str, home: str, items: Iterable[FeedItem]) -> str:
    """An RSS feed."""
    rows = "".join(_item(item) for item in items)
    spaces = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:atom="http://www.w3.org/2005/Atom"'
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {spaces}><channel>'
        f"<title>{escape(title)}</title><link>{escape(home)}</link><description>{escape(title)}"
        f"</description>{rows}</channel></rss>"
    )


def _item(item: FeedItem) -> str:
    content = f"<content:encoded>{escape(item.content)}</content:encoded>" if item.content else ""
    updated = f"<atom:updated>{item.updated.isoformat()}</atom:updated>" if item.updated else ""
    return (
        f"<item><title>{escape(item.title)}</title><link>{escape(item.link)}</link>"
        f'<guid isPermaLink="false">{escape(item.guid)}</guid>'
        f"<pubDate>{format_datetime(item.at)}</pubDate>{updated}"
        f"<description>{escape(item.summary)}</description>{content}</item>"
    )


def urlset(rows: Iterable[tuple[str, datetime | None]]) -> str:
    """A sitemap: (address, lastmod or None)."""
    return _sitemap("urlset", "url", rows)


def sitemap_index(rows: Iterable[tuple[str, datetime | None]]) -> str:
    """A sitemap of sitemaps: (address, lastmod or None)."""
    return _sitemap("sitemapindex", "sitemap", rows)


def _sitemap(outer: str, inner: str, rows: Iterable[tuple[str, datetime | None]]) -> str:
    made = []
    for url, modified in rows:
        lastmod = f"<lastmod>{modified.isoformat()}</lastmod>" if modified else ""
        made.append(f"<{inner}><loc>{escape(url)}</loc>{lastmod}</{inner}>")
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    return f'<?xml version="1.0" encoding="utf-8"?><{outer} {space}>{"".join(made)}</{outer}>'

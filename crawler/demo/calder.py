"""The Calder Dispatch: an English site with today's markup, feeds, AMP pages, a paywall and a
forbidden corner.
"""

from typing import Any

from crawler.demo.article_files import DemoArticle
from crawler.demo.edition import TEXT, XML, Edition, Site, paged

_PAGE_SIZE = 5
_FEED_SIZE = 20


def _path(piece: DemoArticle) -> str:
    return f"/{piece.section}/{piece.published:%Y}/{piece.slug}"


def _publish(edition: Edition) -> None:
    public = [piece for piece in edition.pieces if not piece.noindex]
    edition.add("/robots.txt", "robots.txt", TEXT)
    edition.add(
        "/", "list.html", heading=None, pieces=public[:10], number=1, more=False, address=""
    )
    for name in ("about", "contact"):
        edition.add(f"/{name}", f"{name}.html")
    edition.add("/private/drafts", "private.html")
    edition.add(
        "/feed.xml",
        "rss.xml",
        "application/rss+xml; charset=utf-8",
        pieces=edition.pieces[:_FEED_SIZE],
    )
    edition.add(
        "/atom.xml", "atom.xml", "application/atom+xml; charset=utf-8", pieces=public[:_FEED_SIZE]
    )
    edition.add("/sitemap.xml", "sitemap.xml", XML, pieces=public)
    for slug, label in edition.site.sections.items():
        for number, pieces, more in paged(edition.listed_in(slug), _PAGE_SIZE):
            at = f"/{slug}" if number == 1 else f"/{slug}/page/{number}"
            edition.add(
                at,
                "list.html",
                heading=label,
                pieces=pieces,
                number=number,
                more=more,
                address=f"/{slug}",
            )
    for piece in edition.pieces:
        _publish_piece(edition, piece)


def _publish_piece(edition: Edition, piece: DemoArticle) -> None:
    values: dict[str, Any] = {
        "piece": piece,
        "article": _news_article(edition, piece),
        "trail": _breadcrumbs(edition, piece),
    }
    edition.add(_path(piece), "article.html", **values)
    edition.add(f"/amp{_path(piece)}", "amp.html", **values)
    for section in piece.also:
        edition.add(_path(piece).replace(piece.section, section, 1), "article.html", **values)


def _news_article(edition: Edition, piece: DemoArticle) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": edition.base + _path(piece),
        "headline": piece.title,
        "description": piece.lead,
        "datePublished": piece.published.isoformat(),
        "dateModified": piece.modified.isoformat(),
        "articleSection": edition.site.sections[piece.section],
        "keywords": list(piece.tags),
        "inLanguage": "en",
        "author": [{"@type": "Person", "name": name} for name in piece.authors],
        "publisher": {
            "@type": "NewsMediaOrganization",
            "name": edition.site.name,
            "url": edition.base + "/",
        },
        "isAccessibleForFree": not piece.paywalled,
    }


def _breadcrumbs(edition: Edition, piece: DemoArticle) -> dict[str, Any]:
    crumbs = [("Home", "/"), (edition.site.sections[piece.section], f"/{piece.section}")]
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": edition.base + path}
            for position, (name, path) in enumerate(crumbs, 1)
        ],
    }


SITE = Site(
    id="calder",
    name="The Calder Dispatch",
    language="en",
    country="GB",
    sections={
        "world": "World",
        "politics": "Politics",
        "business": "Business",
        "science": "Science",
        "health": "Health",
        "sport": "Sport",
        "local": "Port Calder",
    },
    path=_path,
    publish=_publish,
)

"""بوابة النورس: an Arabic site, right to left, found through a sitemap index with a gzipped news
sitemap.
"""

from datetime import timedelta
from urllib.parse import quote

from crawler.demo.article_files import DemoArticle
from crawler.demo.edition import GZIP, TEXT, XML, Edition, Site, paged

_PAGE_SIZE = 6
_NEWS_AGE = timedelta(days=30)


def _path(piece: DemoArticle) -> str:
    return f"/news/{10200 + piece.number}/" + quote(piece.title.replace(" ", "-"), safe="")


def _publish(edition: Edition) -> None:
    recent = [piece for piece in edition.pieces if edition.now - piece.published <= _NEWS_AGE]
    older = [piece for piece in edition.pieces if piece not in recent]
    edition.add("/robots.txt", "robots.txt", TEXT)
    edition.add("/sitemap_index.xml", "sitemap_index.xml", XML)
    edition.add("/sitemaps/news.xml.gz", "news_sitemap.xml", GZIP, pieces=recent)
    edition.add("/sitemaps/archive.xml", "archive_sitemap.xml", XML, pieces=older)
    edition.add("/sitemaps/pages.xml", "pages_sitemap.xml", XML)
    edition.add(
        "/", "list.html", heading=None, pieces=edition.pieces[:8], number=1, more=False, address=""
    )
    edition.add("/about", "about.html")
    for slug, label in edition.site.sections.items():
        address = f"/section/{slug}"
        for number, pieces, more in paged(edition.listed_in(slug), _PAGE_SIZE):
            at = address if number == 1 else f"{address}/{number}"
            edition.add(
                at,
                "list.html",
                heading=label,
                pieces=pieces,
                number=number,
                more=more,
                address=address,
            )
    for piece in edition.pieces:
        edition.add(_path(piece), "article.html", piece=piece)


SITE = Site(
    id="nawras",
    name="بوابة النورس",
    language="ar",
    country="EG",
    sections={
        "politics": "سياسة",
        "economy": "اقتصاد",
        "sport": "رياضة",
        "health": "صحة",
        "science": "علوم وبيئة",
        "culture": "ثقافة وفنون",
    },
    path=_path,
    publish=_publish,
)

"""Les Cahiers du Phare: a small monthly without feed, sitemap or metadata; its pages say the month
or only the year.
"""

from crawler.demo.article_files import DemoArticle
from crawler.demo.edition import TEXT, Edition, Site


def _path(piece: DemoArticle) -> str:
    return f"/{piece.section}/{piece.slug}.html"


def _publish(edition: Edition) -> None:
    edition.add("/robots.txt", "robots.txt", TEXT)
    edition.add("/", "list.html", heading=None, pieces=edition.pieces)
    edition.add("/contact.html", "contact.html")
    for slug, label in edition.site.sections.items():
        edition.add(f"/{slug}/", "list.html", heading=label, pieces=edition.listed_in(slug))
    for piece in edition.pieces:
        edition.add(_path(piece), "article.html", piece=piece)


SITE = Site(
    id="phare",
    name="Les Cahiers du Phare",
    language="fr",
    country="MA",
    sections={"sciences": "Sciences", "societe": "Société", "arts": "Arts et lettres"},
    path=_path,
    publish=_publish,
)

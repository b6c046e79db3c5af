"""L'Écho de l'Oronte: a French site of the older kind, without metadata.

Titles stand three times on the page, icon names are glued to words, dates are only relative.
"""

from typing import Any

from crawler.demo.article_files import DemoArticle
from crawler.demo.edition import TEXT, Edition, Site, paged

_PAGE_SIZE = 5


def _path(piece: DemoArticle) -> str:
    return f"/{piece.section}/{4300 + piece.number}-{piece.slug}"


def _publish(edition: Edition) -> None:
    edition.add("/robots.txt", "robots.txt", TEXT)
    edition.add(
        "/", "list.html", heading=None, pieces=edition.pieces[:8], number=1, more=False, address="/"
    )
    edition.add("/a-propos", "about.html")
    for slug, label in edition.site.sections.items():
        listed = edition.listed_in(slug)
        shared: dict[str, Any] = {
            "heading": label,
            "address": f"/rubrique/{slug}",
            "classics": listed[-2:],
        }
        for number, pieces, more in paged(listed, _PAGE_SIZE):
            at = f"/rubrique/{slug}" + (f"?page={number}" if number > 1 else "")
            edition.add(at, "list.html", pieces=pieces, number=number, more=more, **shared)
    for piece in edition.pieces:
        edition.add(_path(piece), "article.html", piece=piece)


SITE = Site(
    id="echo",
    name="L'Écho de l'Oronte",
    language="fr",
    country="LB",
    sections={
        "syrie": "Syrie",
        "liban": "Liban",
        "monde-arabe": "Monde arabe",
        "economie": "Économie",
        "culture": "Culture",
        "sport": "Sport",
    },
    path=_path,
    publish=_publish,
)

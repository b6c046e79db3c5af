"""One article, to read: what was searched for is marked, and each field says where it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from indexer.highlight import marked
from indexer.query import All, Node, QueryError
from search import shown
from search.api import ArticleId
from search.ask import MatchParams, ParameterError, search_of
from search.desk import AtDesk, Desk
from search.pages.links import Links, asked
from search.pages.render import render, texts_of, whole
from search.pages.revised import Change, revised
from search.texts import Texts

_ORIGINS = ("json-ld", "meta", "time", "text", "url", "feed", "sitemap")
_DERIVED = {
    "section": "printed",
    "authors": "printed",
    "topics": "derived_topic",
    "places": "derived_words",
    "agencies": "credited",
    "language": "derived_language",
    "source_name": "listed",
    "first_seen": "own",
    "indexed_at": "own",
}
"""Field → the text that tells where its values come from."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one field of an article comes from, in words."""

    name: str
    told: str


@router.get("/article/{id}")
def article(request: Request, desk: AtDesk, id: ArticleId) -> Response:
    texts = texts_of(request, desk)
    document = desk.backend.get([id]).get(id)
    if document is None:
        raise HTTPException(404, "There is no article with this id.")
    links = Links(asked(request.query_params.multi_items()))
    tree = _tree(links, desk)
    values = {
        "article": whole(document),
        "title": shown.snippet(marked(document, "title", tree)),
        "paragraphs": _paragraphs(marked(document, "text", tree)),
        "dates": _dates(document, texts),
        "origins": origins(whole(document), texts),
        "revised": _revised(document, desk, texts),
        "links": links,
        "fresh": Links(tuple(pair for pair in links.pairs if pair[0] == "ui")),
    }
    return render(request, desk, "article.html", values)


def origins(article: Mapping[str, Any], texts: Texts) -> list[Origin]:
    """For each field that has a value, where it comes from."""
    found = []
    if article["published"]:
        origin = article["published_origin"]
        kind = f"origin_{origin}" if origin in _ORIGINS else "origin_unknown"
        precision = texts(f"precise_{article['published_precision'] or 'unknown'}")
        found.append(Origin(texts("published"), f"{texts(kind)}{texts('comma')}{precision}"))
    derived = ((field, key) for field, key in _DERIVED.items() if article[field])
    return [*found, *(Origin(texts(f"name_{field}"), texts(f"origin_{key}")) for field, key in derived)]


def _revised(document: Mapping[str, Any], desk: Desk, texts: Texts) -> list[Change]:
    """What was changed, where the store of the crawler is known and more than one wording was met."""
    if desk.store is None or (document.get("revision") or 1) < 2:
        return []
    return revised(desk.store.revisions.of(document["id"]), texts)


def _tree(links: Links, desk: Desk) -> Node:
    """What the view behind this article searches for; everything where that can't be asked."""
    try:
        return search_of(links.params(MatchParams), desk.now()).tree
    except (QueryError, ParameterError, ValidationError):
        return All()


def _paragraphs(text: str) -> list[Markup]:
    """The paragraphs of a marked text; a mark that reaches over an end is closed there and opened again."""
    found, inside = [], False
    for line in shown.paragraphs(text):
        opened = f"<mark>{line}" if inside else line
        inside = opened.rfind("<mark>") > opened.rfind("</mark>")
        found.append(shown.snippet(opened))
    return found


def _dates(document: Mapping[str, Any], texts: Texts) -> dict[str, str]:
    timed = {name: document.get(name) for name in ("modified", "first_seen", "gone")}
    found = {name: shown.day(datetime.fromisoformat(text), texts, timed=True) for name, text in timed.items() if text}
    bounds = {name: document.get(f"published_{name}") for name in ("earliest", "latest")}
    if document.get("published_precision") in ("month", "year") and all(bounds.values()):
        days = {name: shown.day(datetime.fromisoformat(str(text)), texts) for name, text in bounds.items()}
        found["between"] = texts("between", **days)
    return found

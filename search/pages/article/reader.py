"""One article, to read: what was searched for is marked, each field says where it is from."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from pydantic import ValidationError
from starlette.responses import Response

from indexer.highlight.highlighter import mark_matches
from indexer.query import All, Node, QueryError
from search.api.search import ArticleId
from search.i18n import formatting
from search.i18n.catalogue import Texts
from search.pages.article.details import facts
from search.pages.article.revisions import (
    AddressText,
    Change,
    NotTakenText,
    not_taken,
    other_addresses,
    revised,
)
from search.pages.links import Links, view_of
from search.pages.render import render, texts_of, with_all_fields
from search.query.request import MatchParams, ParameterError
from search.web.context import AppContext, Context
from search.web.errors import NoArticle

router = APIRouter(include_in_schema=False)


@router.get("/article/{id}")
def show_article(request: Request, context: Context, article_id: ArticleId) -> Response:
    texts = texts_of(request, context)
    document = context.backend.get([article_id]).get(article_id)
    if document is None:
        raise NoArticle
    links = view_of(request.query_params.multi_items(), context.zone, texts.language)
    tree = _tree(links, context)
    fresh = Links(tuple(pair for pair in links.pairs if pair[0] == "ui"))
    article = with_all_fields(document)
    gone = document.get("gone")
    gone_on = formatting.day(datetime.fromisoformat(gone), texts, timed=True) if gone else ""
    values = {
        "article": article,
        "title": formatting.snippet(mark_matches(document, "title", tree)),
        "paragraphs": _paragraphs(mark_matches(document, "text", tree)),
        "gone": gone_on,
        "facts": facts(article, fresh, texts),
        **_history(document, context, texts),
        "links": links,
        "fresh": fresh,
    }
    return render(request, context, "article.html", values)


def _history(
    document: Mapping[str, Any], context: AppContext, texts: Texts
) -> dict[str, list[Change] | list[NotTakenText] | list[AddressText]]:
    """What was changed, what the page showed instead of the text, and where else the article
    stands, where the crawler's store is known.
    """
    if context.store is None:
        return {"revised": [], "not_taken": [], "other_addresses": []}
    addresses = other_addresses(context.store.addresses.of(document["id"]), texts)
    revisions = context.store.revisions
    shown = not_taken(revisions.not_taken(document["id"]), texts)
    if (document.get("revision") or 1) < 2:
        return {"revised": [], "not_taken": shown, "other_addresses": addresses}
    changed = revised(revisions.of(document["id"]), texts)
    return {"revised": changed, "not_taken": shown, "other_addresses": addresses}


def _tree(links: Links, context: AppContext) -> Node:
    """What the view behind this article searches for; everything where that is no valid search."""
    try:
        return context.search_of(links.params(MatchParams)).tree
    except (QueryError, ParameterError, ValidationError):
        return All()


def _paragraphs(text: str) -> list[Markup]:
    """The paragraphs of a marked text; a mark that reaches over an end is closed there and opened
    again.
    """
    paragraphs = []
    inside = False
    for line in formatting.paragraphs(text):
        opened = f"<mark>{line}" if inside else line
        inside = opened.rfind("<mark>") > opened.rfind("</mark>")
        paragraphs.append(formatting.snippet(opened))
    return paragraphs

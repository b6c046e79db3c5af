"""Any query as an Atom feed (RFC 4287)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from lxml import etree
from starlette.responses import Response

from indexer.query import Sort
from search.i18n.formatting import safe_link
from search.parse import in_words
from search.query.request import MatchParams, answer
from search.web.context import Context
from search.web.http_cache import streams, tagged

ENTRIES = 50
_NAMESPACE = "http://www.w3.org/2005/Atom"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# What XML 1.0 cannot hold: lxml would refuse the whole feed for one such character.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SUMMARY = 500
"""Characters of a text that stand in a feed: it announces articles, it does not hold them."""
_OF_FEEDS = ("sort", "limit")
"""Parameters that the page of the same search gets otherwise, or not at all."""
_NEVER = "1970-01-01T00:00:00+00:00"

router = APIRouter()


class FeedParams(MatchParams):
    """A search; what Veille met last comes first unless another order is asked for, so that what a
    site dates earlier, or not at all, enters the feed as well.
    """

    sort: Sort | None = "seen"
    limit: Annotated[int, Query(ge=1, le=500)] = ENTRIES


@router.get(
    "/feed.atom",
    response_class=Response,
    responses=streams("application/atom+xml"),
    summary="The matches as an Atom feed",
)
def atom(request: Request, context: Context, params: Annotated[FeedParams, Query()]) -> Response:
    search = context.search_of(params)
    language = context.language(request, params.ui)
    body = answer(context.backend, replace(search, limit=params.limit), language)
    title = f"Veille: {in_words(search.tree, context.texts[language])}"
    asked = [pair for pair in request.query_params.multi_items() if pair[0] not in _OF_FEEDS]
    home = search_page(request, [*asked, ("sort", search.sort)])
    content = feed(body["articles"], title, str(request.url), home)
    return tagged(request, content, "application/atom+xml; charset=utf-8")


def search_page(request: Request, pairs: Sequence[tuple[str, str]]) -> str:
    """The address of the page that shows what is searched for with these parameters."""
    return f"{request.base_url}?{urlencode(pairs)}"


def feed(articles: list[Mapping[str, Any]], title: str, address: str, home: str) -> bytes:
    """The feed of these articles (JSON values); `address` is its own, `home` that of the page with
    the same search.
    """
    root = etree.Element(f"{{{_NAMESPACE}}}feed", nsmap={None: _NAMESPACE})  # type: ignore[dict-item]
    _add(root, "id", address)
    _add(root, "title", title)
    _add(root, "updated", max((_updated(article) for article in articles), default=_NEVER))
    _add(root, "link", rel="self", type="application/atom+xml", href=address)
    _add(root, "link", rel="alternate", type="text/html", href=home)
    _add(root, "generator", "Veille")
    for article in articles:
        _add_entry(root, article)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def _add_entry(root: etree._Element, article: Mapping[str, Any]) -> None:
    entry = _add(root, "entry")
    if article.get("language"):
        entry.set(_LANG, _clean(article["language"]))
    _add(entry, "id", f"urn:veille:{quote(str(article['id']), safe='')}")
    _add(entry, "title", article["title"])
    _add(entry, "updated", _updated(article))
    if article.get("published"):
        _add(entry, "published", _moment(article["published"]))
    link = safe_link(article.get("url"))
    if link:
        _add(entry, "link", rel="alternate", type="text/html", href=link)
    for name in _authors(article):
        _add(_add(entry, "author"), "name", name)
    for field in ("topics", "places"):
        for term in article.get(field) or ():
            _add(entry, "category", term=term)
    summary = _summary(article)
    if summary:
        _add(entry, "summary", summary)


def _authors(article: Mapping[str, Any]) -> Sequence[str]:
    """The authors; Atom asks for one in every entry, so the source stands for an unsigned one."""
    authors: Sequence[str] = article.get("authors") or ()
    return authors or (article.get("source_name") or article.get("source") or "Veille",)


def _summary(article: Mapping[str, Any]) -> str:
    text = article.get("lead") or article.get("text") or ""
    return str(text)[:_SUMMARY]


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    cleaned = {key: _clean(value) for key, value in attributes.items()}
    element = etree.SubElement(parent, f"{{{_NAMESPACE}}}{name}", cleaned)
    element.text = _clean(text) or None
    return element


def _updated(article: Mapping[str, Any]) -> str:
    for name in ("modified", "published", "first_seen", "indexed_at"):
        text = article.get(name)
        if text:
            return _moment(text)
    return _NEVER


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="seconds")


def _clean(text: object) -> str:
    return _NOT_XML.sub("", str(text))

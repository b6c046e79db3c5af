"""The page: the search's parameters in, HTML out. Works without JavaScript."""

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from crawler.article import Article
from indexer.backend import Unavailable
from indexer.query import Search, TooCostly
from search import shown
from search.api import ArticleId
from search.ask import ParameterError, SearchParams, answer, search_of
from search.bars import bars
from search.desk import AtDesk, Desk
from search.guard import COOKIE
from search.links import Links, asked
from search.names import label
from search.parse import Mistake, QueryError, in_words
from search.replies import tagged
from search.texts import Texts
from search.tokens import READ

PAGE_FACETS = ("topic", "place", "source", "language", "section", "agency", "collection")
PAGE_LIMIT = 20
PAGE_FACET_SIZE = 40
_HERE = Path(__file__).parent
_UNKNOWN = {field.name: None for field in fields(Article)}
_LONGEST_FORM = 2_000
_COOKIE_SECONDS = 365 * 86_400

router = APIRouter(include_in_schema=False)


def environment() -> Environment:
    """The templates, escaping everything; an unknown name in one is an error."""
    templates = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals.update(
        safe_link=shown.safe_link,
        direction=shown.direction,
        published=shown.published,
        snippet=shown.snippet,
        paragraphs=shown.paragraphs,
        host=shown.host,
        with_code=shown.with_code,
        label=label,
        version=hashlib.sha256((_HERE / "static" / "page.css").read_bytes()).hexdigest()[:12],
    )
    return templates


@router.get("/")
def results(request: Request, desk: AtDesk) -> Response:
    texts = _texts(request, desk)
    links = Links(asked(request.query_params.multi_items()))
    try:
        params = links.params(SearchParams, limit=PAGE_LIMIT, facets=PAGE_FACETS, facet_size=PAGE_FACET_SIZE)
        search = search_of(params, desk.now())
        body = answer(desk.backend, search, texts.language, desk.source_names)
    except Unavailable:
        return _html(request, desk, "problem.html", {"message": texts("unavailable")}, 503)
    except (QueryError, ParameterError, ValidationError) as mistake:
        told = {"links": links, "mistake": _told(mistake, links.query, texts)}
        return _html(request, desk, "results.html", told, 400)
    values = {
        "links": links,
        "answer": {**body, "articles": [_whole(article) for article in body["articles"]]},
        "bars": bars(desk.backend.timeline(search, "auto", params.tz), links, texts) if body["total"] else None,
        "labels": _labels(links, texts, desk),
        "words": in_words(search.tree, texts.language),
        "empty": body["total"] == 0 and desk.backend.search(Search(limit=1)).total == 0,
    }
    return _html(request, desk, "results.html", values)


@router.get("/article/{id}")
def article(request: Request, desk: AtDesk, id: ArticleId) -> Response:
    texts = _texts(request, desk)
    try:
        document = desk.backend.get([id]).get(id)
    except Unavailable:
        return _html(request, desk, "problem.html", {"message": texts("unavailable")}, 503)
    if document is None:
        return _html(request, desk, "problem.html", {"message": texts("not_found")}, 404)
    return _html(request, desk, "article.html", {"article": _whole(document), "dates": _dates(document, texts)})


@router.get("/token")
def ask_token(request: Request, desk: AtDesk) -> Response:
    values = {"next": _local(request.query_params), "wrong": False}
    return _html(request, desk, "token.html", values)


@router.post("/token")
async def take_token(request: Request, desk: AtDesk) -> Response:
    form = parse_qs((await _short_body(request)).decode("utf-8", "replace"))
    token = form.get("token", [""])[0].strip()
    target = _local({"next": form.get("next", ["/"])[0]})
    if desk.tokens is None or READ not in (await run_in_threadpool(desk.tokens.check, token) or ()):
        values = {"next": target, "wrong": True}
        return _html(request, desk, "token.html", values, 403)
    response = RedirectResponse(target, 303)
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, _COOKIE_SECONDS, httponly=True, samesite="strict", secure=secure)
    return response


def _html(request: Request, desk: Desk, template: str, values: Mapping[str, Any], status: int = 200) -> Response:
    """The template filled in; kept by its ETag where all went well."""
    texts = _texts(request, desk)
    ui = _ui(request, desk)
    common = {"texts": texts, "languages": desk.texts.values(), "here": request.url.path, "ui": ui}
    common |= {"links": Links((("ui", ui),) if ui else ())}
    templates: Environment = request.app.state.templates
    content = templates.get_template(template).render({**common, **values}).encode()
    if status == 200:
        return tagged(request, content, "text/html; charset=utf-8")
    return Response(content, status, {"Cache-Control": "no-store"}, "text/html; charset=utf-8")


def _whole(article: Mapping[str, Any]) -> dict[str, Any]:
    """The article with every field: the API leaves unknown values absent or null."""
    return {**_UNKNOWN, **article}


def _told(mistake: Exception, query: str, texts: Texts) -> dict[str, Any]:
    """What the page says of a mistake: the sentence, and the query cut where it stands."""
    if isinstance(mistake, ValidationError):
        fault = mistake.errors()[0]
        return {"sentence": f"{fault['loc'][0]}: {fault['msg']}", "cut": None}
    if isinstance(mistake, ParameterError):
        return {"sentence": f"{mistake.parameter}: {texts.mistake(mistake.mistake)}", "cut": None}
    mistake = Mistake("too_costly", None) if isinstance(mistake, TooCostly) else mistake
    sentence = texts.mistake(mistake) if isinstance(mistake, Mistake) else str(mistake)
    position = mistake.position if isinstance(mistake, QueryError) else None
    if position is None or len(query) > 500:
        return {"sentence": sentence, "cut": None}
    return {"sentence": sentence, "cut": (query[:position], query[position : position + 1], query[position + 1 :])}


def _labels(links: Links, texts: Texts, desk: Desk) -> dict[tuple[str, str], str]:
    return {pair: label(*pair, texts.language, desk.source_names) for pair in links.chosen}


def _dates(document: Mapping[str, Any], texts: Texts) -> dict[str, str]:
    timed = {name: document.get(name) for name in ("modified", "first_seen")}
    found = {name: shown.day(datetime.fromisoformat(text), texts, timed=True) for name, text in timed.items() if text}
    bounds = {name: document.get(f"published_{name}") for name in ("earliest", "latest")}
    if document.get("published_precision") in ("month", "year") and all(bounds.values()):
        days = {name: shown.day(datetime.fromisoformat(str(text)), texts) for name, text in bounds.items()}
        found["between"] = texts("between", **days)
    return found


def _texts(request: Request, desk: Desk) -> Texts:
    return desk.texts[desk.language(request, request.query_params.get("ui"))]


def _ui(request: Request, desk: Desk) -> str | None:
    chosen = request.query_params.get("ui")
    return chosen if chosen in desk.texts else None


def _local(values: Mapping[str, str]) -> str:
    """Where to go after signing in: a path of this page, never another site."""
    target = values.get("next", "/")
    plain = target.isprintable() and "\\" not in target
    return target if plain and target.startswith("/") and not target.startswith("//") else "/"


async def _short_body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST_FORM:
            return b""
    return body

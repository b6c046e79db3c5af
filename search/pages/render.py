"""How every page is made: the templates, what all of them are given, and the flash message after a
write.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import RedirectResponse, Response

from crawler.article import Article
from search.i18n import formatting
from search.i18n.catalogue import Texts
from search.pages.forms import csrf_field, keep_secret
from search.pages.links import Links
from search.parse.labels import label
from search.web.context import AppContext
from search.web.errors import Error
from search.web.http_cache import tagged

FLASH_COOKIE = "veille_notice"
ZONES = (
    "UTC",
    "Europe/London",
    "Europe/Paris",
    "Europe/Berlin",
    "Africa/Casablanca",
    "Africa/Tunis",
    "Africa/Cairo",
    "Europe/Istanbul",
    "Asia/Beirut",
    "Asia/Damascus",
    "Asia/Jerusalem",
    "Asia/Baghdad",
    "Asia/Riyadh",
    "Asia/Tehran",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Sao_Paulo",
)
"""The time zones that the search form proposes; others can be typed."""
NAVIGATION = (("search", "/"), ("saved", "/saved"), ("sources", "/sources"), ("status", "/status"))
"""The pages of the head of every page: the key of their name, and where they stand."""

_SENTENCES = frozenset(
    (
        "not_found",
        "method_not_allowed",
        "unavailable",
        "busy",
        "too_slow",
        "too_large",
        "too_often",
        "unauthorized",
        "internal",
        "not_utf8",
    )
)
"""The codes of errors that the catalogues have a sentence for."""
_VAGUE = frozenset(("unavailable",))
"""Those whose sentence leaves out what the error's own message tells."""
_HERE = Path(__file__).parent.parent
_HTML = "text/html; charset=utf-8"
_UNKNOWN = {field.name: None for field in fields(Article)}
_LONGEST_FLASH = 4_000
_FLASH_SECONDS = 60
"""A flash message that no page has shown by then would speak of something long past."""


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
        safe_link=formatting.safe_link,
        direction=formatting.direction,
        published=formatting.published,
        snippet=formatting.snippet,
        outcome=formatting.outcome,
        paragraphs=formatting.paragraphs,
        host=formatting.host,
        with_code=formatting.with_code,
        label=label,
        navigation=NAVIGATION,
        zones=ZONES,
        version=_version(_HERE / "static"),
    )
    return templates


def render(
    request: Request,
    context: AppContext,
    template: str,
    values: Mapping[str, Any],
    status: int = 200,
) -> Response:
    """The template filled in, with `texts`, `links`, `csrf` (a hidden field for forms that write),
    `flash` and what else base.html needs; kept by its ETag where all went well.
    """
    texts = texts_of(request, context)
    ui = _ui(request, context)
    flash = _flash(request, texts)
    interface_language = (("ui", ui),) if ui else ()
    common = {
        "texts": texts,
        "languages": context.texts.values(),
        "here": request.url.path,
        "address": _address(request),
        "ui": ui,
        "links": Links(interface_language),
        "csrf": csrf_field(request),
        "flash": flash,
    }
    templates: Environment = request.app.state.templates
    html = templates.get_template(template).render({**common, **values})
    content = html.encode()
    if status == 200 and flash is None:
        response = tagged(request, content, _HTML)
    else:
        response = Response(content, status, {"Cache-Control": "no-store"}, _HTML)
    if flash is not None:
        response.delete_cookie(FLASH_COOKIE)
    keep_secret(request, response)
    return response


def failed(request: Request, status: int, error: Error, key: str = "") -> Response:
    """The page in the place of an error: a sentence in the reader's language where there is one,
    and the way on.
    """
    context: AppContext = request.app.state.context
    if not key and error.code in _SENTENCES:
        key = error.code
    within = _navigation_page(request.url.path)
    sign_in_for = ""
    if status == 401:
        # After the sign-in a form would be sent without what was typed: its page is opened instead.
        sign_in_for = _address(request) if request.method == "GET" else within[1]
    values = {
        "key": key,
        "message": error.message,
        "exactly": key in _VAGUE,
        "within": within,
        "sign_in_for": sign_in_for,
    }
    return render(request, context, "problem.html", values, status)


def _navigation_page(path: str) -> tuple[str, str]:
    """The page of the head that an address belongs to: the key of its name, and where it stands."""
    path = path.replace("/alerts/", "/saved/", 1)
    for page in NAVIGATION[1:]:
        if path.startswith(page[1]):
            return page
    return NAVIGATION[0]


def done(target: str, key: str, **values: str) -> Response:
    """After a write: on to `target`, a path of this server, where the text `key` is shown once as a
    flash message.
    """
    response = RedirectResponse(target, 303)
    flash = quote(json.dumps({"key": key, "values": values}))
    response.set_cookie(FLASH_COOKIE, flash, _FLASH_SECONDS, httponly=True, samesite="strict")
    return response


def texts_of(request: Request, context: AppContext) -> Texts:
    """The texts in the reader's language."""
    return context.texts[context.language(request, request.query_params.get("ui"))]


def with_all_fields(article: Mapping[str, Any]) -> dict[str, Any]:
    """The article with every field: the API leaves unknown values absent or null."""
    return {**_UNKNOWN, **article}


def local(target: str) -> str:
    """The target where it is a path of this server, else the first page."""
    # Browsers read a backslash as a slash and skip control characters: both can name another host.
    plain = target.isprintable() and "\\" not in target
    is_path = target.startswith("/") and not target.startswith("//")
    return target if plain and is_path else "/"


def _ui(request: Request, context: AppContext) -> str | None:
    chosen = request.query_params.get("ui")
    return chosen if chosen in context.texts else None


def _address(request: Request) -> str:
    """Where this view stands, without the language that its address may ask for."""
    parts = request.url.query.split("&")
    query = "&".join(part for part in parts if part and not part.startswith("ui="))
    return f"{request.url.path}?{query}" if query else request.url.path


def _flash(request: Request, texts: Texts) -> str | None:
    """The flash message that a write left for this page; None without a readable one."""
    try:
        flash = json.loads(unquote(request.cookies.get(FLASH_COOKIE, ""))[:_LONGEST_FLASH])
        values = {str(name): str(value) for name, value in flash["values"].items()}
        return texts(str(flash["key"]), **values)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # Anybody can write a cookie: whatever it holds, the page is shown.
        return None


def _version(folder: Path) -> str:
    """A name for the static files as they are, so that browsers may keep them until they change."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]

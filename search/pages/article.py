"""One article, to read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from indexer.backend import Unavailable
from search import shown
from search.api import ArticleId
from search.desk import AtDesk
from search.pages.render import problem, render, texts_of, whole
from search.texts import Texts

router = APIRouter(include_in_schema=False)


@router.get("/article/{id}")
def article(request: Request, desk: AtDesk, id: ArticleId) -> Response:
    texts = texts_of(request, desk)
    try:
        document = desk.backend.get([id]).get(id)
    except Unavailable:
        return problem(request, desk, "unavailable", 503)
    if document is None:
        return problem(request, desk, "not_found", 404)
    return render(request, desk, "article.html", {"article": whole(document), "dates": _dates(document, texts)})


def _dates(document: Mapping[str, Any], texts: Texts) -> dict[str, str]:
    timed = {name: document.get(name) for name in ("modified", "first_seen")}
    found = {name: shown.day(datetime.fromisoformat(text), texts, timed=True) for name, text in timed.items() if text}
    bounds = {name: document.get(f"published_{name}") for name in ("earliest", "latest")}
    if document.get("published_precision") in ("month", "year") and all(bounds.values()):
        days = {name: shown.day(datetime.fromisoformat(str(text)), texts) for name, text in bounds.items()}
        found["between"] = texts("between", **days)
    return found

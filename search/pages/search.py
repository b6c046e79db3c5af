"""The search page: the search's parameters in, HTML out."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from indexer.backend import Unavailable
from indexer.query import Search, TooCostly
from search.ask import ParameterError, SearchParams, answer, search_of
from search.desk import AtDesk, Desk
from search.names import label
from search.pages.bars import bars
from search.pages.links import Links, asked
from search.pages.render import problem, render, texts_of, whole
from search.parse import Mistake, QueryError, in_words
from search.texts import Texts

PAGE_FACETS = ("topic", "place", "source", "language", "section", "agency", "collection")
PAGE_LIMIT = 20
PAGE_FACET_SIZE = 40

router = APIRouter(include_in_schema=False)


@router.get("/")
def results(request: Request, desk: AtDesk) -> Response:
    texts = texts_of(request, desk)
    links = Links(asked(request.query_params.multi_items()))
    try:
        params = links.params(SearchParams, limit=PAGE_LIMIT, facets=PAGE_FACETS, facet_size=PAGE_FACET_SIZE)
        search = search_of(params, desk.now())
        body = answer(desk.backend, search, texts.language, desk.source_names)
    except Unavailable:
        return problem(request, desk, "unavailable", 503)
    except (QueryError, ParameterError, ValidationError) as mistake:
        told = {"links": links, "mistake": _told(mistake, links.query, texts)}
        return render(request, desk, "results.html", told, 400)
    values = {
        "links": links,
        "answer": {**body, "articles": [whole(article) for article in body["articles"]]},
        "bars": bars(desk.backend.timeline(search, "auto", params.tz), links, texts) if body["total"] else None,
        "labels": _labels(links, texts, desk),
        "words": in_words(search.tree, texts.language),
        "empty": body["total"] == 0 and desk.backend.search(Search(limit=1)).total == 0,
    }
    return render(request, desk, "results.html", values)


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

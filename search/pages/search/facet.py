"""All values of one field among the matches, to look through and choose from."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from indexer.analysis.folding import key
from indexer.query import QueryError
from search.pages.links import view_of
from search.pages.render import render, texts_of
from search.pages.search.results import mistake_values
from search.query.request import (
    FILTERS,
    MAX_FACET_SIZE,
    ParameterError,
    SearchParams,
    answer,
)
from search.web.context import Context

router = APIRouter(include_in_schema=False)
_SHOWN = 200


@router.get("/facet/{field}")
def facet(request: Request, context: Context, field: str) -> Response:
    if field not in FILTERS:
        raise HTTPException(404, f"There is no filter {field[:40]}.")
    texts = texts_of(request, context)
    links = view_of(request.query_params.multi_items(), context.zone, texts.language)
    find = request.query_params.get("find", "")[:200]
    try:
        params = links.params(
            SearchParams, limit=1, cursor=None, facets=(field,), facet_size=MAX_FACET_SIZE
        )
        search = context.search_of(params)
        body = answer(context.backend, search, texts.language, context.source_names)
    except (QueryError, ParameterError, ValidationError) as mistake:
        values = mistake_values(mistake, links, texts)
        return render(request, context, "results.html", values, 400)
    matches = _matching(body["facets"].get(field, []), find)
    # Where a script puts it beside results, the page has its first heading already.
    heading = "h2" if "hx-request" in request.headers else "h1"
    values = {
        "heading": heading,
        "links": links,
        "field": field,
        "find": find,
        "counts": matches[:_SHOWN],
        "left": len(matches[_SHOWN:]),
    }
    return render(request, context, "facet.html", values)


def _matching(counts: list[dict[str, Any]], find: str) -> list[dict[str, Any]]:
    """The values whose label or name holds what is looked for, however it is accented."""
    wanted = key(find)
    matches = []
    for count in counts:
        if wanted in key(count["label"]) or wanted in key(count["value"]):
            matches.append(count)
    return matches

"""The words that set the matches of a search apart, each with the way to the matches that have
it.
"""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from indexer.analysis.folding import words
from indexer.query import QueryError
from search.pages.links import Links, view_of
from search.pages.render import render, texts_of
from search.pages.search.results import mistake_values
from search.query.request import MatchParams, ParameterError
from search.query.significant_terms import distinctive
from search.web.context import Context

_SHOWN = 40

router = APIRouter(include_in_schema=False)


@router.get("/terms")
def terms(request: Request, context: Context) -> Response:
    texts = texts_of(request, context)
    links = view_of(request.query_params.multi_items(), context.zone, texts.language)
    try:
        search = context.search_of(links.params(MatchParams))
        body = distinctive(context.backend, search, _SHOWN, leave_out=words(links.query))
    except (QueryError, ParameterError, ValidationError) as mistake:
        told = mistake_values(mistake, links, texts)
        return render(request, context, "results.html", told, 400)
    rows = [{**term, "link": _with_word(links, term["term"])} for term in body["terms"]]
    values: dict[str, Any] = {"links": links, "rows": rows, "sampled": body["sampled"]}
    return render(request, context, "terms.html", values)


def _with_word(links: Links, word: str) -> str:
    """The matches that have this word as well."""
    query = links.query.strip()
    if query in ("", "*"):
        return links.with_("q", f'"{word}"')
    return links.with_("q", f'({query}) "{word}"')

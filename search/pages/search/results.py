"""The search page: the search's parameters in, HTML out."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from indexer.fields import page_facets
from indexer.query import QueryError, Search, TooCostly
from search.i18n.catalogue import Texts
from search.pages.links import Links, view_of
from search.pages.render import render, texts_of, with_all_fields
from search.pages.search import chart
from search.pages.search.chart_view import ChartView, chart_of
from search.pages.search.periods import presets
from search.pages.search.sort_links import orders
from search.pages.search.suggestions import wider
from search.parse import QueryMistake, in_words
from search.parse.labels import label
from search.query.hinting import hint_bodies
from search.query.offers import offers
from search.query.request import (
    FILTERS,
    ParameterError,
    SearchParams,
    answer,
)
from search.web.context import AppContext, Context

PAGE_FACETS = page_facets()
PAGE_LIMIT = 20
PAGE_FACET_SIZE = 40
FACET_SHOWN = 8
"""Values of a field beside the results; the page of the field has all of them."""
LONGEST_SHOWN = 500
"""Characters of a query up to which the page repeats it with its mistake marked."""

router = APIRouter(include_in_schema=False)


@router.get("/")
def results(request: Request, context: Context) -> Response:
    texts = texts_of(request, context)
    links = view_of(request.query_params.multi_items(), context.zone, texts.language)
    try:
        if _asks_for_more(request):
            return render(request, context, "more.html", _more(context, links, texts))
        return render(request, context, "results.html", _view(context, links, texts))
    except (QueryError, ParameterError, ValidationError) as mistake:
        values = mistake_values(mistake, links, texts)
        return render(request, context, "results.html", values, 400)


def _asks_for_more(request: Request) -> bool:
    """Whether a script of the page asks for the hits behind those that it shows."""
    return "hx-request" in request.headers and "cursor" in request.query_params


def _more(context: AppContext, links: Links, texts: Texts) -> dict[str, Any]:
    params = links.params(SearchParams, limit=PAGE_LIMIT, facets=())
    body = _answer(context, context.search_of(params), texts)
    return {"links": links, "answer": body, "first": False}


def _view(context: AppContext, links: Links, texts: Texts) -> dict[str, Any]:
    params = links.params(
        SearchParams, limit=PAGE_LIMIT, facets=PAGE_FACETS, facet_size=PAGE_FACET_SIZE
    )
    search = context.search_of(params)
    body = _answer(context, search, texts)
    offered = offers(context.backend, params.q, search, body["total"])
    view = chart_of(context, links, texts, search, params.tz)
    empty = suggestions = None
    if not body["total"]:
        suggestions = wider(links, texts, context)
        empty = context.backend.search(Search(limit=1)).total == 0
    return {
        "links": links,
        "answer": body,
        "first": search.sort == "oldest" and search.cursor is None,
        "orders": orders(links, search),
        "shown_of": partial(_shown_of, links),
        "most_shown": FACET_SHOWN,
        "wider": suggestions or [],
        **_offered(offered),
        "hints": hint_bodies(params.q, texts),
        **_chart_values(view, texts, bool(body["total"])),
        "labels": labels_of(links, texts, context),
        "words": in_words(search.tree, texts),
        "presets": presets(links, context.now(), params.tz),
        "fields": {field: texts(f"facet_{field}") for field in FILTERS},
        "empty": bool(empty),
    }


def _offered(offered: dict[str, Any]) -> dict[str, Any]:
    """Softer matches and other spellings, as results.html takes them."""
    softer = offered["softer"] or {"articles": []}
    return {
        "softer": [with_all_fields(article) for article in softer["articles"]],
        "spellings": offered["suggestions"],
    }


def _chart_values(view: ChartView, texts: Texts, any_matches: bool) -> dict[str, Any]:
    """What chart.html takes: the options, and the chart where anything matches."""
    drawing = view.chart
    values: dict[str, Any] = {"options": view.options, "chart": None, "earlier": None}
    if drawing is None or not any_matches:
        return values
    return {
        **values,
        "chart": drawing,
        "earlier": chart.earlier(view.window, view.reader),
        "bars": chart.bars(drawing),
        "descriptions": chart.descriptions(drawing, texts),
        "chart_data": chart.data(drawing, texts),
    }


def _shown_of(links: Links, field: str, counts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The values of a field beside the results: the most frequent, and what is chosen."""
    chosen = [count for count in counts[FACET_SHOWN:] if links.has(field, count["value"])]
    return [*counts[:FACET_SHOWN], *chosen]


def _answer(context: AppContext, search: Search, texts: Texts) -> dict[str, Any]:
    body = answer(context.backend, search, texts.language, context.source_names)
    return {**body, "articles": [with_all_fields(article) for article in body["articles"]]}


def mistake_values(mistake: Exception, links: Links, texts: Texts) -> dict[str, Any]:
    """The values of results.html where the view's parameters can't be read."""
    return {"links": links, "mistake": _mistake(mistake, links.query, texts), "presets": []}


def _mistake(mistake: Exception, query: str, texts: Texts) -> dict[str, Any]:
    """What the page says of a mistake: the sentence, the query cut where it stands, the parameter
    that has it.
    """
    if isinstance(mistake, ValidationError):
        fault = mistake.errors()[0]
        return {
            "sentence": f"{fault['loc'][0]}: {fault['msg']}",
            "cut": None,
            "parameter": fault["loc"][0],
        }
    if isinstance(mistake, ParameterError):
        sentence = f"{mistake.parameter}: {texts.mistake(mistake.mistake)}"
        return {"sentence": sentence, "cut": None, "parameter": mistake.parameter}
    if isinstance(mistake, TooCostly):
        mistake = QueryMistake("too_costly", None)
    sentence = texts.mistake(mistake) if isinstance(mistake, QueryMistake) else str(mistake)
    position = mistake.position if isinstance(mistake, QueryError) else None
    cut = None
    if position is not None and len(query) <= LONGEST_SHOWN:
        cut = (query[:position], query[position : position + 1], query[position + 1 :])
    return {"sentence": sentence, "cut": cut, "parameter": "q"}


def labels_of(links: Links, texts: Texts, context: AppContext) -> dict[tuple[str, str], str]:
    """What a reader sees for each value that is chosen or excluded."""
    excluded = [(exclusion.field, exclusion.value) for exclusion in links.excluded]
    values = (*links.chosen, *excluded)
    return {value: label(*value, texts.language, context.source_names) for value in values}

"""The search page: the search's parameters in, HTML out."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from indexer.fields import page_facets
from indexer.query import QueryError, Search, TooCostly
from search.api.coverage import watched_steps
from search.i18n.catalogue import Texts
from search.pages.links import Links, asked
from search.pages.render import render, texts_of, whole
from search.pages.search import chart
from search.pages.search.periods import presets
from search.pages.search.sort_links import orders
from search.pages.search.suggestions import wider
from search.pages.search.time_window import TimeWindow, span
from search.parse import QueryMistake, in_words
from search.parse.labels import label
from search.query.request import (
    FILTERS,
    ParameterError,
    SearchParams,
    answer,
    line_of,
    search_of,
    timeline,
)
from search.web.context import AppContext, Context

PAGE_FACETS = page_facets()
PAGE_LIMIT = 20
PAGE_FACET_SIZE = 40
FACET_SHOWN = 8
"""Values of a field beside the results; the page of the field has all of them."""

router = APIRouter(include_in_schema=False)


@router.get("/")
def results(request: Request, desk: Context) -> Response:
    texts = texts_of(request, desk)
    links = Links(asked(request.query_params.multi_items()))
    try:
        values = _more(desk, links, texts) if _asks_for_more(request) else _view(desk, links, texts)
    except (QueryError, ParameterError, ValidationError) as mistake:
        told = {"links": links, "mistake": told_of(mistake, links.query, texts), "presets": []}
        return render(request, desk, "results.html", told, 400)
    return render(request, desk, "more.html" if _asks_for_more(request) else "results.html", values)


def _asks_for_more(request: Request) -> bool:
    """Whether a script of the page asks for the hits behind those that it shows."""
    return "hx-request" in request.headers and "cursor" in request.query_params


def _more(desk: AppContext, links: Links, texts: Texts) -> dict[str, Any]:
    params = links.params(SearchParams, limit=PAGE_LIMIT, facets=())
    answer = _answered(desk, search_of(params, desk.now()), texts)
    return {"links": links, "answer": answer, "first": False}


def _view(desk: AppContext, links: Links, texts: Texts) -> dict[str, Any]:
    params = links.params(
        SearchParams, limit=PAGE_LIMIT, facets=PAGE_FACETS, facet_size=PAGE_FACET_SIZE
    )
    search = search_of(params, desk.now())
    body = _answered(desk, search, texts)
    shown, reader = chart.ChartOptions.of(links), chart.Reader(links, texts, desk.source_names)
    covered = _span(desk, search, shown, params.tz)
    watched = watched_steps(desk, search, covered.line)
    over_time = timeline(desk.backend, search, covered.line, watched, shown.scale == "share")
    drawing = chart.chart(over_time, desk.backend, search, shown, reader) if body["total"] else None
    return {
        "links": links,
        "answer": body,
        "first": search.sort == "oldest" and search.cursor is None,
        "orders": orders(links, search),
        "shown_of": partial(_shown_of, links),
        "most_shown": FACET_SHOWN,
        "wider": [] if body["total"] else wider(links, texts, desk),
        "asked": shown,
        "earlier": chart.earlier(covered, reader) if drawing else None,
        "chart": drawing,
        "drawn": chart.drawn(drawing) if drawing else [],
        "told": chart.told(drawing, texts) if drawing else [],
        "chart_data": chart.data(drawing, texts) if drawing else {},
        "labels": labels_of(links, texts, desk),
        "words": in_words(search.tree, texts),
        "presets": presets(links, desk.now(), params.tz),
        "fields": {field: texts(f"facet_{field}") for field in FILTERS},
        "empty": body["total"] == 0 and desk.backend.search(Search(limit=1)).total == 0,
    }


def _span(desk: AppContext, search: Search, shown: chart.ChartOptions, tz: str) -> TimeWindow:
    """What the chart covers: all of the time that is asked for, else where nearly all articles lie."""
    line = line_of(desk.backend, search, shown.interval, tz, desk.now())
    asked = search.start or search.end or shown.interval != "auto"
    return TimeWindow(line) if asked else span(desk.backend, search, line)


def _shown_of(links: Links, field: str, counts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The values of a field that stand beside the results: the most frequent, and what is chosen."""
    return [
        one for at, one in enumerate(counts) if at < FACET_SHOWN or links.has(field, one["value"])
    ]


def _answered(desk: AppContext, search: Search, texts: Texts) -> dict[str, Any]:
    body = answer(desk.backend, search, texts.language, desk.source_names)
    return {**body, "articles": [whole(article) for article in body["articles"]]}


def told_of(mistake: Exception, query: str, texts: Texts) -> dict[str, Any]:
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
    mistake = QueryMistake("too_costly", None) if isinstance(mistake, TooCostly) else mistake
    sentence = texts.mistake(mistake) if isinstance(mistake, QueryMistake) else str(mistake)
    position = mistake.position if isinstance(mistake, QueryError) else None
    cut = None
    if position is not None and len(query) <= 500:
        cut = (query[:position], query[position : position + 1], query[position + 1 :])
    return {"sentence": sentence, "cut": cut, "parameter": "q"}


def labels_of(links: Links, texts: Texts, desk: AppContext) -> dict[tuple[str, str], str]:
    """What a reader sees for each value that is chosen or excluded."""
    pairs = (*links.chosen, *((exclusion.field, exclusion.value) for exclusion in links.excluded))
    return {pair: label(*pair, texts.language, desk.source_names) for pair in pairs}

"""The chart of a search to take along: as SVG, and as PNG."""

from collections.abc import Callable

import resvg_py
from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from indexer.query import QueryError
from search.pages.links import view_of
from search.pages.render import render, texts_of
from search.pages.search.chart_view import chart_of
from search.pages.search.drawing import Picture, svg
from search.pages.search.results import mistake_values
from search.parse import in_words
from search.query.request import MatchParams, ParameterError
from search.web.context import AppContext, Context

_SHARPNESS = 2.0
"""Dots of a PNG for each unit of the drawing."""

router = APIRouter(include_in_schema=False)


@router.get("/chart.svg")
def as_svg(request: Request, context: Context) -> Response:
    return _answer(request, context, "svg", "image/svg+xml", str.encode)


@router.get("/chart.png")
def as_png(request: Request, context: Context) -> Response:
    return _answer(request, context, "png", "image/png", png)


def png(drawing: str) -> bytes:
    """A drawing as dots, with the fonts of this machine."""
    return bytes(resvg_py.svg_to_bytes(svg_string=drawing, zoom=_SHARPNESS))


def _answer(
    request: Request, context: AppContext, ending: str, media: str, made: Callable[[str], bytes]
) -> Response:
    texts = texts_of(request, context)
    links = view_of(request.query_params.multi_items(), context.zone, texts.language)
    try:
        params = links.params(MatchParams)
        search = context.search_of(params)
        total = context.backend.search(search).total
        view = chart_of(context, links, texts, search, params.tz)
    except (QueryError, ParameterError, ValidationError) as mistake:
        values = mistake_values(mistake, links, texts)
        return render(request, context, "results.html", values, 400)
    if view.chart is None or not total:
        raise HTTPException(404, "There is no chart of this search: it needs articles of two days.")
    picture = Picture(view.chart, texts, in_words(search.tree, texts), total)
    headers = {"Content-Disposition": f'attachment; filename="chart.{ending}"'}
    return Response(made(svg(picture)), media_type=media, headers=headers)

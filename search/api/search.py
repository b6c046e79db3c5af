"""The JSON API under /api/v1: views of one query."""

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from indexer.analysis.folding import words
from indexer.fields import FacetName
from indexer.query import Interval
from indexer.query.sampling import SEEDS
from search.api.coverage import watched_steps
from search.api.models import (
    AnswerBody,
    ArticleBody,
    FacetBody,
    MatrixBody,
    ParseBody,
    TermsBody,
    TimelineBody,
)
from search.i18n.catalogue import Texts
from search.parse import MAX_LENGTH, in_words, parse
from search.parse.asker import Asker
from search.parse.labels import is_day_first
from search.query.breakdown import MAX_ROWS, matrix
from search.query.filters import form
from search.query.hinting import hint_bodies
from search.query.offers import offers
from search.query.request import (
    MAX_FACET_SIZE,
    MatchParams,
    SearchParams,
    answer,
    labelled,
    line_of,
    timeline,
)
from search.query.significant_terms import MAX_TERMS, distinctive
from search.web.context import Context
from search.web.errors import ErrorBody, NoArticle
from search.web.http_cache import json_reply, responses

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

router = APIRouter()
ArticleId = Annotated[str, Path(alias="id", min_length=1, max_length=300)]


class TimelineParams(MatchParams):
    """A search, and the steps of its timeline; the steps are those of the time zone `tz`."""

    interval: Interval = "auto"
    share: bool = False


class MatrixParams(MatchParams):
    """A search, the field of the rows and the steps of the columns."""

    field: FacetName = "source"
    interval: Interval = "auto"
    rows: Annotated[int, Query(ge=1, le=MAX_ROWS)] = 10


class TermsParams(MatchParams):
    """A search, how many words are wanted, and which matches are read for them."""

    size: Annotated[int, Query(ge=1, le=MAX_TERMS)] = 20
    seed: Annotated[int, Query(ge=0, lt=SEEDS)] = 0


class FacetParams(MatchParams):
    """A search, and how many values of the field are listed."""

    facet_size: Annotated[int, Query(ge=1, le=MAX_FACET_SIZE)] = 100


@router.get("/api/v1/search", responses=responses(AnswerBody), summary="Search articles")
def search(
    request: Request, context: Context, params: Annotated[SearchParams, Query()]
) -> Response:
    language = context.language(request, params.ui)
    asked = context.search_of(params)
    body = answer(context.backend, asked, language, context.source_names)
    body |= offers(context.backend, params.q, asked, body["total"])
    body["hints"] = hint_bodies(params.q, context.texts[language])
    return json_reply(request, body, volatile=("took_ms",))


@router.get("/api/v1/timeline", responses=responses(TimelineBody), summary="Matches over time")
def matches_over_time(
    request: Request, context: Context, params: Annotated[TimelineParams, Query()]
) -> Response:
    matches = context.search_of(params)
    line = line_of(context.backend, matches, params.interval, params.tz, context.now())
    watched = watched_steps(context, matches, line)
    return json_reply(request, timeline(context.backend, matches, line, watched, params.share))


@router.get(
    "/api/v1/matrix", responses=responses(MatrixBody), summary="Matches by a field and over time"
)
def matches_by_field(
    request: Request, context: Context, params: Annotated[MatrixParams, Query()]
) -> Response:
    language = context.language(request, params.ui)
    body = matrix(
        context.backend,
        context.search_of(params),
        params.field,
        params.interval,
        params.tz,
        params.rows,
        language,
        context.source_names,
    )
    return json_reply(request, body)


@router.get(
    "/api/v1/terms", responses=responses(TermsBody), summary="Words that set the matches apart"
)
def terms(request: Request, context: Context, params: Annotated[TermsParams, Query()]) -> Response:
    matches = replace(context.search_of(params), seed=params.seed)
    body = distinctive(context.backend, matches, params.size, leave_out=words(params.q))
    return json_reply(request, body)


@router.get(
    "/api/v1/facets/{field}", responses=responses(FacetBody), summary="The values of one field"
)
def facet(
    request: Request, context: Context, field: FacetName, params: Annotated[FacetParams, Query()]
) -> Response:
    matches = context.search_of(params)
    counted = replace(matches, facets=(field,), facet_size=params.facet_size, limit=1)
    result = context.backend.search(counted)
    counts = list(result.facets.get(field, ()))
    values = labelled(field, counts, context.language(request, params.ui), context.source_names)
    return json_reply(request, {"field": field, "values": values, "total": result.total})


@router.get(
    "/api/v1/articles/{id}",
    responses={**responses(ArticleBody), 404: {"model": ErrorBody}},
    summary="One article",
)
def article(request: Request, context: Context, article_id: ArticleId) -> Response:
    document = context.backend.get([article_id]).get(article_id)
    if document is None:
        raise NoArticle
    return json_reply(request, document)


@router.get("/api/v1/parse", responses=responses(ParseBody), summary="How a query is understood")
def understood(
    request: Request,
    context: Context,
    q: Annotated[Annotated[str, form("query")], Query(max_length=MAX_LENGTH)] = "",
    ui: Annotated[str | None, Query(max_length=10)] = None,
) -> Response:
    texts = context.texts[context.language(request, ui)]
    asker = Asker(context.now(), UTC, is_day_first(ui), context.names)
    return json_reply(request, explained(q, asker, texts))


def explained(q: str, asker: Asker, texts: Texts) -> dict[str, Any]:
    """How a query is understood: in words of `texts`, as a tree, and what else it may mean; raises
    `QueryMistake`.
    """
    tree = parse(q, now=asker.now, tz=asker.tz, day_first=asker.day_first, names=asker.names)
    return {
        "query": q,
        "words": in_words(tree, texts),
        "tree": tree_body(tree),
        "hints": hint_bodies(q, texts),
    }


def tree_body(node: "DataclassInstance") -> dict[str, Any]:
    """The tree as JSON values: each node an object with its `type`."""
    body: dict[str, Any] = {"type": type(node).__name__.lower()}
    for field in fields(node):
        value = _plain(getattr(node, field.name))
        if value is not None:
            body[field.name] = value
    return body


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return tree_body(value)
    return value

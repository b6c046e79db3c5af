"""Was there no news, or was nobody watching: the ledger of coverage as API, and beside every
timeline.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import Response

from crawler.coverage import CoverageStretch, CoverageSummary, steps
from crawler.monitor.coverage import Coverage
from crawler.sources import Source
from crawler.store import Store
from indexer.query import Interval, Search, Timeline
from indexer.query.timeline import choose_interval, edges, epoch_ms, extend
from search.api.models_sources import CoverageBody
from search.parse import QueryMistake
from search.query.filters import Text, Values
from search.query.request import ParameterError, period_of, zone_of
from search.sources.scope import chosen_sources, sources_of
from search.web.context import AppContext, Context
from search.web.http_cache import json_reply, responses

DEFAULT_DAYS = 30
MAX_SPANS = 500
"""Spans of one source in an answer; longer ones are cut, the oldest first, and marked."""

router = APIRouter()


class CoverageParams(BaseModel):
    """Which sources, over which time, in which steps."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    source: Values = ()
    collection: Values = ()
    from_: Annotated[
        Text | None, Field(alias="from", description="From this period on; by default 30 days ago.")
    ] = None
    to: Annotated[Text | None, Field(description="Up to this period; by default now.")] = None
    tz: Annotated[str, StringConstraints(max_length=64)] = "UTC"
    interval: Interval = "auto"


@router.get(
    "/api/v1/coverage",
    responses=responses(CoverageBody),
    summary="Whether the sources were watched",
)
def coverage(
    request: Request, desk: Context, params: Annotated[CoverageParams, Query()]
) -> Response:
    return json_reply(request, coverage_body(desk.store, desk.sources, params, desk.now()))


def coverage_body(
    store: Store | None, sources: Sequence[Source], params: CoverageParams, now: datetime
) -> dict[str, Any]:
    """The body of the API's answer: the steps for all sources together, and each source with its spans."""
    tz = zone_of(params.tz)
    begin, end = period_of("from", params.from_, tz), period_of("to", params.to, tz)
    last = min(end[1], now) if end else now
    first = begin[0] if begin else last - timedelta(days=DEFAULT_DAYS)
    if first >= last:
        raise ParameterError("to", QueryMistake("reversed_dates", None))
    ids = chosen_sources(sources, params.source, params.collection)
    interval = choose_interval(params.interval, epoch_ms(first), epoch_ms(last))
    line = extend(Timeline(interval, params.tz, [], 0), first, last)
    bounds = edges(line)
    held = {} if store is None else Coverage(store, sources, now).pieces(ids, bounds[0], bounds[-1])
    names = {source.id: source.name for source in sources}
    return {
        "interval": interval,
        "tz": params.tz,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "watched": told(_whole(held.values(), first, last)),
        "buckets": _buckets(line, held.values(), bounds),
        "sources": [
            {"id": one, "name": names.get(one, one), **_source(held.get(one, []), first, last)}
            for one in ids
        ],
    }


def watched_steps(desk: AppContext, search: Search, line: Timeline) -> list[dict[str, Any] | None]:
    """How each step of a timeline was watched by the sources that the search is of; None without a
    store.
    """
    bounds = edges(line)
    if desk.store is None or not bounds:
        return [None] * len(line.buckets)
    ids = sources_of(search, desk.sources)
    found = Coverage(desk.store, desk.sources, desk.now()).steps(ids, bounds)
    return [told(step) for step in found]


def told(watched: CoverageSummary) -> dict[str, Any]:
    """How a time was watched, as JSON values."""
    return {"state": watched.state, "share": watched.share, "reasons": list(watched.reasons)}


def _whole(
    held: Iterable[Sequence[CoverageStretch]], first: datetime, last: datetime
) -> CoverageSummary:
    return steps(held, [first, last])[0]


def _buckets(
    line: Timeline, held: Iterable[Sequence[CoverageStretch]], bounds: Sequence[datetime]
) -> list[dict[str, Any]]:
    found = steps(held, bounds)
    return [
        {"date": bucket.date, "watched": told(step)}
        for bucket, step in zip(line.buckets, found, strict=True)
    ]


def _source(held: Sequence[CoverageStretch], first: datetime, last: datetime) -> dict[str, Any]:
    whole = _whole([held], first, last)
    shown = [piece for piece in held if piece.end > first and piece.start < last]
    return {
        "watched": told(whole),
        "hours_lost": dict(whole.hours),
        "spans": [_span(piece) for piece in shown[-MAX_SPANS:]],
        "cut": len(shown) > MAX_SPANS,
    }


def _span(piece: CoverageStretch) -> Mapping[str, Any]:
    reasons = sorted(piece.lost, key=lambda reason: -piece.lost[reason])
    return {
        "start": piece.start.astimezone(UTC).isoformat(),
        "end": piece.end.astimezone(UTC).isoformat(),
        "state": "partly" if reasons == ["pending"] else piece.state,
        "share": round(piece.share, 4),
        "reasons": reasons,
    }

"""Coverage: when the sources were watched, as API and beside every timeline; it tells no news from
no visits.
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
from search.parse.asker import Asker
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
    request: Request, context: Context, params: Annotated[CoverageParams, Query()]
) -> Response:
    return json_reply(request, coverage_body(context.store, context.sources, params, context.now()))


def coverage_body(
    store: Store | None, sources: Sequence[Source], params: CoverageParams, now: datetime
) -> dict[str, Any]:
    """The body of the API's answer: the steps for all sources together, each source's spans."""
    first, last = _bounds(params, now)
    ids = chosen_sources(sources, params.source, params.collection)
    interval = choose_interval(params.interval, epoch_ms(first), epoch_ms(last))
    line = extend(Timeline(interval, params.tz, [], 0), first, last)
    bounds = edges(line)
    stretches: Mapping[str, Sequence[CoverageStretch]] = {}
    if store is not None:
        stretches = Coverage(store, sources, now).pieces(ids, bounds[0], bounds[-1])
    names = {source.id: source.name for source in sources}
    rows = []
    for source_id in ids:
        row = {"id": source_id, "name": names.get(source_id, source_id)}
        rows.append({**row, **_source(stretches.get(source_id, []), first, last)})
    return {
        "interval": interval,
        "tz": params.tz,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "watched": coverage_values(_summary(stretches.values(), first, last)),
        "buckets": _buckets(line, stretches.values(), bounds),
        "sources": rows,
    }


def _bounds(params: CoverageParams, now: datetime) -> tuple[datetime, datetime]:
    """The time that is asked for, until now at the latest; raises `ParameterError`."""
    asker = Asker(now, zone_of(params.tz))
    begin = period_of("from", params.from_, asker)
    end = period_of("to", params.to, asker)
    last = min(end[1], now) if end else now
    first = begin[0] if begin else last - timedelta(days=DEFAULT_DAYS)
    if first >= last:
        raise ParameterError("to", QueryMistake("reversed_dates", None))
    return first, last


def watched_steps(
    context: AppContext, search: Search, line: Timeline
) -> list[dict[str, Any] | None]:
    """How each step of a timeline was watched by the sources that the search is of; None without a
    store.
    """
    bounds = edges(line)
    if context.store is None or not bounds:
        return [None] * len(line.buckets)
    ids = sources_of(search, context.sources)
    summaries = Coverage(context.store, context.sources, context.now()).steps(ids, bounds)
    return [coverage_values(summary) for summary in summaries]


def coverage_values(watched: CoverageSummary) -> dict[str, Any]:
    """How a time was watched, as JSON values."""
    return {"state": watched.state, "share": watched.share, "reasons": list(watched.reasons)}


def _summary(
    stretches: Iterable[Sequence[CoverageStretch]], first: datetime, last: datetime
) -> CoverageSummary:
    return steps(stretches, [first, last])[0]


def _buckets(
    line: Timeline, stretches: Iterable[Sequence[CoverageStretch]], bounds: Sequence[datetime]
) -> list[dict[str, Any]]:
    rows = []
    for bucket, summary in zip(line.buckets, steps(stretches, bounds), strict=True):
        rows.append({"date": bucket.date, "watched": coverage_values(summary)})
    return rows


def _source(
    stretches: Sequence[CoverageStretch], first: datetime, last: datetime
) -> dict[str, Any]:
    summary = _summary([stretches], first, last)
    shown = [stretch for stretch in stretches if stretch.end > first and stretch.start < last]
    return {
        "watched": coverage_values(summary),
        "hours_lost": dict(summary.hours),
        "spans": [_span(stretch) for stretch in shown[-MAX_SPANS:]],
        "cut": len(shown) > MAX_SPANS,
    }


def _span(stretch: CoverageStretch) -> Mapping[str, Any]:
    """A stretch as JSON values, the reason that took most of it first."""
    reasons = sorted(stretch.lost, key=lambda reason: -stretch.lost[reason])
    # What only the next visit can tell may still turn out as watched.
    state = "partly" if reasons == ["pending"] else stretch.state
    return {
        "start": stretch.start.astimezone(UTC).isoformat(),
        "end": stretch.end.astimezone(UTC).isoformat(),
        "state": state,
        "share": round(stretch.share, 4),
        "reasons": reasons,
    }

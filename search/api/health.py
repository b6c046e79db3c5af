"""How a publisher that is watched does, in full."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from crawler.health import Finding, Health, PublishingRate
from crawler.monitor.coverage import Coverage
from crawler.policy.pace import describe_pace
from crawler.sources import Source
from crawler.store import EntryState, LastVisits, Store
from indexer.query import Search
from search.api.coverage import coverage_values
from search.api.models_sources import SourceDetailBody
from search.i18n import health_messages
from search.i18n.catalogue import Texts, english
from search.query.request import MAX_FACET_SIZE
from search.sources.listing import live_state
from search.web.context import AppContext, Context
from search.web.errors import ErrorBody
from search.web.http_cache import json_reply, responses

VISITS = 20
"""Visits of a source that its answer lists."""
WATCHED_DAYS = 7

router = APIRouter()
SourceId = Annotated[str, Path(alias="id", min_length=1, max_length=64)]


@router.get(
    "/api/v1/sources/{id}",
    responses={**responses(SourceDetailBody), 404: {"model": ErrorBody}},
    summary="One publisher, with its entry points and last visits",
)
def source(request: Request, context: Context, source_id: SourceId) -> Response:
    return json_reply(request, source_body(context, source_id, english()))


def source_body(context: AppContext, source_id: str, texts: Texts) -> dict[str, Any]:
    """The body of the API's answer for one source in a language; raises HTTPException where there
    is none with this id.
    """
    by_id = {source.id: source for source in context.sources}
    if source_id not in by_id:
        raise HTTPException(404, "There is no source with this id.")
    if context.store is None:
        return plain_body(by_id[source_id], article_counts(context))
    store = context.store
    now = context.now()
    states = {
        health.source: health for health in context.health_cache.health(store, context.sources, now)
    }
    health = states.get(source_id, Health(source_id, "new", (), None, None))
    coverage = Coverage(store, context.sources, now)
    week = coverage.steps([source_id], [now - timedelta(days=WATCHED_DAYS), now])[0]
    body = listed_body(
        by_id[source_id], health, article_counts(context), shared_values(store, now), texts
    )
    body["hours"] = _hours(health.rhythm)
    body["watched"] = coverage_values(week)
    current = coverage.current()
    body["entry_points"] = [
        _entry(state, (source_id, state.url) in current)
        for state in store.spans.states([source_id])
    ]
    body["visits"] = [_visit(row) for row in store.ledger.visits(source_id, VISITS)]
    return body


def finding_body(finding: Finding, source: str, texts: Texts) -> dict[str, Any]:
    """A finding about a source as JSON values, told in a language."""
    return {
        "problem": finding.problem,
        "level": finding.level,
        "since": _iso(finding.since),
        "sentence": health_messages.sentence(finding, texts),
        "advice": health_messages.advice(finding, source, texts),
        "figures": dict(finding.figures),
    }


def article_counts(context: AppContext) -> dict[str, int]:
    """How many articles each source has in the index."""
    search = Search(facets=("source",), facet_size=MAX_FACET_SIZE, limit=1)
    counts = context.backend.search(search).facets.get("source", ())
    return {count.value: count.count for count in counts}


def plain_body(source: Source, counts: Mapping[str, int]) -> dict[str, Any]:
    """What is known of a source without the store."""
    return {
        "id": source.id,
        "name": source.name,
        "home": source.home,
        "language": source.language,
        "country": source.country,
        "collections": list(source.collections),
        "articles": counts.get(source.id, 0),
    }


def shared_values(store: Store, now: datetime) -> dict[str, Any]:
    """What is asked of the store once for all sources."""
    return {
        "due": store.queue.due(),
        "paused": store.pauses.running(now),
        "visited": store.spans.last_visits(),
        "under_way": store.activities.now(now),
    }


def listed_body(
    source: Source,
    health: Health,
    counts: Mapping[str, int],
    shared: Mapping[str, Any],
    texts: Texts,
) -> dict[str, Any]:
    """A source as lists show it, told in a language; `shared` is of `shared_values`."""
    last: LastVisits = shared["visited"].get(source.id, LastVisits())
    every = source.every.total_seconds() if source.every else None
    is_paused = source.id in shared["paused"]
    findings = () if is_paused else health.findings
    state_now = live_state(health, paused=is_paused, visited=last.visited is not None)
    state = {
        "state": state_now,
        "activity": shared["under_way"].get(source.id),
        "findings": [finding_body(finding, source.id, texts) for finding in findings],
        "paused": is_paused,
        "paused_until": _iso(shared["paused"].get(source.id)),
    }
    visits = {
        "last_visit": _iso(last.visited),
        "last_read": _iso(last.read),
        "next_due": _iso(shared["due"].get(source.id)),
        "every_seconds": every,
        "pace": describe_pace(source),
    }
    return {**plain_body(source, counts), **state, **_publishing(health), **visits}


def _publishing(health: Health) -> dict[str, Any]:
    """How much a source publishes usually, and what is missing now."""
    values: dict[str, Any] = {"articles_a_day": None, "silent_since": None, "missing": 0.0}
    if health.rhythm:
        values["articles_a_day"] = round(health.rhythm.a_day, 2)
    if health.silence:
        values["silent_since"] = _iso(health.silence.since)
        values["missing"] = round(health.silence.missing, 1)
    return values


def _hours(rhythm: PublishingRate | None) -> list[float] | None:
    if rhythm is None:
        return None
    return [round(rate, 4) for rate in rhythm.rates]


def _entry(state: EntryState, current: bool) -> dict[str, Any]:
    point = state.point
    return {
        "url": state.url,
        "kind": point.kind,
        "named": point.named,
        "current": current,
        "outcome": point.outcome,
        "first_visit": _iso(point.first_at),
        "last_visit": _iso(point.visited_at),
        "last_read": _iso(point.read_at),
        "failures": point.failures,
        "failing_since": _iso(point.failing_since),
        "interval_seconds": point.interval,
        "moved_to": point.location,
    }


def _visit(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("url", "kind", "outcome", "items", "new", "again", "bytes", "seconds")
    return {"at": _iso(row["at"]), **{name: row[name] for name in names}}


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None

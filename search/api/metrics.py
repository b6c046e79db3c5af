"""/metrics for Prometheus: read from the store and the index at each scrape, whichever processes do
the work.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import accumulate

from fastapi import APIRouter
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.responses import Response

from crawler.health import ORDER, Health, State
from crawler.store import LAG_STEPS, Store
from indexer.backend import IndexUnavailable
from search.web.context import AppContext, Context
from search.web.http_cache import streams

STATES: tuple[State, ...] = ("well", "warning", "bad", "paused", "new")

router = APIRouter()


@router.get(
    "/metrics",
    response_class=Response,
    responses=streams("text/plain"),
    summary="Metrics for Prometheus",
)
def metrics(context: Context) -> Response:
    registry = CollectorRegistry()
    registry.register(_Collector(context))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Collector:
    """A collector that reads when it is scraped."""

    def __init__(self, context: AppContext) -> None:
        self._context = context

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        context = self._context
        yield from _index(context)
        if context.store is None:
            return
        now = context.now()
        yield from _counted(context.store)
        yield from _waiting(context.store, now)
        yield from _health(context.health_cache.health(context.store, context.sources, now))


def _index(context: AppContext) -> Iterator[Metric]:
    try:
        articles: int | None = context.backend.count()
    except IndexUnavailable:
        articles = None
    yield _gauge("veille_index_up", "Whether the index answers.", float(articles is not None))
    if articles is not None:
        yield _gauge("veille_index_articles", "Articles that can be searched.", articles)


def _counted(store: Store) -> Iterator[Metric]:
    counts = store.counters.all()
    yield _by("veille_crawls", "Crawls that ended, by outcome.", "outcome", counts.crawls)
    yield _by(
        "veille_visits", "Visits to entry points: read, same, or why not.", "outcome", counts.visits
    )
    lag = HistogramMetricFamily(
        "veille_lag_seconds", "From the publication of an article until it can be searched."
    )
    ends = [*(f"{step}.0" for step in LAG_STEPS), "+Inf"]
    lag.add_metric([], list(zip(ends, accumulate(counts.lags), strict=True)), counts.lag_seconds)
    yield lag


def _waiting(store: Store, now: datetime) -> Iterator[Metric]:
    waiting = store.queue.queued(now)
    yield _gauge(
        "veille_queue_sources",
        "Sources that wait to be crawled or are being crawled.",
        len(waiting),
    )
    overdue = [now - due for due in store.queue.due().values() if due < now]
    seconds = max((late.total_seconds() for late in overdue), default=0.0)
    yield _gauge(
        "veille_queue_overdue_seconds",
        "How long the source that is most overdue has been due.",
        seconds,
    )
    yield _gauge(
        "veille_outbox_articles", "Articles that wait for the index.", store.outbox.waiting()
    )
    oldest = store.outbox.oldest()
    # A clock that was set back would give a negative age.
    age = max((now - oldest).total_seconds(), 0.0) if oldest else 0.0
    yield _gauge("veille_outbox_oldest_seconds", "How long the oldest of them has waited.", age)
    yield _gauge(
        "veille_dead_letters", "Articles that the index rejected.", store.outbox.dead_letters()
    )
    yield _gauge("veille_store_articles", "Articles that are kept.", store.pages.documents())


def _health(health: list[Health]) -> Iterator[Metric]:
    states = Counter(source.state for source in health)
    by_state = GaugeMetricFamily("veille_sources", "Sources by how they do.", labels=["state"])
    for state in STATES:
        by_state.add_metric([state], states[state])
    yield by_state
    problems = Counter(finding.problem for source in health for finding in source.findings)
    by_problem = GaugeMetricFamily(
        "veille_findings", "What is wrong with sources, by problem.", labels=["problem"]
    )
    for problem in ORDER:
        by_problem.add_metric([problem], problems[problem])
    yield by_problem
    each = GaugeMetricFamily(
        "veille_source_problem", "1 for each problem of a source.", labels=["source", "problem"]
    )
    for source in health:
        for problem in dict.fromkeys(finding.problem for finding in source.findings):
            each.add_metric([source.source, problem], 1)
    yield each


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)


def _by(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(name, meaning, labels=[label])
    for label_value, count in sorted(values.items()):
        family.add_metric([label_value], count)
    return family

"""The shapes of the API's answers about sources: how they do, and how they were watched."""

from pydantic import BaseModel, ConfigDict, Field

from crawler.coverage import Reason, State
from crawler.health import Level, Problem
from crawler.health import State as HealthState
from crawler.store import Activity
from indexer.query import Interval
from search.api.models import WatchedBody


class CoverageStepBody(BaseModel):
    """One step, and how it was watched by all of the sources."""

    date: str = Field(examples=["2026-03-14"])
    watched: WatchedBody


class SpanBody(BaseModel):
    """A stretch of time in which a source was watched in one way; `share` is that of its entry
    points.
    """

    start: str
    end: str
    state: State
    share: float
    reasons: list[Reason]


class SourceCoverageBody(BaseModel):
    """How one source was watched; `cut` says that there were more spans, the older ones are left
    out.
    """

    id: str
    name: str
    watched: WatchedBody
    hours_lost: dict[Reason, float]
    spans: list[SpanBody]
    cut: bool


class CoverageBody(BaseModel):
    """How the sources were watched: over all of the time, by step, and one by one."""

    model_config = ConfigDict(populate_by_name=True)
    interval: Interval
    tz: str
    from_: str = Field(alias="from")
    to: str
    watched: WatchedBody
    buckets: list[CoverageStepBody]
    sources: list[SourceCoverageBody]


class FindingBody(BaseModel):
    """One thing that is wrong with a source: since when, in a sentence, what to do, and the figures
    behind it.
    """

    problem: Problem
    level: Level
    since: str
    sentence: str
    advice: str
    figures: dict[str, float | str]


class SourceBody(BaseModel):
    """A publisher that is watched, how many of its articles are indexed, and how it does."""

    id: str
    name: str
    home: str
    language: str | None
    country: str | None
    collections: list[str]
    articles: int
    state: HealthState | None = Field(
        None,
        description="well, warning, bad, paused, or new: not visited yet. Null where it was"
        " resumed, or first visited, since it was judged.",
    )
    activity: Activity | None = Field(
        None, description="queued: waits to be crawled; running: is being crawled."
    )
    findings: list[FindingBody] = Field([], description="What is wrong, worst first.")
    articles_a_day: float | None = Field(
        None, description="By its usual week; null while too little is known."
    )
    silent_since: str | None = Field(
        None, description="Since when nothing new has come, if for 6 hours."
    )
    missing: float = Field(
        0.0, description="How many articles would have come in that time, by its usual week."
    )
    last_visit: str | None = None
    last_read: str | None = Field(None, description="When one of its entry points was last read.")
    next_due: str | None = None
    every_seconds: float | None = None
    pace: str | None = None
    paused: bool = False
    paused_until: str | None = Field(None, description="Null where nobody has said.")


class EntryPointBody(BaseModel):
    """An entry point: `named` by the sources file or found on the site, `current` where it is still
    visited.
    """

    url: str
    kind: str
    named: bool
    current: bool
    outcome: str = Field(description="Of the last visit: read, same, or why it failed.")
    first_visit: str
    last_visit: str
    last_read: str | None
    failures: int = Field(description="Visits in a row that failed.")
    failing_since: str | None
    interval_seconds: float | None = Field(description="The usual time between two visits.")
    moved_to: str | None


class VisitBody(BaseModel):
    """One visit to an entry point: of its `items`, so many were `new`, and so many known `again`
    from the last time.
    """

    at: str
    url: str
    kind: str
    outcome: str
    items: int
    new: int
    again: int
    bytes: int
    seconds: float


class SourceDetailBody(SourceBody):
    """A publisher with its entry points, its last visits, and how the last week was watched."""

    hours: list[float] | None = Field(
        None, description="Articles an hour by hour of the week, from Monday 0:00 UTC."
    )
    watched: WatchedBody | None = None
    entry_points: list[EntryPointBody] = []
    visits: list[VisitBody] = []


class SourcesBody(BaseModel):
    """The publishers that are watched and match, in the order asked for, and how many there are in
    each state whatever state was asked for.
    """

    sources: list[SourceBody]
    total: int = Field(description="How many match, on all pages.")
    states: dict[str, int]
    cursor: str | None = Field(description="Goes on behind the last source; null at the end.")

"""The shapes of the API's answers, as its description at /openapi.json tells them."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from crawler.coverage import Reason, State
from crawler.health import Level, Problem
from crawler.health import State as HealthState
from indexer.query import Interval


class CreditBody(BaseModel):
    """An agency that the text credits or cites, with the words that show it."""

    name: str
    evidence: str


class ArticleBody(BaseModel):
    """One article; an unknown value is null or empty, never guessed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "9f2c41",
                    "url": "https://www.example.org/fr/syrie/1",
                    "title": "Un titre",
                    "text": "Le texte entier.",
                    "source": "example-fr",
                    "language": "fr",
                    "published": "2019-01-01T00:00:00+00:00",
                    "published_precision": "year",
                    "places": ["SY"],
                }
            ]
        }
    )
    id: str
    url: str
    canonical_url: str | None = None
    source: str | None = None
    source_name: str | None = None
    country: str | None = None
    collections: list[str] = []
    language: str | None = None
    title: str
    lead: str | None = None
    text: str
    authors: list[str] = []
    section: str | None = None
    topics: list[str] = []
    places: list[str] = []
    published: str | None = None
    published_precision: Literal["second", "minute", "hour", "day", "month", "year"] | None = None
    published_origin: str | None = None
    published_earliest: str | None = None
    published_latest: str | None = None
    modified: str | None = None
    first_seen: str | None = None
    indexed_at: str | None = None
    image: str | None = None
    agencies: list[CreditBody] = []
    attributions: list[CreditBody] = []
    story: str | None = None
    copy_of: str | None = None
    revision: int = 1
    words: int = 0
    paywalled: bool = False
    gone: str | None = Field(None, description="When its page was first found to have vanished.")
    tdm_reserved: bool = False


class HitBody(ArticleBody):
    """An article that matches; `highlights` are HTML-escaped snippets with <mark> by field."""

    highlights: dict[str, list[str]]
    score: float


class CountBody(BaseModel):
    """One value of a facet, what a reader sees for it, and how many matches have it."""

    value: str
    label: str
    count: int


class AnswerBody(BaseModel):
    """The answer to a search; `cursor` asks for the next articles, null at the end."""

    total: int = Field(examples=[2])
    articles: list[HitBody]
    facets: dict[str, list[CountBody]]
    cursor: str | None
    took_ms: int


class WatchedBody(BaseModel):
    """How a time was watched: `share` of it, and why not all of it, the longest reason first."""

    state: State
    share: float = Field(ge=0, le=1, examples=[0.97])
    reasons: list[Reason]


class BucketBody(BaseModel):
    """One step of a timeline; `coarse` of its `count` have a date less precise than the step."""

    date: str = Field(examples=["2026-03-14"])
    count: int
    coarse: int
    watched: WatchedBody | None = Field(None, description="How the sources were watched; null without a store.")
    of: int | None = Field(None, description="With share: how many articles there are without the query.")
    share: float | None = Field(None, description="With share: count / of.")


class TimelineBody(BaseModel):
    """The matches over time: the counts and `undated` add up to the total."""

    interval: Interval
    tz: str
    buckets: list[BucketBody]
    undated: int


class CoverageStepBody(BaseModel):
    """One step, and how it was watched by all of the sources."""

    date: str = Field(examples=["2026-03-14"])
    watched: WatchedBody


class SpanBody(BaseModel):
    """A stretch of time in which a source was watched in one way; `share` is that of its entry points."""

    start: str
    end: str
    state: State
    share: float
    reasons: list[Reason]


class SourceCoverageBody(BaseModel):
    """How one source was watched; `cut` says that there were more spans, the older ones are left out."""

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


class RowBody(CountBody):
    """One value: how many matches have it in all, in each step, and without a date."""

    counts: list[int]
    undated: int


class MatrixBody(BaseModel):
    """Rows of the most frequent values, columns of steps of time; `total` counts all matches."""

    field: str
    interval: Interval
    tz: str
    dates: list[str]
    rows: list[RowBody]
    total: int


class TermBody(BaseModel):
    """A word: its score, and the shares of articles that have it, among the matches and in all of their languages."""

    term: str
    score: float
    share: float
    elsewhere: float


class TermsBody(BaseModel):
    """The words that set the matches apart, the most telling first; `sampled` matches were read."""

    terms: list[TermBody]
    sampled: int


class FacetBody(BaseModel):
    """The values of one field among the matches, the most frequent first."""

    field: str
    values: list[CountBody]
    total: int


class FindingBody(BaseModel):
    """One thing that is wrong with a source: since when, in a sentence, what to do, and the figures behind it."""

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
    state: HealthState | None = Field(None, description="well, warning, bad, paused, or new: not visited yet.")
    findings: list[FindingBody] = Field([], description="What is wrong, worst first.")
    articles_a_day: float | None = Field(None, description="By its rhythm; null while too little is known.")
    silent_since: str | None = Field(None, description="Since when nothing new has come, if for 6 hours.")
    missing: float = Field(0.0, description="How many articles would have come in that time, by its rhythm.")
    last_visit: str | None = None
    last_read: str | None = Field(None, description="When one of its entry points was last read.")
    next_due: str | None = None
    every_seconds: float | None = None
    pace: str | None = None
    paused: bool = False
    paused_until: str | None = Field(None, description="Null where nobody has said.")


class EntryPointBody(BaseModel):
    """An entry point: `named` by the sources file or found on the site, `current` where it is still visited."""

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
    """One visit to an entry point: of its `items`, so many were `new`, and so many known `again` from the last time."""

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

    hours: list[float] | None = Field(None, description="Articles an hour by hour of the week, from Monday 0:00 UTC.")
    watched: WatchedBody | None = None
    entry_points: list[EntryPointBody] = []
    visits: list[VisitBody] = []


class SourcesBody(BaseModel):
    """Every publisher that is watched, the one that does worst first."""

    sources: list[SourceBody]


class ParseBody(BaseModel):
    """How a query was understood: in words, and as the tree that backends compile."""

    query: str = Field(examples=['syrie -"match amical"'])
    words: str = Field(examples=["articles that contain “syrie” and not exactly “match amical”"])
    tree: dict[str, Any]


class HealthBody(BaseModel):
    """Whether the index answers."""

    status: Literal["ok"]
    index: str
    articles: int
    waiting: int | None = Field(None, description="How many articles wait to be written to the index.")

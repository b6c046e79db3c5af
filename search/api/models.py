"""The shapes of the API's answers about articles, as its description at /openapi.json tells them."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from crawler.coverage import Reason, State
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
    watched: WatchedBody | None = Field(
        None, description="How the sources were watched; null without a store."
    )
    of: int | None = Field(
        None, description="With share: how many articles there are without the query."
    )
    share: float | None = Field(None, description="With share: count / of.")


class TimelineBody(BaseModel):
    """The matches over time: the counts and `undated` add up to the total."""

    interval: Interval
    tz: str
    buckets: list[BucketBody]
    undated: int


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
    """A word: its score, and the shares of articles that have it, among the matches and in all of
    their languages.
    """

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
    waiting: int | None = Field(
        None, description="How many articles wait to be written to the index."
    )

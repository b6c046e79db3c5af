"""The shapes of the API's answers about articles, as /openapi.json describes them."""

from collections.abc import Mapping
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, create_model
from pydantic import Field as Described

from crawler.article import Precision
from crawler.coverage import Reason, State
from indexer.fields import FIELDS
from indexer.query import Interval, PartKind, Zone
from indexer.registry import Field, Kind
from search.parse.hints import HintCode


class CreditBody(BaseModel):
    """An agency that the text credits or cites, with the words that show it."""

    name: str
    evidence: str


_VALUES: Mapping[Kind, tuple[Any, Any]] = {
    "integer": (int, 0),
    "boolean": (bool, False),
    "credit": (CreditBody | None, None),
}
"""What a single value is in an answer, and what it is where it is unknown; of another kind it is a
string or null.
"""
_LISTS: Mapping[Kind, Any] = {"credit": list[CreditBody]}
"""What several values are; of another kind they are strings."""
Model = TypeVar("Model", bound=BaseModel)


def with_fields(model: type[Model], fields: Mapping[str, Field] = FIELDS) -> type[Model]:
    """The model with each field of the registry that it does not name itself, and an example."""
    others: dict[str, Any] = {
        name: described(field) for name, field in fields.items() if name not in model.model_fields
    }
    examples = {name: field.example for name, field in fields.items() if field.example is not None}
    complete = create_model(model.__name__, __base__=model, __module__=model.__module__, **others)
    complete.model_config["json_schema_extra"] = {"examples": [examples]}
    return complete


def described(field: Field) -> tuple[Any, Any]:
    """The type of a field's value in an answer, and what it is where it is unknown."""
    if field.several:
        return _LISTS.get(field.kind, list[str]), []
    return _VALUES.get(field.kind, (str | None, None))


@with_fields
class ArticleBody(BaseModel):
    """One article; an unknown value is null or empty, never guessed."""

    id: str
    url: str
    title: str
    text: str
    published_precision: Precision | None = None
    revision: int = 1
    gone: str | None = Described(
        None, description="When its page was first found to have vanished."
    )


class ScorePartBody(BaseModel):
    """What a part of the query adds to a score: a word by its rarity in the article's title, in its
    first words or in its text; one word more of those that most are asked of; words side by side;
    the accents that were typed; or what is no word of its own, such as the beginning of one.
    """

    kind: PartKind
    text: str = Described(examples=["port"])
    zone: Zone | None
    score: float = Described(examples=[4.2])


class HitBody(ArticleBody):
    """An article that matches; `highlights` are HTML-escaped snippets with <mark> by field, and
    `explanation`, where it is asked for, adds up to the score.
    """

    highlights: dict[str, list[str]]
    score: float
    explanation: list[ScorePartBody] | None = None


class CountBody(BaseModel):
    """One value of a facet, what a reader sees for it, and how many matches have it."""

    value: str
    label: str
    count: int


class SofterBody(BaseModel):
    """Articles that have most of the words of a query, the best first."""

    articles: list[HitBody]


class SuggestionBody(BaseModel):
    """The query in another spelling, and how many articles it finds with the same filters."""

    query: str = Described(examples=["Lebanon"])
    total: int = Described(examples=[12])


class HintBody(BaseModel):
    """What was typed may mean something else: `position` is the 0-based character of `q`,
    `instead` the query that says it.
    """

    code: HintCode
    position: int = Described(examples=[7])
    message: str
    instead: str | None = Described(examples=["budget -strike"])


class AnswerBody(BaseModel):
    """The answer to a search; `cursor` asks for the next articles, null at the end."""

    total: int = Described(examples=[2])
    articles: list[HitBody]
    facets: dict[str, list[CountBody]]
    cursor: str | None
    took_ms: int
    softer: SofterBody | None = Described(
        None, description="Where few articles have every word: those with most; counted nowhere."
    )
    suggestions: list[SuggestionBody] = Described(
        [], description="Where nothing matches: the query in spellings that find articles."
    )
    hints: list[HintBody] = Described([], description="What `q` may be meant as.")


class WatchedBody(BaseModel):
    """How a time was watched: `share` of it, and why not all of it, the longest reason first."""

    state: State
    share: float = Described(ge=0, le=1, examples=[0.97])
    reasons: list[Reason]


class BucketBody(BaseModel):
    """One step of a timeline; `coarse` of its `count` have a date less precise than the step."""

    date: str = Described(examples=["2026-03-14"])
    count: int
    coarse: int
    watched: WatchedBody | None = Described(
        None, description="How the sources were watched; null without a store."
    )
    of: int | None = Described(
        None, description="With share: how many articles there are without the query."
    )
    share: float | None = Described(None, description="With share: count / of.")


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
    """A word: its score (G²), and the shares of articles that have it, among the matches and among
    the other articles of their languages.
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

    query: str = Described(examples=['syrie -"match amical"'])
    words: str = Described(
        examples=["articles that contain “syrie” and not exactly “match amical”"]
    )
    tree: dict[str, Any]
    hints: list[HintBody] = []


class LiveBody(BaseModel):
    """That the server answers."""

    status: Literal["ok"]


class ReadyBody(BaseModel):
    """Which of the parts that the server needs answer."""

    status: Literal["ok", "away"]
    index: bool
    store: bool | None = Described(None, description="Absent where the server works without one.")


class HealthBody(BaseModel):
    """Whether the index answers."""

    status: Literal["ok"]
    index: str
    articles: int
    waiting: int | None = Described(
        None, description="How many articles wait to be written to the index."
    )

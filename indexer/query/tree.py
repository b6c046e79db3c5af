"""The neutral query tree and what is asked of an index: what people type is parsed into it,
backends compile it.

A door module: values only. Times are aware; ranges are half-open, [start, end).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from indexer.fields import KeywordField
from indexer.query.conditions import MomentField, NumberField

TextField = Literal["title", "text", "author"]
Sort = Literal["relevance", "newest", "oldest", "seen", "added"]
ORDERS: Mapping[str, tuple[str, bool]] = {
    "newest": ("published", True),
    "oldest": ("published", False),
    "seen": ("first_seen", True),
    "added": ("added", True),
}
"""The orders by a date: the field, and whether the latest comes first; what has none comes last."""
Interval = Literal["auto", "hour", "day", "week", "month", "year"]


@dataclass(frozen=True, slots=True)
class All:
    """Every article."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word, folded and stemmed in each language that it may be in; in title or text unless
    `field` narrows it.
    """

    text: str
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, folded but not stemmed; `slop` is how many positions they may be moved
    in all.
    """

    text: str
    slop: int = 0
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """Words in this order as typed: with their accents and signs, and with capitals where a word
    has some; `slop` as of a phrase.
    """

    text: str
    slop: int = 0
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """Both, in either order, with at most `distance` words between; folded, words also stemmed.

    A side is one or several alternatives: `(a OR b) NEAR c` is `(a NEAR c) OR (b NEAR c)`.
    """

    left: "NearSide"
    right: "NearSide"
    distance: int

    @property
    def field(self) -> TextField | None:
        """The field in which both stand."""
        return alternatives(self.left)[0].field


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin so, folded, not stemmed."""

    text: str
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Keyword:
    """The field holds exactly this value; section, author, agency and collection compare folded."""

    field: KeywordField
    value: str


@dataclass(frozen=True, slots=True)
class Published:
    """The date lies in [start, end), aware; undated articles never match.

    A moment is compared with `start` and `end` themselves. A civil date (a day or coarser) is
    compared with `civil_start` and `civil_end`, naive: unless others are given, what calendar and
    clock show at `start` and `end` in their own time zones.
    """

    start: datetime | None = None
    end: datetime | None = None
    civil_start: datetime | None = None
    civil_end: datetime | None = None

    def __post_init__(self) -> None:
        _read_clocks(self)


@dataclass(frozen=True, slots=True)
class Maybe:
    """The bounds of the date overlap [start, end); civil dates are compared as in `Published`."""

    start: datetime | None = None
    end: datetime | None = None
    civil_start: datetime | None = None
    civil_end: datetime | None = None

    def __post_init__(self) -> None:
        _read_clocks(self)


def _read_clocks(dated: Published | Maybe) -> None:
    """Note what clocks show at the ends: moments that are equal may be different days, so that
    nodes are equal only where both are.
    """
    for name, moment in (("civil_start", dated.start), ("civil_end", dated.end)):
        if moment is not None and getattr(dated, name) is None:
            object.__setattr__(dated, name, moment.replace(tzinfo=None))


@dataclass(frozen=True, slots=True)
class Moment:
    """The instant of `field` lies in [start, end), one of which is set; an article without one
    never matches.
    """

    field: MomentField
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """The number of `field` lies between `least` and `most`, both inclusive, one of which is
    set.
    """

    field: NumberField
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Has:
    """The article has something: a date of `published`, a page that is `gone`, a text that is
    `paywalled`, or any value of a facet.
    """

    what: str


@dataclass(frozen=True, slots=True)
class And:
    """Every part matches."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part matches."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not match."""

    part: "Node"


Condition = Moment | Amount | Has
NearLeaf = Word | Phrase | Typed | Prefix
NearSide = NearLeaf | Or
"""One of these, or an `Or` of them."""


def alternatives(side: NearSide) -> tuple[NearLeaf, ...]:
    """What may stand on a side of NEAR."""
    if not isinstance(side, Or):
        return (side,)
    return tuple(part for part in side.parts if isinstance(part, NearLeaf))


Node = (
    All
    | Word
    | Phrase
    | Typed
    | Near
    | Prefix
    | Keyword
    | Published
    | Maybe
    | Condition
    | And
    | Or
    | Not
)


@dataclass(frozen=True, slots=True)
class Search:
    """One query with its filters: values of a field are ORed, fields are ANDed, and the date range
    and the conditions are ANDed to them: `start` and `end` in the time zone whose days are meant.
    """

    tree: Node = field(default_factory=All)
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    start: datetime | None = None
    end: datetime | None = None
    conditions: tuple[Node, ...] = ()
    sort: Sort = "relevance"
    limit: int = 20
    cursor: str | None = None
    facets: tuple[str, ...] = ()
    facet_size: int = 20
    sample: int | None = None
    """Draw so many matches at random in the place of a page: by `seed`, the same on every backend,
    without score.
    """
    seed: int = 0
    softer: bool = False
    """In the place of the matches: articles with most of the words, where every word is required
    (`indexer.query.softening`).
    """
    explain: bool = False
    """Whether hits by relevance say what their scores are made of."""


class QueryError(ValueError):
    """A query that cannot be asked; the message says what to do, `position` where.

    `position` counts characters from 0.
    """

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


class TooCostly(QueryError):
    """A search that would keep the index busy for too long; asked narrower it may be cheap."""

    code = "too_costly"

    def __init__(self) -> None:
        super().__init__(
            "This search costs too much: leave out words that stand in nearly every article, "
            "lower the numbers of NEAR and ~, or write more letters before *."
        )

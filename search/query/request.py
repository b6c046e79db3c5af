"""One way from parameters to a search and to its answer: page, API, feed, exports and commands
count the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from time import perf_counter
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from indexer.backend import Backend
from indexer.fields import counted, parameters
from indexer.query import (
    All,
    And,
    Count,
    Interval,
    Moment,
    Near,
    Node,
    Or,
    Phrase,
    Prefix,
    Search,
    Sort,
    Timeline,
    Typed,
    Word,
)
from indexer.query.conditions import CONDITIONS
from indexer.query.sampling import MAX_SAMPLE, SEEDS
from indexer.query.timeline import choose_interval, epoch_ms, extend
from search.parse import MAX_LENGTH, QueryMistake, parse
from search.parse.asker import Asker
from search.parse.conditions import condition
from search.parse.dates import AmbiguousDate, period
from search.parse.errors import ambiguous
from search.parse.labels import is_day_first, label
from search.parse.names import ANY_NAME, Names, existing_values
from search.query.filters import Text, form, with_filters
from search.query.hits import hit_bodies

FILTERS = parameters()
"""The facets that are parameters."""
NARROWING = (*FILTERS, *CONDITIONS, "seen_from", "seen_to")
"""The parameters that narrow a search down beside the query and its dates."""
DEFAULT_FACETS = ("topic", "place", "source", "language")
MAX_LIMIT = 1_000
MAX_FACET_SIZE = 1_000
_SHOWN = 40
"""Characters of a facet's name that a mistake quotes."""


class ParameterError(ValueError):
    """A parameter that cannot be used; the message says what was expected, `mistake` tells it in
    other languages.
    """

    def __init__(self, parameter: str, mistake: QueryMistake) -> None:
        super().__init__(f"{parameter}: {mistake}")
        self.parameter = parameter
        self.mistake = mistake


class _Query(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    q: Annotated[
        Annotated[str, form("query")],
        Field(max_length=MAX_LENGTH, description="The query; empty or * for all."),
    ] = ""


@with_filters
class _Filtered(_Query):
    """The filters come between the query and the dates."""

    def filters(self) -> dict[str, tuple[str, ...]]:
        """The values of each filter that is set, as they were given."""
        chosen: dict[str, tuple[str, ...]] = {}
        for name in FILTERS:
            values = getattr(self, name)
            if values:
                chosen[name] = values
        return chosen

    def conditions(self) -> dict[str, tuple[str, ...]]:
        """The values of each condition that is set, as they were given."""
        values = {name: getattr(self, name) for name in CONDITIONS}
        return {name: given for name, given in values.items() if given}


class MatchParams(_Filtered):
    """What is searched for. Repeated values are ORed within a field, fields are ANDed.

    Beside these it has a parameter for each filter of the registry.
    """

    from_: Annotated[
        Annotated[Text, form("first-day")] | None,
        Field(alias="from", description="Published in this period or later.", examples=["2026-01"]),
    ] = None
    to: Annotated[
        Annotated[Text, form("last-day")] | None,
        Field(description="Published in this period or earlier.", examples=["2026-03-14"]),
    ] = None
    seen_from: Annotated[
        Annotated[Text, form("first-day")] | None,
        Field(description="Met by Veille in this period or later."),
    ] = None
    seen_to: Annotated[
        Annotated[Text, form("last-day")] | None,
        Field(description="Met by Veille in this period or earlier."),
    ] = None
    tz: Annotated[
        Annotated[str, StringConstraints(max_length=64), form("zone")],
        Field(description="The IANA time zone of dates without offset."),
    ] = "UTC"
    sort: Annotated[
        Sort | None,
        Field(
            description="By default relevance where words are searched for, else newest. "
            "seen: what Veille met last comes first; added: what became searchable last."
        ),
    ] = None
    ui: Annotated[
        Annotated[str, StringConstraints(pattern="^[a-z]{2,3}$")] | None,
        Field(description="The language of labels."),
    ] = None


class SampleParams(MatchParams):
    """A search of which a random sample may be drawn: the same for the same seed, whichever index
    answers.
    """

    sample: Annotated[
        int | None,
        Field(
            ge=1,
            le=MAX_SAMPLE,
            description="Draw so many matches at random, without order or cursor.",
        ),
    ] = None
    seed: Annotated[int, Field(ge=0, lt=SEEDS, description="Another seed draws other matches.")] = 0


class SearchParams(SampleParams):
    """A page of a search, with facets; a sample is one page."""

    sample: Annotated[
        int | None,
        Field(
            ge=1,
            le=MAX_LIMIT,
            description="Draw so many matches at random, without order or cursor.",
        ),
    ] = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 20
    cursor: Annotated[str, StringConstraints(max_length=2_000), form("cursor")] | None = None
    facets: Annotated[
        tuple[Annotated[str, StringConstraints(max_length=200), form("facets")], ...],
        Field(
            max_length=20,
            description="Fields to count, separated by commas.",
            examples=[["topic,source"]],
        ),
    ] = DEFAULT_FACETS
    facet_size: Annotated[int, Field(ge=1, le=MAX_FACET_SIZE)] = 20
    explain: Annotated[
        bool, Field(description="Whether articles by relevance say what their scores are made of.")
    ] = False


def search_of(params: MatchParams, now: datetime, names: Names = ANY_NAME) -> Search:
    """The search that the parameters ask for at the moment `now` (aware), in an installation with
    these names.

    Raises `QueryError` for a mistake in `q`, `ParameterError` for one in another parameter.
    """
    tz = zone_of(params.tz)
    asker = Asker(now, tz, is_day_first(params.ui), names)
    start, end = _between(("from", params.from_), ("to", params.to), asker)
    tree = parse(params.q, now=now, tz=tz, day_first=asker.day_first, names=names)
    search = Search(
        tree=tree,
        filters={name: _values(name, given, names) for name, given in params.filters().items()},
        start=start,
        end=end,
        conditions=_conditions(params, asker),
        sort=params.sort or usual_order(tree),
    )
    if isinstance(params, SampleParams):
        search = replace(search, sample=params.sample, seed=params.seed)
    return _paged(search, params) if isinstance(params, SearchParams) else search


def answer(
    backend: Backend, search: Search, language: str = "en", sources: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The body of the API's answer to a search, labels in `language`; `sources` maps ids of sources
    to their names.
    """
    begun = perf_counter()
    result = backend.search(search)
    facets = {
        field: labelled(field, counts, language, sources or {})
        for field, counts in result.facets.items()
    }
    return {
        "total": result.total,
        "articles": hit_bodies(result.hits, search.explain),
        "facets": facets,
        "cursor": result.cursor,
        "took_ms": round((perf_counter() - begun) * 1000),
    }


def labelled(
    field: str, counts: list[Count], language: str, sources: Mapping[str, str]
) -> list[dict[str, Any]]:
    """A facet's counts with labels for readers of `language`."""
    return [
        {
            "value": count.value,
            "label": label(field, count.value, language, sources),
            "count": count.count,
        }
        for count in counts
    ]


def line_of(
    backend: Backend, search: Search, interval: Interval, tz: str, now: datetime
) -> Timeline:
    """The matches over time, over all of the period that is asked for and is past: a zero is worth
    telling.
    """
    zone_of(tz)
    start = search.start
    end = None
    if search.start or search.end:
        end = min(search.end or now, now)
    if interval == "auto":
        interval = _step_between(start, end)
    return extend(backend.timeline(search, interval, tz), start, end)


def _step_between(start: datetime | None, end: datetime | None) -> Interval:
    """The step that suits a period; "auto", which looks at the matches, where an end is open."""
    if start is None or end is None or start >= end:
        return "auto"
    return choose_interval("auto", epoch_ms(start), epoch_ms(end))


def timeline(
    backend: Backend,
    search: Search,
    line: Timeline,
    watched: Sequence[Mapping[str, Any] | None],
    share: bool,
) -> dict[str, Any]:
    """The body of the API's timeline, with how each step was watched; with `share`, each also says
    how many articles there are without `q`.
    """
    buckets: list[dict[str, Any]] = [
        {"date": bucket.date, "count": bucket.count, "coarse": bucket.coarse, "watched": step}
        for bucket, step in zip(line.buckets, watched, strict=True)
    ]
    if share:
        everything = backend.timeline(replace(search, tree=All()), line.interval, line.tz)
        _add_share(buckets, everything)
    return {"interval": line.interval, "tz": line.tz, "buckets": buckets, "undated": line.undated}


def _add_share(buckets: list[dict[str, Any]], everything: Timeline) -> None:
    totals = {bucket.date: bucket.count for bucket in everything.buckets}
    for bucket in buckets:
        # An article that was indexed in between may be counted in the bucket alone.
        total = totals.get(bucket["date"], bucket["count"])
        bucket["of"] = total
        bucket["share"] = round(bucket["count"] / total, 6) if total else 0.0


def usual_order(tree: Node) -> Sort:
    """The order of results where none is asked for."""
    return "relevance" if _ranked(tree) else "newest"


def _ranked(node: Node) -> bool:
    """Whether some match can be more relevant than another: whether words are searched for."""
    if isinstance(node, And | Or):
        return any(map(_ranked, node.parts))
    return isinstance(node, Word | Phrase | Typed | Near | Prefix)


def _paged(search: Search, params: SearchParams) -> Search:
    if params.sample is not None and params.cursor:
        raise ParameterError("cursor", QueryMistake("cursor_of_sample", None))
    names = [name.strip() for name in ",".join(params.facets).split(",")]
    facets = tuple(dict.fromkeys(filter(None, names)))
    choices = counted()
    for facet in facets:
        if facet not in choices:
            mistake = QueryMistake(
                "unknown_facet", None, found=facet[:_SHOWN], facets=", ".join(choices)
            )
            raise ParameterError("facets", mistake)
    return replace(
        search,
        limit=params.limit,
        cursor=params.cursor or None,
        facets=facets,
        facet_size=params.facet_size,
        explain=params.explain,
    )


def _conditions(params: MatchParams, asker: Asker) -> tuple[Node, ...]:
    """What the parameters ask beside the query, the facets and the dates; raises
    `ParameterError`.
    """
    nodes: list[Node] = []
    for name, values in params.conditions().items():
        try:
            alternatives = [condition(name, value, asker) for value in values]
        except QueryMistake as mistake:
            raise ParameterError(name, mistake) from None
        nodes.append(Or(tuple(alternatives)))
    seen = ("seen_from", params.seen_from), ("seen_to", params.seen_to)
    first_seen = _between(*seen, asker)
    if any(first_seen):
        nodes.append(Moment("first_seen", *first_seen))
    return tuple(nodes)


def _between(
    first: tuple[str, str | None], last: tuple[str, str | None], asker: Asker
) -> tuple[datetime | None, datetime | None]:
    """The time from one parameter's period to another's, each given with its name; raises
    `ParameterError`.
    """
    first_period = period_of(*first, asker)
    last_period = period_of(*last, asker)
    start = first_period[0] if first_period else None
    end = last_period[1] if last_period else None
    if start and end and start >= end:
        raise ParameterError(last[0], QueryMistake("reversed_dates", None))
    return start, end


def _values(field: str, given: tuple[str, ...], names: Names) -> tuple[str, ...]:
    try:
        meant = [value for text in given for value in existing_values(field, text, names)]
        return tuple(dict.fromkeys(meant))
    except QueryMistake as mistake:
        raise ParameterError(field, mistake) from None


def period_of(parameter: str, text: str | None, asker: Asker) -> tuple[datetime, datetime] | None:
    """The period [start, end) that a parameter names; raises `ParameterError`."""
    if not text:
        return None
    try:
        return period(text, asker.tz, day_first=asker.day_first)
    except AmbiguousDate as date:
        raise ParameterError(parameter, ambiguous(text, date.readings)) from None
    except ValueError:
        raise ParameterError(parameter, QueryMistake("bad_day", None, found=text)) from None


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name; raises `ParameterError`."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ParameterError("tz", QueryMistake("unknown_zone", None, found=name)) from None

"""Which sources a list shows, in which order, and where it goes on. Pure."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from urllib.parse import urlsplit

from crawler.health import ORDER, Health
from crawler.health import State as HealthState
from crawler.sources import Source
from crawler.store import Activity
from indexer.analysis.folding import fold
from indexer.query import QueryError
from indexer.query import cursor as cursors

ListedState = Literal["bad", "warning", "new", "paused", "well", "running", "queued"]
"""How a source does, or what is under way with it."""
STATES: tuple[ListedState, ...] = get_args(ListedState)
Sort = Literal["state", "name", "articles", "a_day", "visited", "due"]
SORTS: tuple[Sort, ...] = get_args(Sort)
_WORST_FIRST: Mapping[HealthState, int] = {
    "bad": 0,
    "warning": 1,
    "new": 2,
    "paused": 3,
    "well": 4,
}
_NEVER = 1 << 62
"""Behind every moment, in seconds."""

Position = tuple[str | int | float, ...]


@dataclass(frozen=True, slots=True)
class ListedSource:
    """A source with what lists filter and sort by; `place` is its place in the sources file, times
    are aware. `state` is None where its health was judged before what happened since.
    """

    source: Source
    place: int
    health: Health
    state: HealthState | None
    articles: int
    last_visit: datetime | None
    due: datetime | None
    activity: Activity | None


@dataclass(frozen=True, slots=True)
class SourceFilter:
    """What a source must be to be listed: all `words` in its name, id or host; of each other kind
    one of the values, where there are any.
    """

    words: str = ""
    states: Collection[str] = ()
    collections: Collection[str] = ()
    languages: Collection[str] = ()
    countries: Collection[str] = ()


def live_state(health: Health, *, paused: bool, visited: bool) -> HealthState | None:
    """The state of a source now: health is judged now and then, a pause holds at once. None where a
    source was resumed, or visited for the first time, since it was judged.
    """
    if paused:
        return "paused"
    if health.state == "paused" or (health.state == "new" and visited):
        return None
    return health.state


def matching(rows: Iterable[ListedSource], wanted: SourceFilter) -> list[ListedSource]:
    """The sources that match everything but the states, in the order given."""
    words = fold(wanted.words).split()
    collections = _folded(wanted.collections)
    languages = _folded(wanted.languages)
    countries = _folded(wanted.countries)
    found = []
    for row in rows:
        source = row.source
        fits = (
            _one_of(source.collections, collections)
            and _one_of((source.language or "",), languages)
            and _one_of((source.country or "",), countries)
        )
        if fits and _has_words(source, words):
            found.append(row)
    return found


def in_states(rows: Iterable[ListedSource], states: Collection[str]) -> list[ListedSource]:
    """The sources in one of the states; all of them where none is named."""
    if not states:
        return list(rows)
    return [row for row in rows if row.state in states or row.activity in states]


def state_counts(rows: Iterable[ListedSource]) -> dict[ListedState, int]:
    """How many sources are in each state."""
    counts: Counter[str] = Counter()
    for row in rows:
        for state in (row.state, row.activity):
            if state:
                counts[state] += 1
    return {state: counts[state] for state in STATES}


def page_of(
    rows: Iterable[ListedSource], sort: Sort, limit: int, cursor: str | None = None
) -> tuple[list[ListedSource], str | None]:
    """The sources behind the cursor in this order, and the cursor that goes on behind them, None at
    the end. What moves between two pages is listed where it stands then. Raises `QueryError` for a
    cursor of another order.
    """
    keyed = sorted(((_key(row, sort), row) for row in rows), key=lambda pair: pair[0])
    if cursor:
        last = tuple(cursors.decode(_kind(sort), cursor))
        keyed = _behind(keyed, last)
    shown = keyed[:limit]
    more = cursors.encode(_kind(sort), shown[-1][0]) if shown and len(keyed) > limit else None
    return [row for _, row in shown], more


def _behind(
    keyed: Sequence[tuple[Position, ListedSource]], last: tuple[str | int | float | None, ...]
) -> list[tuple[Position, ListedSource]]:
    try:
        # None compares with nothing: a cursor that holds one is not ours.
        return [(key, row) for key, row in keyed if key > last]
    except TypeError:
        raise QueryError("This cursor belongs to another list: ask again without it.") from None


def _kind(sort: Sort) -> str:
    return f"sources:{sort}"


def _key(row: ListedSource, sort: Sort) -> Position:
    return (*_KEYS[sort](row), row.place)


def _by_name(row: ListedSource) -> Position:
    return (fold(row.source.name),)


def _most_articles(row: ListedSource) -> Position:
    return (-row.articles,)


def _most_a_day(row: ListedSource) -> Position:
    return (-row.health.rhythm.a_day if row.health.rhythm else 1.0,)


def _newest_visit(row: ListedSource) -> Position:
    return (-row.last_visit.timestamp() if row.last_visit else _NEVER,)


def _soonest(row: ListedSource) -> Position:
    return (row.due.timestamp() if row.due else _NEVER,)


def _worst_first(row: ListedSource) -> Position:
    state = _WORST_FIRST[row.state or "new"]
    if row.state == "paused" or not row.health.findings:
        return (state, 0, 0, 0.0)
    worst = row.health.findings[0]
    is_mild = int(worst.level != "bad")
    return (state, is_mild, ORDER.index(worst.problem), worst.since.timestamp())


_KEYS: Mapping[Sort, Callable[[ListedSource], Position]] = {
    "state": _worst_first,
    "name": _by_name,
    "articles": _most_articles,
    "a_day": _most_a_day,
    "visited": _newest_visit,
    "due": _soonest,
}


def _folded(values: Iterable[str]) -> set[str]:
    return {value.casefold() for value in values}


def _one_of(values: Iterable[str], wanted: Collection[str]) -> bool:
    if not wanted:
        return True
    return any(value.casefold() in wanted for value in values)


def _has_words(source: Source, words: Sequence[str]) -> bool:
    if not words:
        return True
    told = fold(f"{source.name} {source.id} {urlsplit(source.home).netloc}")
    return all(word in told for word in words)

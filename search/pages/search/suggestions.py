"""Where nothing matches: what would, without one of the filters or without the dates."""

from dataclasses import dataclass, replace

from indexer.query import QueryError
from search.i18n.catalogue import Texts
from search.pages.links import Links
from search.parse.labels import label
from search.query.request import FILTERS, MatchParams, search_of
from search.web.context import AppContext

_DATES = ("from", "to")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A wider view: the filter that it leaves out (none where it leaves out the dates) with its
    values, and how many articles it has.
    """

    field: str
    values: str
    link: str
    total: int


def wider(links: Links, texts: Texts, desk: AppContext) -> list[Suggestion]:
    """The views without one of the filters, or without the dates, that have any articles."""
    names = dict.fromkeys(name for name, _ in links.chosen)
    ways = [*((name,) for name in names), *([_DATES] if any(map(links.value, _DATES)) else [])]
    found = [_without(way, links, texts, desk) for way in ways]
    return [way for way in found if way.total]


def _without(names: tuple[str, ...], links: Links, texts: Texts, desk: AppContext) -> Suggestion:
    left = Links(tuple(pair for pair in links.whole if pair[0] not in names))
    field = names[0] if names[0] in FILTERS else ""
    values = (
        [label(field, value, texts.language, desk.source_names) for value in links.values(field)]
        if field
        else []
    )
    return Suggestion(field, texts("comma").join(values), left.at("/"), _total(left, desk))


def _total(links: Links, desk: AppContext) -> int:
    try:
        search = search_of(links.params(MatchParams), desk.now())
        return desk.backend.search(replace(search, limit=0)).total
    except QueryError:
        return 0

"""Where nothing matches: what would, without one of the filters or without the dates."""

from dataclasses import dataclass, replace

from indexer.query import QueryError
from search.i18n.catalogue import Texts
from search.pages.links import Links
from search.parse.labels import label
from search.query.request import NARROWING, MatchParams
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


def wider(links: Links, texts: Texts, context: AppContext) -> list[Suggestion]:
    """The views without one of the filters, or without the dates, that have any articles."""
    filters = dict.fromkeys(name for name, _ in links.chosen)
    left_out: list[tuple[str, ...]] = [(name,) for name in filters]
    if any(map(links.value, _DATES)):
        left_out.append(_DATES)
    suggestions = [_without(names, links, texts, context) for names in left_out]
    return [suggestion for suggestion in suggestions if suggestion.total]


def _without(names: tuple[str, ...], links: Links, texts: Texts, context: AppContext) -> Suggestion:
    view = links.of(tuple(pair for pair in links.whole if pair[0] not in names))
    field = ""
    labels = []
    if names[0] in NARROWING:
        field = names[0]
        for value in links.values(field):
            labels.append(label(field, value, texts.language, context.source_names))
    return Suggestion(field, texts("comma").join(labels), view.at("/"), _total(view, context))


def _total(links: Links, context: AppContext) -> int:
    try:
        search = context.search_of(links.params(MatchParams))
        return context.backend.search(replace(search, limit=0)).total
    except QueryError:
        return 0

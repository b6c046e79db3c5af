"""The names of an installation, as queries use them: its sources, watched now or only known to the
index, and its saved searches.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from typing import cast

from pydantic import ValidationError

from crawler.sources import Source
from crawler.store import SavedSearch
from indexer.analysis.folding import key
from indexer.backend import Backend
from indexer.fields import KeywordField
from indexer.query import All, And, Keyword, Node, Or, Published, Search
from search.parse import QueryMistake
from search.query.request import MatchParams, ParameterError, search_of

MAX_DEPTH = 5
"""Saved searches that may stand in one another."""
_MOST_SOURCES = 1_000
_MOST_READ = 100
"""Sources that are watched no more, whose names are read from an article each."""
_CLOSE = 0.6
"""How alike names are that one may be meant for the other, as `difflib` measures it."""
_SHOWN = 60


@dataclass(slots=True)
class KnownNames:
    """The names at the moment `now` (aware). The index is only asked for what the watched sources
    don't answer, once.
    """

    backend: Backend
    watched: Sequence[Source]
    saved_searches: Callable[[], Sequence[SavedSearch]]
    now: datetime
    current_addresses: Callable[[str], Sequence[str]]
    """Where the articles of an address stand now."""
    open_searches: tuple[str, ...] = ()
    """The ids of the saved searches that are being read."""
    _indexed: Mapping[str, str] | None = field(default=None, init=False)

    def sources(self, text: str) -> tuple[str, ...]:
        """The ids of the sources with this id or name; none where there is no such source."""
        watched = {source.id: source.name for source in self.watched}
        return _named(text, watched) or _named(text, self._sources_of_index())

    def close_sources(self, text: str) -> list[str]:
        """The ids of sources whose id or name is nearly this, the closest first."""
        ids: dict[str, str] = {}
        watched = {source.id: source.name for source in self.watched}
        for source_id, name in {**self._sources_of_index(), **watched}.items():
            ids[key(name)] = source_id
            ids[key(source_id)] = source_id
        close = get_close_matches(key(text), ids, n=3, cutoff=_CLOSE)
        return list(dict.fromkeys(ids[name] for name in close))

    def holds(self, facet: str, value: str) -> bool:
        """Whether some article has exactly this value."""
        return self.backend.search(Search(filters={facet: (value,)}, limit=0)).total > 0

    def addresses(self, text: str) -> tuple[str, ...]:
        """The address, and where articles stand now that it is or was an address of."""
        return tuple(dict.fromkeys((text, *self.current_addresses(text))))

    def saved(self, name: str, position: int | None) -> Node:
        """What the saved search with this name or id asks for; raises `QueryMistake`."""
        saved = self._saved_search(name, position)
        if saved.id in self.open_searches or len(self.open_searches) >= MAX_DEPTH:
            raise QueryMistake("saved_in_itself", position, found=saved.name[:_SHOWN])
        names = self.within(saved.id)
        try:
            search = search_of(MatchParams.model_validate(saved.query), self.now, names)
        except (ParameterError, ValidationError) as error:
            reason = str(error).partition("\n")[0]
            raise QueryMistake(
                "unreadable_saved", position, found=saved.name[:_SHOWN], reason=reason
            ) from error
        return _as_tree(search)

    def within(self, search_id: str) -> "KnownNames":
        """The names, as a saved search sees them that must not stand in itself."""
        return replace(self, open_searches=(*self.open_searches, search_id))

    def _saved_search(self, name: str, position: int | None) -> SavedSearch:
        wanted = key(name)
        searches = self.saved_searches()
        for saved in searches:
            if saved.id == name or key(saved.name) == wanted:
                return saved
        by_key = {key(saved.name): saved.name for saved in searches}
        close = get_close_matches(wanted, by_key, n=3, cutoff=_CLOSE)
        suggestions = [by_key[one] for one in close]
        raise QueryMistake("unknown_saved", position, suggestions, found=name[:_SHOWN])

    def _sources_of_index(self) -> Mapping[str, str]:
        """The sources that articles have, with their names where they are watched no more."""
        if self._indexed is None:
            counting = Search(facets=("source",), facet_size=_MOST_SOURCES, limit=0)
            counts = self.backend.search(counting).facets["source"]
            watched = {source.id for source in self.watched}
            former = [count.value for count in counts if count.value not in watched]
            names = {source_id: self._name_of(source_id) for source_id in former[:_MOST_READ]}
            self._indexed = {source_id: names.get(source_id, source_id) for source_id in former}
        return self._indexed

    def _name_of(self, source_id: str) -> str:
        """The name that the newest article of a source bears."""
        newest = Search(filters={"source": (source_id,)}, sort="newest", limit=1)
        hits = self.backend.search(newest).hits
        return str(hits[0].article.get("source_name") or source_id) if hits else source_id


def _named(text: str, names: Mapping[str, str]) -> tuple[str, ...]:
    if text in names:
        return (text,)
    wanted = key(text)
    found = [id_ for id_, name in names.items() if wanted in (key(id_), key(name))]
    return tuple(found) if wanted else ()


def _as_tree(search: Search) -> Node:
    """A search as one tree, with its filters and dates."""
    parts: list[Node] = [] if isinstance(search.tree, All) else [search.tree]
    for facet, values in search.filters.items():
        keywords = tuple(Keyword(cast(KeywordField, facet), value) for value in values)
        parts.append(keywords[0] if len(keywords) == 1 else Or(keywords))
    if search.start or search.end:
        parts.append(Published(search.start, search.end))
    parts += search.conditions
    if not parts:
        return All()
    return parts[0] if len(parts) == 1 else And(tuple(parts))

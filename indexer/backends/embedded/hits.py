"""The hits of one page of a search, and the cursor behind them."""

from dataclasses import dataclass
from typing import Any

import tantivy

from indexer.backends.embedded.documents import hits_of
from indexer.backends.embedded.paging import Paginator, ScoredAddress, decode_offset
from indexer.backends.embedded.reader_cache import ReaderCache
from indexer.backends.embedded.scoring import Scoring
from indexer.backends.embedded.searcher import Searcher
from indexer.highlight.highlighter import Highlighter
from indexer.query import Hit, Search, cursor
from indexer.query.selection import Selection


@dataclass(frozen=True, slots=True)
class HitPages:
    """Pages of searches on an index; `readers` keeps the snapshots of walks by relevance."""

    index_name: str
    schema: tantivy.Schema
    readers: ReaderCache

    def position(self, search: Search) -> list[str | int | float | None]:
        """Where the page begins; empty for the first one. Raises `QueryError`."""
        if not search.cursor:
            return []
        return cursor.decode(self._cursor_kind(search), search.cursor)

    def hits(
        self, search: Search, selected: Selection, snapshot: Searcher, position: list[Any]
    ) -> tuple[list[Hit], str | None]:
        """The hits of the page, and the cursor behind them."""
        found = snapshot.open_query(selected.all_but())
        ranked = Scoring(found.query)
        if search.sort == "relevance" and search.sample is None:
            ranked = snapshot.ranked(selected.all_but(), selected.tree)
        pages = Paginator(self.schema, snapshot.searcher, ranked.query)
        page, next_cursor = self._page(search, snapshot, pages, position, found.counts().total)
        explained = ranked if search.explain else None
        hits = hits_of(snapshot.searcher, page, Highlighter(selected.tree), explained)
        return hits, next_cursor

    def _cursor_kind(self, search: Search) -> str:
        return f"{self.index_name} {search.sort}"

    def _page(
        self, search: Search, snapshot: Searcher, pages: Paginator, position: list[Any], total: int
    ) -> tuple[list[ScoredAddress], str | None]:
        """The hits of the page, and the cursor behind them."""
        if search.sample is not None:
            return [(address, 0.0) for address in pages.drawn(search.sample, search.seed)], None
        if search.limit == 0 or total == 0:
            return [], None
        next_position: cursor.Position
        if search.sort == "relevance":
            offset = decode_offset(position)
            hits = pages.by_score(search.limit, offset)
            end = offset + len(hits)
            is_last = not hits or end >= total
            next_position = [] if is_last else [self.readers.keep(snapshot), end]
        else:
            hits, next_position = pages.page_by_date(search.sort, search.limit, position)
        if not next_position:
            return hits, None
        return hits, cursor.encode(self._cursor_kind(search), next_position)

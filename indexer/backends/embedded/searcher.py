"""Queries on one snapshot of the index, compiled and counted once.

A page asks for hits, facets and a timeline of the same query.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

import tantivy

from indexer.analysis.terms import exact_wordings
from indexer.backends.embedded.compile import Compiler
from indexer.backends.embedded.cost import TermStatistics
from indexer.backends.embedded.facets import FacetCounts, count_matches
from indexer.backends.embedded.scoring import Scoring, scoring
from indexer.query import Count
from indexer.query.analyzed import Node

_TEXTS = ("title", "text")
MAX_QUERIES = 64
"""Compiled queries of one snapshot that are remembered."""


@dataclass
class OpenQuery:
    """One query on a snapshot; `total` and `span` are known as soon as anything was counted."""

    searcher: tantivy.Searcher
    query: tantivy.Query
    _counts: FacetCounts | None = None

    def counts(self, fields: Sequence[str] = (), size: int = 1) -> FacetCounts:
        """How many match, between which dates, and the facets of these fields."""
        if fields or self._counts is None:
            self._counts = count_matches(self.searcher, self.query, fields, size)
        return self._counts


@dataclass
class Searcher:
    """Opens queries on one snapshot; the last `MAX_QUERIES` are remembered."""

    schema: tantivy.Schema
    searcher: tantivy.Searcher
    _queries: OrderedDict[Node, OpenQuery] = field(default_factory=OrderedDict)
    _words: TermStatistics = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._words = TermStatistics(self.searcher)

    def facet(self, node: Node, field: str, size: int) -> list[Count]:
        """One facet of a tree; raises `QueryError` and `UnsupportedError`."""
        return self.open_query(node).counts([field], size).facets[field]

    def has_word(self, word: str) -> bool:
        """Whether a title or text has this folded word."""
        terms = [wording[0][1] for wording in exact_wordings([word])]
        return any(self._words.frequency(field, term) for field in _TEXTS for term in terms)

    def ranked(self, node: Node, tree: Node) -> Scoring:
        """The query for a tree, and what ranks its matches by `tree`, what was typed of it."""
        return scoring(self._compiler(), self.open_query(node).query, tree)

    def _compiler(self) -> Compiler:
        return Compiler(self.schema, self.searcher, self._words)

    def open_query(self, node: Node) -> OpenQuery:
        """The query for a tree; raises `QueryError` and `UnsupportedError`."""
        opened = self._queries.get(node)
        if opened is None:
            opened = OpenQuery(self.searcher, self._compiler().compile(node))
        with self._lock:
            self._queries[node] = opened
            self._queries.move_to_end(node)
            if len(self._queries) > MAX_QUERIES:
                self._queries.popitem(last=False)
        return opened

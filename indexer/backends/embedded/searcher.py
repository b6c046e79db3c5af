"""What was asked of one snapshot of the index: compiled and counted once, since a page wants hits
and a timeline.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

import tantivy

from indexer.backends.embedded import facets as counts
from indexer.backends.embedded.compile import Compiler
from indexer.backends.embedded.cost import TermStatistics
from indexer.backends.embedded.facets import FacetCounts
from indexer.query.analyzed import Node

MAX_QUERIES = 64


@dataclass
class OpenQuery:
    """One query on a snapshot; `total` and `span` are known as soon as anything was counted."""

    searcher: tantivy.Searcher
    query: tantivy.Query
    _known: FacetCounts | None = None

    def counted(self, fields: Sequence[str] = (), size: int = 1) -> FacetCounts:
        """How many match, between which dates, and the facets of these fields."""
        if fields or self._known is None:
            self._known = counts.count_matches(self.searcher, self.query, fields, size)
        return self._known


@dataclass
class Searcher:
    """The questions to one snapshot, the last `KEPT` of which are remembered."""

    schema: tantivy.Schema
    searcher: tantivy.Searcher
    _asked: OrderedDict[Node, OpenQuery] = field(default_factory=OrderedDict)
    _words: TermStatistics = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._words = TermStatistics(self.searcher)

    def ask(self, node: Node) -> OpenQuery:
        """The question for a tree; raises `QueryError` and `UnsupportedError`."""
        known = self._asked.get(node)
        if known is None:
            known = OpenQuery(
                self.searcher, Compiler(self.schema, self.searcher, self._words).compiled(node)
            )
        with self._lock:
            self._asked[node] = known
            self._asked.move_to_end(node)
            if len(self._asked) > MAX_QUERIES:
                self._asked.popitem(last=False)
        return known

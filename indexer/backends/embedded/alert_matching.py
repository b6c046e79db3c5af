"""Percolation: many searches against a few documents, which go into an index in memory.

Schema and compiler are those of the whole index, so that a search finds there what it finds in it,
and costs no more than the few documents.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import tantivy

from indexer.backend import UnsupportedError
from indexer.backends.embedded.compile import Compiler
from indexer.backends.embedded.cost import TermStatistics
from indexer.backends.embedded.schema import register, to_tantivy
from indexer.document import checked, tie
from indexer.query import QueryError, Search
from indexer.query.selection import selection

_WRITER_BYTES = 15_000_000
"""The least that tantivy takes."""


def match_documents(
    schema: tantivy.Schema, documents: Iterable[Mapping[str, Any]], searches: Sequence[Search]
) -> list[set[str] | QueryError]:
    """The ids of the documents that each search matches, or why it can't be asked."""
    index = tantivy.Index(schema)
    register(index)
    ids = {}
    writer = index.writer(_WRITER_BYTES, 1)
    for document in documents:
        ids[tie(str(document["id"]))] = str(document["id"])
        writer.add_document(to_tantivy(checked(document)))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    words = TermStatistics(searcher)
    # A compiler for each search, since a compiler adds up the cost of one query.
    return [_matches(Compiler(schema, searcher, words), search, ids) for search in searches]


def _matches(compiler: Compiler, search: Search, ids: Mapping[int, str]) -> set[str] | QueryError:
    """The ids that a search matches; `ids` are by their tie-breaker, a column that is read fast."""
    try:
        query = compiler.compile(selection(search).all_but())
    except QueryError as error:
        return error
    except UnsupportedError as error:
        return QueryError(str(error))
    searcher = compiler.searcher
    hits = searcher.search(query, limit=max(1, len(ids)), count=False).hits
    addresses = [address for _, address in hits]
    ties = searcher.fast_field_values("tie", addresses) if addresses else []
    return {ids[int(number or 0)] for number in ties}

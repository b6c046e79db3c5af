"""Many searches against a few documents: these go into an index in memory, by the same schema and
the same compiler, so that a search finds there what it finds in the whole one, and costs no more
than the few.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import tantivy

from indexer.backend import UnsupportedError
from indexer.backends.embedded.compile import Compiler
from indexer.backends.embedded.cost import TermStatistics
from indexer.backends.embedded.schema import to_tantivy
from indexer.fields import checked, tie
from indexer.query import QueryError, Search
from indexer.query.selection import selection

_WRITER_BYTES = 15_000_000
"""The least that tantivy takes."""


def match_documents(
    schema: tantivy.Schema, documents: Iterable[Mapping[str, Any]], searches: Sequence[Search]
) -> list[set[str] | QueryError]:
    """The ids of the documents that each search matches, or why it can't be asked."""
    index, names = tantivy.Index(schema), {}
    writer = index.writer(_WRITER_BYTES, 1)
    for document in documents:
        names[tie(str(document["id"]))] = str(document["id"])
        writer.add_document(to_tantivy(checked(document)))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    words = TermStatistics(searcher)
    return [_found(Compiler(schema, searcher, words), search, names) for search in searches]


def _found(compiler: Compiler, search: Search, names: Mapping[int, str]) -> set[str] | QueryError:
    try:
        query = compiler.compiled(selection(search).all_but())
    except QueryError as error:
        return error
    except UnsupportedError as error:
        return QueryError(str(error))
    searcher = compiler.searcher
    hits = searcher.search(query, limit=max(1, len(names)), count=False).hits
    addresses = [address for _, address in hits]
    ties = searcher.fast_field_values("tie", addresses) if addresses else []
    return {names[int(number or 0)] for number in ties}

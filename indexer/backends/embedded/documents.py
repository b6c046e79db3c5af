"""Documents of the embedded index: written, and read back as they were."""

from collections.abc import Sequence
from typing import Any

import orjson
import tantivy

from indexer.backend import Delete, Operation, Outcome, Put
from indexer.backends.embedded.paging import ScoredAddress
from indexer.backends.embedded.schema import to_tantivy
from indexer.backends.embedded.scoring import Scoring
from indexer.document import checked
from indexer.highlight.highlighter import Highlighter
from indexer.query import Hit


def hits_of(
    searcher: tantivy.Searcher,
    page: Sequence[ScoredAddress],
    highlighter: Highlighter,
    explained: Scoring | None,
) -> list[Hit]:
    """The hits of a page; with the parts of their scores where a scoring is given."""
    hits = []
    for address, score in page:
        article = article_at(searcher, address)
        parts = explained.explained(searcher, address) if explained else ()
        hits.append(Hit(article, score, highlighter.of(article), parts))
    return hits


def carry_out(writer: tantivy.IndexWriter, operation: Operation) -> Outcome:
    match operation:
        case Delete(name):
            writer.delete_documents_by_term("id", name)
        case Put(document):
            try:
                row = to_tantivy(checked(document))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                return Outcome(operation.id, "rejected", str(error))
            writer.delete_documents_by_term("id", operation.id)
            writer.add_document(row)
    return Outcome(operation.id, "done")


def article_at(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> dict[str, Any]:
    article: dict[str, Any] = orjson.loads(bytes(searcher.doc(address)["document"][0]))
    return article

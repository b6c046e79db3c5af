"""A search over documents that are at hand, whichever backend holds the index. A door module."""

from collections.abc import Mapping, Sequence
from typing import Any

from indexer.backends.embedded.alert_matching import match_documents
from indexer.backends.embedded.schema import schema
from indexer.query import QueryError, Search


def matching_documents(documents: Sequence[Mapping[str, Any]], search: Search) -> list[bool]:
    """Whether the search matches each of the documents, in order; raises `QueryError` for a search
    that can't be asked.
    """
    # By their place: several wordings of one article have the same id.
    numbered = [{**document, "id": str(number)} for number, document in enumerate(documents)]
    [matched] = match_documents(schema(), numbered, [search])
    if isinstance(matched, QueryError):
        raise matched
    return [str(number) in matched for number in range(len(documents))]

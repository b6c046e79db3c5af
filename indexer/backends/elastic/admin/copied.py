"""Documents on their way from an older version of the index, or from the store, into a new one."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from indexer.backend import Document
from indexer.backends.elastic.admin import change_feed
from indexer.document import from_source
from indexer.fields import FIELDS

Moments = Callable[[list[str]], Mapping[str, datetime]]
"""When articles became searchable first, by their ids."""


def current_article(source: dict[str, Any]) -> dict[str, Any]:
    """The article of an older version's document, without the fields that are no more."""
    return {name: value for name, value in from_source(source).items() if name in FIELDS}


def with_added(document: Document, moments: Mapping[str, datetime]) -> Document:
    """The document with the moment of its first indexing, at the latest the one of its last."""
    if document.get("added"):
        return document
    moment = moments.get(str(document["id"]))
    added = moment.isoformat() if moment else document.get("indexed_at")
    return {**document, "added": added}


def portions(documents: Iterable[Document]) -> Iterator[list[Document]]:
    portion: list[Document] = []
    for document in documents:
        portion.append(document)
        if len(portion) == change_feed.PAGE:
            yield portion
            portion = []
    if portion:
        yield portion

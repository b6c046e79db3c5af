"""The articles that rows hold as JSON. One that is damaged costs its own row: it is told, and never
stops what else is read with it.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import orjson

from crawler.article import MOMENTS, Article

log = logging.getLogger(__name__)

_NAMES = frozenset(Article.__dataclass_fields__)
_TEXTS = ("id", "url", "title", "text")
"""Values that everything else relies on."""


class DamagedDocument(Exception):
    """A row holds no article; the message says why."""


def read_document(text: str | None) -> dict[str, Any]:
    """The JSON values of an article as a row holds them; raises `DamagedDocument`."""
    try:
        document: dict[str, Any] = orjson.loads(text or "")
        unknown = document.keys() - _NAMES
        for name in MOMENTS:
            if document.get(name):
                datetime.fromisoformat(document[name])
    except (ValueError, TypeError, AttributeError) as error:
        raise DamagedDocument(f"its row in the store is damaged: {error}") from error
    if unknown:
        raise DamagedDocument(f"its row in the store is damaged: it has {min(unknown)!r}")
    for name in _TEXTS:
        if not isinstance(document.get(name), str):
            raise DamagedDocument(f"its row in the store is damaged: it has no {name}")
    return document


def document_or_none(article: str, text: str | None) -> dict[str, Any] | None:
    """The JSON values of an article, None where its row is damaged, which is logged."""
    try:
        return read_document(text)
    except DamagedDocument as error:
        log.error("the article %s is left out: %s (`veille doctor --deep`)", article, error)
        return None


def whole_documents(rows: Iterable[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The articles of rows (id, document), by id, without those that are damaged."""
    for name, text in rows:
        document = document_or_none(name, text)
        if document is not None:
            yield name, document

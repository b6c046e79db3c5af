"""Hints at what a query may be meant as, in the words of a reader's language."""

from typing import Any

from search.i18n.catalogue import Texts
from search.parse.hints import hints


def hint_bodies(query: str, texts: Texts) -> list[dict[str, Any]]:
    """The JSON values of the hints at a query, their messages in the language of `texts`."""
    return [
        {
            "code": hint.code,
            "position": hint.position,
            "message": texts(f"hint_{hint.code}", typed=hint.typed),
            "instead": hint.instead,
        }
        for hint in hints(query)
    ]

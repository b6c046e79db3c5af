"""Where a walk through the hits goes on: opaque to the caller, checked when it comes back. A door
module.
"""

import base64
import binascii
import json
from collections.abc import Sequence

from indexer.query import QueryError

MAX_LENGTH = 8_000
"""Characters; a point in time of an index of many shards is the longest part."""

Position = Sequence[str | int | float | None]


def encode(kind: str, position: Position) -> str:
    """A cursor for a walk of this kind (backend and sort)."""
    return base64.urlsafe_b64encode(json.dumps([kind, *position]).encode()).decode().rstrip("=")


def decode(kind: str, cursor: str) -> list[str | int | float | None]:
    """The position; raises `QueryError` for what `encode` did not make for this kind."""
    try:
        if len(cursor) > MAX_LENGTH:
            raise ValueError("too long")
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        raise QueryError("This cursor is not one of ours: search again without it.") from None
    is_list = isinstance(values, list) and len(values) >= 2
    if not is_list or values[0] != kind or not all(map(_is_plain, values)):
        raise QueryError("This cursor belongs to another search: search again without it.")
    position: list[str | int | float | None] = values[1:]
    return position


def _is_plain(value: object) -> bool:
    if isinstance(value, int | float):
        # A larger number would overflow the 64 bits that both backends sort by.
        return not isinstance(value, bool) and abs(value) < 1 << 63
    return value is None or isinstance(value, str)

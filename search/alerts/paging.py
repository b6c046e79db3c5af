"""Where a list of saved searches or alerts goes on: behind the last one that was shown, which may
be gone by then.
"""

import base64
import binascii
from datetime import datetime

from indexer.query import QueryError

MOST = 1_000
"""Rows of one page."""
_LONGEST = 2_000
"""Characters of a cursor; a name has 200 characters, of up to four bytes."""


def encode(place: str, row_id: str) -> str:
    """The cursor behind a row: what it is sorted by, and its id."""
    position = f"{place}\n{row_id}".encode()
    return base64.urlsafe_b64encode(position).decode().rstrip("=")


def decode(cursor: str | None) -> tuple[str, str] | None:
    """What the row was sorted by, and its id; None for no cursor, that is for the first page.

    Raises `QueryError` for what `encode` did not make.
    """
    if not cursor:
        return None
    try:
        if len(cursor) > _LONGEST:
            raise ValueError("too long")
        padded = cursor + "=" * (-len(cursor) % 4)
        place, newline, row_id = base64.urlsafe_b64decode(padded).decode().rpartition("\n")
    except (binascii.Error, ValueError):
        newline = ""
    if not newline:
        raise _foreign()
    return place, row_id


def decode_moment(cursor: str | None) -> tuple[datetime, str] | None:
    """The same of rows that are sorted by an aware time."""
    position = decode(cursor)
    if position is None:
        return None
    try:
        moment = datetime.fromisoformat(position[0])
    except ValueError:
        raise _foreign() from None
    if moment.tzinfo is None:
        raise _foreign()
    return moment, position[1]


def _foreign() -> QueryError:
    return QueryError("This cursor is not one of ours: ask again without it.")

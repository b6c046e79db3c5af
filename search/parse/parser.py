"""From a query as it is typed to its tree."""

from datetime import UTC, datetime, tzinfo

from indexer.query import All, Node
from search.parse.errors import QueryMistake
from search.parse.grammar import Grammar
from search.parse.tokens import tokenize

MAX_LENGTH = 5_000


def parse(query: str, *, now: datetime, tz: tzinfo = UTC) -> Node:
    """The tree of a query; an empty one matches everything.

    `now` (aware) is what `last:` counts from; dates without an offset are in `tz`. Raises
    `QueryMistake`, a `QueryError` with the position and what was expected there.
    """
    if len(query) > MAX_LENGTH:
        raise QueryMistake("too_long", MAX_LENGTH, length=len(query), limit=MAX_LENGTH)
    if not query.strip():
        return All()
    return Grammar(tokenize(query), now, tz).tree()

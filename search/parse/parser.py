"""From a query as it is typed to its tree."""

from datetime import UTC, datetime, tzinfo

from indexer.query import All, Node
from search.parse.asker import Asker
from search.parse.errors import QueryMistake
from search.parse.grammar import Grammar
from search.parse.names import ANY_NAME, Names
from search.parse.tokens import tokenize

MAX_LENGTH = 20_000


def parse(
    query: str,
    *,
    now: datetime,
    tz: tzinfo = UTC,
    day_first: bool = False,
    names: Names = ANY_NAME,
) -> Node:
    """The tree of a query; an empty one matches everything.

    What it is read with is described by `Asker`. Raises `QueryMistake`, a `QueryError` with the
    position and what was expected there.
    """
    if len(query) > MAX_LENGTH:
        raise QueryMistake("too_long", MAX_LENGTH, length=len(query), limit=MAX_LENGTH)
    if not query.strip():
        return All()
    return Grammar(tokenize(query), Asker(now, tz, day_first, names)).tree()

"""The values of fields: what stands behind `place:`, `topic:`, `published:` and the others."""

from datetime import datetime, tzinfo
from typing import cast

from indexer.query import Keyword, KeywordField, Maybe, Node, Published
from search.parse.dates import since, span
from search.parse.errors import QueryMistake
from search.parse.labels import language_code, place_code, topic_value, topic_values
from search.parse.tokens import QueryToken


def keyword(field: QueryToken, token: QueryToken) -> Node:
    """The field's whole value; raises `Mistake` for a place, topic or language that does not exist."""
    if token.kind in ("prefix", "all") or token.number:
        raise QueryMistake("exact_only", token.position, field=field.text)
    value = token.text if token.kind == "phrase" else token.raw.rstrip(",;")
    if not value:
        raise QueryMistake("empty_phrase", token.position)
    return Keyword(cast(KeywordField, field.text), known(field.text, value, token.position))


def known(field: str, value: str, position: int | None = None) -> str:
    """The value as the index has it: a country's code for its name, a language's code, a topic's
    own spelling.
    """
    found: str | None = value
    if field in ("place", "country"):
        found = place_code(value)
    elif field == "language":
        found = language_code(value)
    elif field == "topic":
        found = topic_value(value)
    if found is None:
        name = "place" if field == "country" else field
        raise QueryMistake(
            f"unknown_{name}", position, found=value[:60], topics=", ".join(topic_values())
        )
    return found


def dated(field: QueryToken, token: QueryToken, now: datetime, tz: tzinfo) -> Node:
    """A condition on the date: `after` is from the beginning of its date on, `before` until that of
    its own.
    """
    text = token.text
    if field.text == "last":
        try:
            return Published(start=since(text, now))
        except ValueError:
            raise QueryMistake("bad_last", token.position, found=text[:40]) from None
    try:
        start, end = span(text, tz)
        if field.text in ("after", "before") and ".." in text:
            raise ValueError("one date only")
    except ValueError:
        raise QueryMistake("bad_date", token.position, found=text[:40]) from None
    match field.text:
        case "after":
            return Published(start=start)
        case "before":
            return Published(end=start)
        case "maybe":
            return Maybe(start, end)
    return Published(start, end)

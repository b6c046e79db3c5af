"""The values of fields: what stands behind `place:`, `topic:`, `published:` and the others."""

from datetime import datetime
from typing import cast

from indexer.fields import KeywordField
from indexer.query import Keyword, Maybe, Node, Or, Published
from indexer.query.conditions import CONDITIONS
from search.parse.asker import Asker
from search.parse.conditions import condition
from search.parse.dates import LONGEST, AmbiguousDate, since, span
from search.parse.errors import QueryMistake, ambiguous
from search.parse.names import existing_values
from search.parse.tokens import DATED, SAVED, QueryToken


def valued(field: QueryToken, token: QueryToken, asker: Asker) -> Node:
    """What a field with a value of its own form asks for; raises `QueryMistake`."""
    if field.text in DATED:
        return dated(field, token, asker)
    if field.text in CONDITIONS:
        return conditional(field, token, asker)
    if field.text == SAVED:
        return asker.names.saved(token.text or token.raw, token.position)
    return keyword(field, token, asker)


def keyword(field: QueryToken, token: QueryToken, asker: Asker) -> Node:
    """The field's whole value, or one of several; raises `QueryMistake` for a place, a topic, a
    language or a source that does not exist.
    """
    if token.kind in ("prefix", "all") or token.number:
        raise QueryMistake("exact_only", token.position, field=field.text)
    value = token.text if token.kind == "phrase" else token.raw.rstrip(",;")
    if not value:
        raise QueryMistake("empty_phrase", token.position)
    facet = cast(KeywordField, field.text)
    values = existing_values(facet, value, asker.names, token.position)
    keywords = tuple(Keyword(facet, value) for value in values)
    return keywords[0] if len(keywords) == 1 else Or(keywords)


def conditional(field: QueryToken, token: QueryToken, asker: Asker) -> Node:
    """What a condition asks for; raises `QueryMistake` for a value that it does not take."""
    if token.kind in ("prefix", "all") or token.number:
        raise QueryMistake("exact_only", token.position, field=field.text)
    return condition(field.text, token.text, asker, token.position)


def dated(field: QueryToken, token: QueryToken, asker: Asker) -> Node:
    """A condition on the date: `after` is from the beginning of its date on, `before` until that of
    its own.
    """
    text = token.text
    if field.text == "last":
        try:
            return _last(text, asker.now.astimezone(asker.tz))
        except ValueError:
            raise QueryMistake("bad_last", token.position, found=text[:LONGEST]) from None
    start, end = _span(field, token, asker)
    match field.text:
        case "after":
            return Published(start=start)
        case "before":
            return Published(end=start)
        case "maybe":
            return Maybe(start, end)
        case _:
            return Published(start, end)


def _span(
    field: QueryToken, token: QueryToken, asker: Asker
) -> tuple[datetime | None, datetime | None]:
    """The period of a field's value; raises `QueryMistake`."""
    text = token.text
    try:
        if field.text in ("after", "before") and ".." in text:
            raise ValueError("one date only")
        return span(text, asker.tz, day_first=asker.day_first)
    except AmbiguousDate as date:
        raise ambiguous(text, date.readings, token.position) from None
    except ValueError:
        raise QueryMistake("bad_date", token.position, found=text[:LONGEST]) from None


def _last(text: str, now: datetime) -> Published:
    """The span before `now`, in the reader's zone. Of civil dates, those whose day began in it, and
    today in any case: an article that bears no hour may be an hour old.
    """
    start = since(text, now)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Published(start=start, civil_start=min(start, today).replace(tzinfo=None))

"""Values that a view excludes: they stand in the query itself, as `-topic:"sport"`, so that every
view of it agrees.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from search.parse import QueryMistake
from search.parse.labels import canonical_value
from search.parse.tokens import tokenize
from search.query.request import FILTERS

_TERM = re.compile(
    rf"(?<!\S)-(?P<field>{'|'.join(FILTERS)}):"
    r"(?:\"(?P<quoted>[^\"]*)\"|«(?P<pointed>[^»]*)»|(?P<bare>[^\s()\"«»*~]+))(?!\S)"
)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A value that a query excludes; `term` is how it stands there."""

    field: str
    value: str
    term: str


def exclusions(query: str) -> list[Exclusion]:
    """The values that a query excludes as a whole: not those within parentheses or beside an OR."""
    if _alternative(query):
        return []
    return [
        _exclusion(match) for match in _TERM.finditer(query) if _outside(query[: match.start()])
    ]


def without(query: str, field: str, value: str) -> str:
    """The query with this value excluded; one of alternatives is put into parentheses first."""
    term = f"-{field}:«{value}»" if '"' in value else f'-{field}:"{value}"'
    typed = query.strip()
    if typed in ("", "*"):
        return term
    return f"({typed}) {term}" if _alternative(typed) else f"{typed} {term}"


def including(query: str, exclusion: Exclusion) -> str:
    """The query without this exclusion."""
    at = next(
        (
            m.start()
            for m in _TERM.finditer(query)
            if m[0] == exclusion.term and _outside(query[: m.start()])
        ),
        -1,
    )
    if at < 0:
        return query
    return " ".join(filter(None, (query[:at].rstrip(), query[at + len(exclusion.term) :].lstrip())))


def _exclusion(match: re.Match[str]) -> Exclusion:
    """The exclusion that a match of `_TERM` writes; a value that does not exist stays as typed."""
    field = match["field"]
    typed = _said(match)
    return Exclusion(field, canonical_value(field, typed) or typed, match[0])


def _said(match: re.Match[str]) -> str:
    return next(
        said for said in (match["quoted"], match["pointed"], match["bare"]) if said is not None
    )


def _outside(before: str) -> bool:
    """Whether what follows stands in no parentheses and no quotation marks."""
    try:
        kinds = [token.kind for token in tokenize(before)]
    except QueryMistake:
        return False
    return kinds.count("open") == kinds.count("close") and (len(kinds) < 2 or kinds[-2] != "not")


@lru_cache(1_000)
def _alternative(query: str) -> bool:
    """Whether the whole query is one or the other."""
    try:
        depth = 0
        for token in tokenize(query):
            depth += (token.kind == "open") - (token.kind == "close")
            if token.kind == "or" and depth == 0:
                return True
    except QueryMistake:
        return False
    return False

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
    if _has_alternatives(query):
        return []
    terms = []
    for match in _TERM.finditer(query):
        if _is_at_top_level(query[: match.start()]):
            field = match["field"]
            typed = _value(match)
            # A value that does not exist stays as typed.
            terms.append(Exclusion(field, canonical_value(field, typed) or typed, match[0]))
    return terms


def without(query: str, field: str, value: str) -> str:
    """The query with this value excluded; one of alternatives is put into parentheses first."""
    term = f"-{field}:«{value}»" if '"' in value else f'-{field}:"{value}"'
    typed = query.strip()
    if typed in ("", "*"):
        return term
    if _has_alternatives(typed):
        typed = f"({typed})"
    return f"{typed} {term}"


def including(query: str, exclusion: Exclusion) -> str:
    """The query without this exclusion."""
    for match in _TERM.finditer(query):
        if match[0] == exclusion.term and _is_at_top_level(query[: match.start()]):
            before = query[: match.start()].rstrip()
            after = query[match.end() :].lstrip()
            return " ".join(part for part in (before, after) if part)
    return query


def _value(match: re.Match[str]) -> str:
    for group in ("quoted", "pointed", "bare"):
        value: str | None = match[group]
        if value is not None:
            return value
    raise AssertionError("the pattern holds a value in one of its three forms")


def _is_at_top_level(before: str) -> bool:
    """Whether what follows stands in no parentheses and no quotation marks."""
    try:
        kinds = [token.kind for token in tokenize(before)]
    except QueryMistake:
        return False
    return kinds.count("open") == kinds.count("close") and (len(kinds) < 2 or kinds[-2] != "not")


@lru_cache(1_000)
def _has_alternatives(query: str) -> bool:
    """Whether the whole query is one or the other."""
    try:
        depth = 0
        for token in tokenize(query):
            if token.kind == "open":
                depth += 1
            elif token.kind == "close":
                depth -= 1
            elif token.kind == "or" and depth == 0:
                return True
    except QueryMistake:
        return False
    return False

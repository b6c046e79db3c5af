"""What was typed may mean something else than it says: operators of other languages, programs and
keyboards, which are searched as words here. Nothing is changed, a hint offers what may be meant.
Pure.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from pathlib import Path
from typing import Literal

from crawler.tables import read_table
from search.parse.errors import QueryMistake
from search.parse.tokens import QueryToken, tokenize

HintCode = Literal[
    "looks_like_not", "looks_like_or", "looks_like_and", "looks_like_words", "unknown_operator"
]
MAX_HINTS = 5

_MEANINGS: Mapping[str, HintCode] = {
    "or": "looks_like_or",
    "and": "looks_like_and",
}
_OPERANDS = {"word", "phrase", "prefix", "open", "close", "field", "value", "not"}
_OPERATORS = {"and", "or", "not"}
_SIGN = re.compile(r"(?<![^\s(])(?:(?P<minus>[–—−‐‑‒―﹣－!]|--)(?=[\w\"“«(])|(?P<both>&&)(?!\S))")
"""What stands before a word as a minus does, and between words for AND."""
_BOOST = re.compile(r"\^[0-9]+(?:\.[0-9]+)?$")
_DISTANCE = re.compile(r"(?:w|n|p|pre|near|onear|adj|within|proche|près)/?([0-9]{1,2})", re.I)
_WITH_SLASH = re.compile(r"[^/0-9]+/[0-9]+")
_FOREIGN: Mapping[str, str] = {
    "XOR": "OR",
    "NAND": "",
    "XNOR": "",
    "ADJ": "NEAR/0",
    "SAME": "NEAR/20",
    "WITH": "NEAR/20",
    "PROX": "NEAR/5",
    "FOLLOWED": "",
}
"""Operators of other programs in capitals, and what comes nearest to them here."""
_NEGATIONS = {"ANDNOT", "BUTNOT", "SAUFSI"}
_HEADLINE = 4
"""Words in capitals from which on a query is a headline that was pasted."""


@dataclass(frozen=True, slots=True)
class Hint:
    """`typed` stands at `position` (a character from 0) and may mean something else; `instead` is
    the whole query that says so, None where there is none.
    """

    code: HintCode
    position: int
    typed: str
    instead: str | None


def hints(query: str) -> list[Hint]:
    """What may be meant otherwise in a query, in its order, `MAX_HINTS` at most; nothing for a
    query that can't be read.
    """
    try:
        tokens = tokenize(query)
    except QueryMistake:
        return []
    if _is_headline(query, tokens):
        operators = [token for token in tokens if token.kind in _OPERATORS and token.raw != "-"]
        return [_quoted(query, token) for token in operators[:1]]
    found = [
        *islice(_of_signs(query, tokens), MAX_HINTS),
        *islice(_of_words(query, tokens), MAX_HINTS),
    ]
    return sorted(found, key=lambda hint: hint.position)[:MAX_HINTS]


def _of_signs(query: str, tokens: Sequence[QueryToken]) -> Iterator[Hint]:
    outside = list(query)
    for token in tokens:
        if token.kind == "phrase":
            # One character for one, so that places stay the same.
            outside[token.position + 1 : _end(token)] = " " * (len(token.raw) - 1)
    for sign in _SIGN.finditer("".join(outside)):
        before = query[: sign.start()]
        after = query[sign.end() :]
        if sign["minus"]:
            yield Hint("looks_like_not", sign.start(), sign[0], f"{before}-{after}")
        else:
            instead = f"{before.rstrip()} {after.lstrip()}"
            yield Hint("looks_like_and", sign.start(), sign[0], instead)


def _of_words(query: str, tokens: Sequence[QueryToken]) -> Iterator[Hint]:
    is_told = False
    before = QueryToken("and", 0)
    for token, after in pairwise(tokens):
        if before.kind != "field" and not is_told:
            hint = _operator(query, before, token, after) or _foreign(query, token)
            if hint is not None:
                yield hint
        # "and not" is one thing that is meant, and was told at its first word.
        is_told = _is_negation(token, after)
        before = token


def _operator(query: str, before: QueryToken, token: QueryToken, after: QueryToken) -> Hint | None:
    """A hint for a word that may be AND, OR or NOT."""
    if _is_negation(token, after):
        return _negation(query, token, after)
    if token.kind != "word" or after.kind not in _OPERANDS:
        return None
    meaning = _meaning(token)
    if meaning == "not":
        return _negation(query, token, token)
    if meaning is None or before.kind not in _OPERANDS:
        return None
    typed = "OR" if meaning == "or" else ""
    return Hint(_MEANINGS[meaning], _start(token), token.raw, _replaced(query, token, typed))


def _is_negation(token: QueryToken, after: QueryToken) -> bool:
    """Whether the two are "and not"."""
    return _meaning(token) == "and" and _meaning(after) == "not"


def _negation(query: str, first: QueryToken, last: QueryToken) -> Hint:
    """A hint for words that negate what follows them."""
    typed = query[_start(first) : _end(last)]
    instead = f"{query[: _start(first)]}-{query[_end(last) :].lstrip()}"
    return Hint("looks_like_not", _start(first), typed, instead)


def _foreign(query: str, token: QueryToken) -> Hint | None:
    """A hint for an operator of another program."""
    if token.kind != "word":
        return None
    boost = _BOOST.search(token.raw)
    if boost:
        kept = token.raw[: boost.start()]
        at = _start(token) + boost.start()
        return Hint("unknown_operator", at, boost[0], _replaced(query, token, kept))
    distance = _DISTANCE.fullmatch(token.raw)
    if distance and (_WITH_SLASH.fullmatch(token.raw) or token.raw.startswith("ADJ")):
        instead = _replaced(query, token, f"NEAR/{distance[1]}")
        return Hint("unknown_operator", _start(token), token.raw, instead)
    if token.raw in _FOREIGN:
        operator = _FOREIGN[token.raw]
        offer = _replaced(query, token, operator) if operator else None
        return Hint("unknown_operator", _start(token), token.raw, offer)
    return None


def _quoted(query: str, token: QueryToken) -> Hint:
    """A hint that an operator may be a word."""
    instead = _replaced(query, token, f'"{token.raw}"')
    return Hint("looks_like_words", token.position, token.raw, instead)


def _is_headline(query: str, tokens: Sequence[QueryToken]) -> bool:
    """Whether the query is a text in capitals: of several words, some of which follow each other
    without an operator.
    """
    if query.upper() != query or query.lower() == query:
        return False
    kinds = [token.kind for token in tokens[:-1]]
    if not set(kinds) <= {"word", *_OPERATORS}:
        return False
    follow = any(pair == ("word", "word") for pair in pairwise(kinds))
    return follow and kinds.count("word") >= _HEADLINE


def _meaning(token: QueryToken) -> str | None:
    """The operator that a token is or may be meant as."""
    if token.kind in ("and", "not") and token.raw != "-":
        return token.kind
    if token.kind != "word" or token.raw != token.text:
        return None
    if token.raw in _NEGATIONS:
        return "not"
    meaning = _words("anywhere").get(token.raw.lower())
    if meaning is None and token.raw.isupper():
        meaning = _words("capitals").get(token.raw.lower())
    return meaning


@cache
def _words(case: str) -> Mapping[str, str]:
    table = read_table(Path(__file__).with_name("operator_words.toml"))
    return {word: meaning for meaning, lists in table.items() for word in lists[case]}


def _start(token: QueryToken) -> int:
    """Where a token begins with the signs around its word."""
    return token.position - max(token.raw.find(token.text), 0)


def _end(token: QueryToken) -> int:
    return _start(token) + len(token.raw)


def _replaced(query: str, token: QueryToken, text: str) -> str:
    """The query with this text in a token's place."""
    before = query[: _start(token)]
    after = query[_end(token) :]
    return f"{before}{text}{after}" if text else f"{before.rstrip()} {after.lstrip()}".strip()

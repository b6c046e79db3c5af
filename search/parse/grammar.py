"""The grammar: tokens become the query tree. NOT binds tightest, then NEAR, AND (also unwritten),
OR.

or    = and { OR and }
and   = not { [AND] not }
not   = { NOT | - } near
near  = item { [ NOT ] NEAR/n item }
item  = word | =word | "phrase" | ="phrase" | "phrase"~n | word* | * | ( or ) | field: item
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

from indexer.analysis.folding import words
from indexer.query import (
    All,
    And,
    Near,
    NearLeaf,
    NearSide,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    TextField,
    Typed,
    Word,
    alternatives,
)
from search.parse.asker import Asker
from search.parse.errors import QueryMistake
from search.parse.tokens import MAX_DISTANCE, SEARCHED, QueryToken
from search.parse.values import valued

MAX_DEPTH = 20
MAX_CLAUSES = 5_000
"""Words, also within phrases, that are read; what they cost is judged by
`indexer.query.analyzed`.
"""
_WILDCARD = re.compile(r"[^\W_]\*")
"""A star behind a letter or digit."""
_STARTS = {"word", "phrase", "typed", "prefix", "all", "value", "open", "field", "not"}


class Grammar:
    """One reading of one query's tokens."""

    def __init__(self, tokens: Sequence[QueryToken], asker: Asker) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._clauses = 0
        self._asker = asker

    def tree(self) -> Node:
        """The whole query; raises `QueryMistake`."""
        if self._next().kind == "end":
            raise QueryMistake("no_word", 0)
        node = self._or(None)
        if self._next().kind == "close":
            raise QueryMistake("expected_open", self._next().position)
        return node

    def _next(self) -> QueryToken:
        return self._tokens[self._at]

    def _take(self) -> QueryToken:
        token = self._next()
        self._at += 1
        return token

    def _or(self, field: QueryToken | None) -> Node:
        parts = [self._and(field)]
        while self._next().kind == "or":
            self._take()
            parts.append(self._and(field))
        return _joined(Or, parts)

    def _and(self, field: QueryToken | None) -> Node:
        parts = [self._not(field)]
        while self._next().kind == "and" or self._next().kind in _STARTS:
            if self._next().kind == "and":
                self._take()
            parts.append(self._not(field))
        return _joined(And, parts)

    def _not(self, field: QueryToken | None) -> Node:
        negations = 0
        while self._next().kind == "not":
            self._take()
            negations += 1
        node = self._near(field)
        return Not(node) if negations % 2 else node

    def _near(self, field: QueryToken | None) -> Node:
        """An item, or a chain of items each of which is near, or not near, the one before."""
        start = self._next()
        item = self._item(field)
        if not self._is_near():
            return item
        left = _near_side(item, start)
        parts: list[Node] = []
        while self._is_near():
            is_negated = self._next().kind == "not"
            if is_negated:
                self._take()
            near = self._take()
            self._count(near)
            start = self._next()
            right = _near_side(self._item(field), start)
            joined = _joined_near(left, right, near, start)
            parts += [left, Not(joined)] if is_negated else [joined]
            left = right
        return _joined(And, parts)

    def _is_near(self) -> bool:
        """Whether NEAR or NOT NEAR stands here."""
        token = self._next()
        if token.kind == "not":
            return self._tokens[self._at + 1].kind == "near"
        return token.kind == "near"

    def _item(self, field: QueryToken | None) -> Node:
        token = self._take()
        self._count(token)
        if token.kind == "open":
            return self._group(token, field)
        if token.kind == "field":
            return self._field(token, field)
        if token.kind not in _STARTS or token.kind == "not":
            raise _unexpected(token, field)
        if field is None or field.text in SEARCHED:
            return _searched(token, field)
        return valued(field, token, self._asker)

    def _group(self, opening: QueryToken, field: QueryToken | None) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise QueryMistake("too_deep", opening.position, limit=MAX_DEPTH)
        node = self._or(field)
        if self._next().kind != "close":
            raise QueryMistake("expected_close", opening.position)
        self._take()
        self._depth -= 1
        return node

    def _field(self, token: QueryToken, within: QueryToken | None) -> Node:
        if within is not None:
            raise QueryMistake("nested_field", token.position, field=within.text)
        if self._next().kind in ("not", "end", "close", "and", "or", "near"):
            raise _unexpected(self._next(), token)
        return self._item(token)

    def _count(self, token: QueryToken) -> None:
        self._clauses += 1 + token.text.count(" ")
        if self._clauses > MAX_CLAUSES:
            raise QueryMistake("too_many", token.position, limit=MAX_CLAUSES)


def _joined(kind: type[And] | type[Or], parts: list[Node]) -> Node:
    """The parts joined, each once: a query that repeats itself costs no more."""
    different = tuple(dict.fromkeys(parts))
    if len(different) == 1:
        return different[0]
    return kind(different)


def _near_side(item: Node, start: QueryToken) -> NearSide:
    """An item as a side of NEAR, alternatives within alternatives as one; raises
    `QueryMistake`.
    """
    leaves = list(_leaves(item, start))
    fields = {leaf.field for leaf in leaves}
    if len(fields) > 1:
        named = next(field for field in fields if field)
        raise QueryMistake("near_fields", start.position, field=f"{named}:")
    return leaves[0] if len(leaves) == 1 else Or(tuple(dict.fromkeys(leaves)))


def _leaves(item: Node, start: QueryToken) -> Iterator[NearLeaf]:
    match item:
        case Word() | Phrase() | Typed() | Prefix():
            yield item
        case Or(parts):
            for part in parts:
                yield from _leaves(part, start)
        case _:
            raise QueryMistake("near_operand", start.position, found=start.raw or start.text)


def _joined_near(left: NearSide, right: NearSide, near: QueryToken, start: QueryToken) -> Near:
    joined = Near(left, right, min(near.number, MAX_DISTANCE))
    field = joined.field
    if alternatives(right)[0].field != field:
        named = field or alternatives(right)[0].field
        raise QueryMistake("near_fields", start.position, field=f"{named}:")
    return joined


def _searched(token: QueryToken, field: QueryToken | None) -> Node:
    node: Word | Phrase | Typed | Prefix
    match token.kind:
        case "word":
            node = Word(token.text)
        case "prefix":
            node = Prefix(token.text)
        case "phrase":
            node = _phrase(token)
        case "typed":
            node = Typed(_phrase(token).text, token.number)
        case "all" if field is None:
            return All()
        case _:
            raise _unexpected(token, field)
    return node if field is None else replace(node, field=cast(TextField, field.text))


def _phrase(token: QueryToken) -> Phrase:
    if not words(token.text):
        raise QueryMistake("empty_phrase", token.position)
    if _WILDCARD.search(token.text):
        raise QueryMistake("phrase_wildcard", token.position)
    return Phrase(token.text, token.number)


def _unexpected(token: QueryToken, field: QueryToken | None) -> QueryMistake:
    typed = token.raw or token.text or "the end of the query"
    if field is not None:
        return QueryMistake("expected_value", token.position, field=field.text, found=typed)
    return QueryMistake("expected_operand", token.position, found=typed)

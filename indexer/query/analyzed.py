"""The query tree with its words analysed: what every backend compiles, so that all see the same
words.

`analyse` folds the words, drops what holds none (a lone "&"), and refuses what would cost too
much.
"""

from dataclasses import dataclass

from indexer import query
from indexer.analysis import folding
from indexer.analysis.analyzers import query_words
from indexer.fields import FILTERS
from indexer.query import QueryError, TextField

MAX_LEAVES = 300
"""Words, phrases and values in a query; these limits keep one query from occupying the index."""
MAX_DEPTH = 20
"""Elasticsearch refuses boolean queries that are nested more than 30 deep."""
MAX_WORDS = 64
MAX_DISTANCE = 100
MAX_NEAR = 10
"""Elasticsearch counts a leaf once a language and field, NEAR several times, and takes 8,192 with
512 MB of heap.
"""


@dataclass(frozen=True, slots=True)
class Stem:
    """Folded words that follow each other, stemmed in each language."""

    words: tuple[str, ...]
    field: TextField | None


@dataclass(frozen=True, slots=True)
class Exact:
    """Folded words in this order, moved by at most `slop` positions in all."""

    words: tuple[str, ...]
    field: TextField | None
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Start:
    """Folded words that follow each other, the last of which begins so."""

    words: tuple[str, ...]
    field: TextField | None


@dataclass(frozen=True, slots=True)
class Close:
    """Both, in either order and without overlap, with at most `distance` words between."""

    left: Stem | Exact
    right: Stem | Exact
    distance: int
    field: TextField | None


@dataclass(frozen=True, slots=True)
class ExactValue:
    """The field holds this value; where the field is folded, it is a `folding.key`."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class MostOf:
    """At least so many of the parts match."""

    parts: tuple["Node", ...]
    least: int


@dataclass(frozen=True, slots=True)
class NoneOf:
    part: "Node"


Plain = query.All | query.Published | query.Maybe | query.Condition
"""What stays as it is: it holds no words."""
Leaf = Stem | Exact | Start | Close | ExactValue | Plain
Node = Leaf | AllOf | AnyOf | MostOf | NoneOf

NOTHING = AnyOf(())
"""Matches no article."""


def analyse(tree: query.Node) -> Node:
    """The tree with analysed words; a tree without any word that can be found matches nothing.
    Raises `QueryError`.
    """
    _check_size(tree)
    return _analysed(tree) or NOTHING


def value(field: str, text: str) -> "ExactValue | AnyOf":
    """The analysed form of a filter; raises `QueryError` for a field that no filter knows."""
    if field not in FILTERS:
        raise QueryError(f"There is no filter {field!r}. Use one of {', '.join(FILTERS)}.")
    if not FILTERS[field].indexes(text):
        return NOTHING
    return ExactValue(field, folding.key(text) if FILTERS[field].folded else text)


def _analysed(node: query.Node) -> Node | None:
    match node:
        case query.And(parts):
            return _joined(AllOf, parts)
        case query.Or(parts):
            return _joined(AnyOf, parts)
        case query.Not(part):
            analysed_part = _analysed(part)
            return None if analysed_part is None else NoneOf(analysed_part)
        case query.Word() | query.Phrase() | query.Prefix() | query.Near() | query.Keyword():
            return _leaf(node)
    return node


def _leaf(
    node: query.Keyword | query.Word | query.Phrase | query.Prefix | query.Near,
) -> Node | None:
    match node:
        case query.Keyword(field, text):
            return value(field, text)
        case query.Word(text, field):
            return _run(Stem, query_words(text), field)
        case query.Prefix(text, field):
            return _run(Start, query_words(text), field)
        case query.Phrase(text, slop, field):
            words = _bounded(folding.words(text))
            return Exact(words, field, slop) if words else None
    return _close(node)


def _run(
    kind: type[Stem] | type[Start], words: list[str], field: TextField | None
) -> Stem | Start | None:
    return kind(_bounded(words), field) if words else None


def _close(near: query.Near) -> Node | None:
    left = _analysed(near.left)
    right = _analysed(near.right)
    if not isinstance(left, Stem | Exact) or not isinstance(right, Stem | Exact):
        return left or right  # one side has no words: what is left is the other
    if _is_loose(left) or _is_loose(right):
        raise QueryError('A phrase beside NEAR stands as it is: leave out its "~".')
    if not 0 <= near.distance <= MAX_DISTANCE:
        raise QueryError(f"NEAR takes a distance of 0 to {MAX_DISTANCE}.")
    if len({left.field, right.field} - {None}) > 1:
        raise QueryError("Both sides of NEAR must be in the same field.")
    return Close(left, right, near.distance, left.field or right.field)


def _is_loose(side: Stem | Exact) -> bool:
    return isinstance(side, Exact) and side.slop != 0


def _joined(kind: type[AllOf] | type[AnyOf], parts: tuple[query.Node, ...]) -> Node | None:
    with_words = [part for part in map(_analysed, parts) if part is not None]
    if not with_words and parts:
        return None
    return with_words[0] if len(with_words) == 1 else kind(tuple(with_words))


def _bounded(words: list[str]) -> tuple[str, ...]:
    if len(words) > MAX_WORDS:
        raise QueryError(f"A phrase has at most {MAX_WORDS} words.")
    return tuple(words)


def _check_size(tree: query.Node) -> None:
    """Raises `QueryError` for a tree that is too large or too deep, level by level."""
    leaves = near = 0
    level: list[query.Node] = [tree]
    depth = 0
    # Not by recursion: a tree that is too deep would end in Python's own error.
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise QueryError(f"The query is nested more than {MAX_DEPTH} deep: make it simpler.")
        leaves += sum(not isinstance(node, query.And | query.Or | query.Not) for node in level)
        if leaves > MAX_LEAVES:
            raise QueryError(f"The query has more than {MAX_LEAVES} parts: make it shorter.")
        near += sum(isinstance(node, query.Near) for node in level)
        if near > MAX_NEAR:
            raise QueryError(f"The query has NEAR more than {MAX_NEAR} times: make it shorter.")
        level = [inner for node in level for inner in _inner(node)]


def _inner(node: query.Node) -> tuple[query.Node, ...]:
    match node:
        case query.And(parts) | query.Or(parts):
            return parts
        case query.Not(part):
            return (part,)
        case _:
            return ()

"""The query tree with its words analysed: what every backend compiles, so that all see the same
words.

`analyse` folds the words, drops what holds none (a lone "&"), and refuses what would cost too
much.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from indexer import query
from indexer.analysis import folding
from indexer.analysis.analyzers import query_text, query_words
from indexer.analysis.terms import is_compound, typed_words
from indexer.fields import FILTERS
from indexer.query import QueryError, TextField

MAX_COST = 1_400
"""What a query may cost, which keeps one from occupying the index: 350 words, 1,400 phrases, or 70
NEARs of two words. A unit is about six clauses of Elasticsearch, which takes 8,192 with 512 MB of
heap and counts a leaf once a language and field.
"""
_COSTS: Mapping[type[query.Node], int] = {query.Word: 4, query.Prefix: 2}
"""What a leaf costs that is not looked for in one column alone."""
_LOOSE_COST = 20
_STEMMED_NEAR_COST = 10
MAX_VALUES = 300
"""Values of filters in a search."""
MAX_DEPTH = 20
"""Elasticsearch refuses boolean queries that are nested more than 30 deep."""
MAX_WORDS = 64
MAX_DISTANCE = 100


@dataclass(frozen=True, slots=True)
class Stem:
    """Folded words that follow each other, stemmed in each language; `typed` are the same words
    with their accents.
    """

    words: tuple[str, ...]
    field: TextField | None
    typed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exact:
    """Folded words in this order, moved by at most `slop` positions in all."""

    words: tuple[str, ...]
    field: TextField | None
    slop: int = 0


@dataclass(frozen=True, slots=True)
class AsTyped:
    """Words of `terms.typed_words` in this order, moved by at most `slop` positions in all."""

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
    """One of each side, in either order and without overlap, with at most `distance` words
    between.
    """

    left: tuple["NearSide", ...]
    right: tuple["NearSide", ...]
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
Side = Stem | Exact | AsTyped
NearSide = Side | Start
Text = Side | Start | Close
Leaf = Text | ExactValue | Plain
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
    return node if isinstance(node, Plain) else _leaf(node)


def _leaf(
    node: query.Keyword | query.Word | query.Phrase | query.Typed | query.Prefix | query.Near,
) -> Node | None:
    match node:
        case query.Keyword(field, text):
            return value(field, text)
        case query.Word(text, field):
            return _word(text, field)
        case query.Prefix(text, field):
            return _start(text, field)
        case query.Phrase() | query.Typed():
            return _phrase(node)
    return _close(node)


def _start(text: str, field: TextField | None) -> Start | None:
    words = _bounded(query_words(text))
    return Start(words, field) if words else None


def _phrase(node: query.Phrase | query.Typed) -> Exact | AsTyped | None:
    if isinstance(node, query.Typed):
        typed = _bounded(typed_words(node.text))
        return AsTyped(typed, node.field, node.slop) if typed else None
    words = _bounded(folding.words(node.text))
    return Exact(words, node.field, node.slop) if words else None


def _word(text: str, field: TextField | None) -> Node | None:
    """A word; a compound with hyphens is also looked for as one."""
    stem = _stem(text, field)
    if stem is None or not is_compound(text):
        return stem
    joined = Stem(("".join(stem.words),), field, ("".join(stem.typed),))
    return AnyOf((stem, joined))


def _stem(text: str, field: TextField | None) -> Stem | None:
    shorter = query_text(text)
    words = _bounded(folding.words(shorter))
    return Stem(words, field, tuple(typed_words(shorter))) if words else None


def _close(near: query.Near) -> Node | None:
    left = _sides(near.left)
    right = _sides(near.right)
    if not left or not right:
        # One side has no words: what is left is the other.
        return _one_of(left or right)
    if any(map(_is_loose, (*left, *right))):
        raise QueryError('A phrase beside NEAR stands as it is: leave out its "~".')
    if not 0 <= near.distance <= MAX_DISTANCE:
        raise QueryError(f"NEAR takes a distance of 0 to {MAX_DISTANCE}.")
    fields = {side.field for side in (*left, *right)} - {None}
    if len(fields) > 1:
        raise QueryError("Both sides of NEAR must be in the same field.")
    return Close(left, right, near.distance, next(iter(fields), None))


def _sides(side: query.NearSide) -> tuple[NearSide, ...]:
    analysed = map(_side, query.alternatives(side))
    return tuple(dict.fromkeys(part for part in analysed if part is not None))


def _side(node: query.NearLeaf) -> NearSide | None:
    match node:
        case query.Word(text, field):
            return _stem(text, field)
        case query.Prefix(text, field):
            return _start(text, field)
    return _phrase(node)


def _one_of(sides: tuple[NearSide, ...]) -> Node | None:
    if len(sides) < 2:
        return next(iter(sides), None)
    return AnyOf(sides)


def _is_loose(side: NearSide) -> bool:
    return isinstance(side, Exact | AsTyped) and side.slop != 0


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
    cost = 0
    level: list[query.Node] = [tree]
    depth = 0
    # Not by recursion: a tree that is too deep would end in Python's own error.
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise QueryError(f"The query is nested more than {MAX_DEPTH} deep: make it simpler.")
        cost += sum(map(_cost, level))
        if cost > MAX_COST:
            raise QueryError(
                "The query is too long: leave out some of its words; phrases in quotation marks "
                "cost least, words and NEAR most."
            )
        level = [inner for node in level for inner in _inner(node)]


def _cost(node: query.Node) -> int:
    """What a node costs by itself, in the unit of `MAX_COST`."""
    match node:
        case query.And() | query.Or() | query.Not():
            return 0
        case query.Near():
            return _near_cost(node)
        case query.Phrase(slop=slop) if slop:
            return _LOOSE_COST
    return _COSTS.get(type(node), 1)


def _near_cost(near: query.Near) -> int:
    """Where one side is stemmed, all words are looked for in every language, in either order."""
    sides = (*query.alternatives(near.left), *query.alternatives(near.right))
    is_stemmed = any(isinstance(side, query.Word) for side in sides)
    words = sum(len(folding.words(side.text)) for side in sides)
    return words * (_STEMMED_NEAR_COST if is_stemmed else 1)


def _inner(node: query.Node) -> tuple[query.Node, ...]:
    match node:
        case query.And(parts) | query.Or(parts):
            return parts
        case query.Not(part):
            return (part,)
        case _:
            return ()

"""Analysed query trees as Elasticsearch queries.

What people typed reaches `match`, `intervals`, `prefix` and `term` as values only, never a query
language.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from indexer import query
from indexer.analysis.terms import BEGUN, Term, exact_terms
from indexer.fields import FIELDS, FILTERS
from indexer.query.analyzed import (
    AllOf,
    AnyOf,
    AsTyped,
    Close,
    Exact,
    ExactValue,
    MostOf,
    NearSide,
    Node,
    NoneOf,
    Plain,
    Side,
    Start,
    Stem,
    Text,
)
from indexer.query.date_ranges import DateRange, date_ranges, moment_range
from indexer.query.wordings import (
    beginnings,
    near_languages,
    side_wordings,
    stemming_languages,
    wordings,
)

Query = dict[str, Any]


def compile_query(node: Node) -> Query:
    """The query for a tree."""
    match node:
        case AllOf() | AnyOf() | MostOf() | NoneOf():
            return _compound(node)
        case Stem() | Exact() | AsTyped() | Start() | Close():
            return _text(node)
        case _:
            return {"bool": {"filter": [_filter(node)]}}


def _compound(node: AllOf | AnyOf | MostOf | NoneOf) -> Query:
    if isinstance(node, NoneOf):
        excluded = compile_query(node.part)
        return {"bool": {"must_not": [excluded], "filter": [{"match_all": {}}]}}
    if isinstance(node, AnyOf):
        return _any_of(node.parts)
    parts = [compile_query(part) for part in node.parts]
    match node:
        case AllOf():
            return {"bool": {"must": parts}} if parts else {"match_all": {"boost": 0.0}}
        case MostOf():
            return {"bool": {"should": parts, "minimum_should_match": node.least}}


def _any_of(parts: Sequence[Node]) -> Query:
    """One of the parts; the terms of their words are one query for each field, as a word has up to
    40 terms and Elasticsearch takes 8,192 clauses with 512 MB of heap.
    """
    if not parts:
        return {"match_none": {}}
    words = [part for part in parts if isinstance(part, Side) and len(part.words) == 1]
    single_words = set(words)
    others = [compile_query(part) for part in parts if part not in single_words]
    return {"bool": {"should": [*_any_word(words), *others]}}


def _any_word(words: Sequence[Side]) -> Iterator[Query]:
    terms: dict[query.TextField, set[str]] = defaultdict(set)
    for word in words:
        for name in _searched(word.field):
            terms[name].update(map(_as_text, wordings(word, _languages(name, word))))
    for name, found in terms.items():
        yield {"terms": {f"{name}_terms": sorted(found)}}


def column(field: str) -> str:
    """Where the values of a filter stand as they compare."""
    return f"{values(field)}.key" if FILTERS[field].folded else values(field)


def values(field: str) -> str:
    """Where the values of a filter stand as they are shown."""
    source = FILTERS[field]
    return f"{source.name}.name" if source.kind == "credit" else source.name


def reads_positions(body: Any) -> bool:
    """Whether a part of a request looks for phrases, for words near each other, or by prefix."""
    if isinstance(body, list):
        return any(map(reads_positions, body))
    if not isinstance(body, dict):
        return False
    if {"intervals", "prefix", "match_phrase"} & body.keys():
        return True
    return any(map(reads_positions, body.values()))


def _filter(node: ExactValue | Plain) -> Query:
    match node:
        case ExactValue(field, value):
            return {"term": {column(field): {"value": value}}}
        case query.Published() | query.Maybe():
            ways = [{"bool": {"filter": list(map(_between, part))}} for part in date_ranges(node)]
            return {"bool": {"should": ways}}
        case query.Moment() | query.Amount() | query.Has():
            return _condition(node)
        case _:
            return {"match_all": {}}


def _condition(node: query.Condition) -> Query:
    match node:
        case query.Moment():
            return _between(moment_range(node))
        case query.Amount(field, least, most):
            limits = {"gte": least, "lte": most}
            return {"range": {field: {name: n for name, n in limits.items() if n is not None}}}
        case query.Has(what):
            return _present(what)


def _present(what: str) -> Query:
    """A field that has a value: of a facet one that is not blank, which a page may hold."""
    if what in FILTERS:
        return {"range": {column(what): {"gt": ""}}}
    if FIELDS[what].kind == "boolean":
        return {"term": {what: True}}
    return {"exists": {"field": what}}


def _between(between: DateRange) -> Query:
    limits: dict[str, Any] = {}
    if between.first is not None:
        limits["gte"] = between.first
    if between.end is not None:
        limits["lt"] = between.end
    if not limits:
        return {"exists": {"field": between.column}}
    return {"range": {between.column: {**limits, "format": "epoch_millis"}}}


def _text(node: Text) -> Query:
    ways = [found for name in _searched(node.field) for found in _in_field(name, node)]
    return {"bool": {"should": ways}}


def _searched(field: query.TextField | None) -> list[query.TextField]:
    return [field] if field else ["title", "text"]


def _in_field(name: str, node: Text) -> Iterator[Query]:
    field = f"{name}_terms"
    match node:
        case Start(words):
            yield from _starts(field, words)
        case Close():
            yield _near(field, node, _languages(name, *node.left, *node.right))
        case Stem() | Exact() | AsTyped():
            slop = 0 if isinstance(node, Stem) else node.slop
            found = wordings(node, _languages(name, node))
            texts = list(dict.fromkeys(map(_as_text, found)))
            if len(node.words) == 1:
                yield {"terms": {field: sorted(texts)}}
                return
            for text in texts:
                yield _phrase(field, text, slop)


def _languages(name: str, *sides: NearSide) -> list[str]:
    return [] if name == "author" else stemming_languages(*sides)


def _phrase(field: str, text: str, slop: int) -> Query:
    return {"match_phrase": {field: {"query": text, "slop": slop}}}


def _starts(field: str, words: Sequence[str]) -> Iterator[Query]:
    """Words that follow each other, the last of which is a beginning."""
    *first_words, cut = words
    if not first_words:
        for kind in BEGUN:
            yield {"prefix": {field: {"value": f"{kind}{cut}"}}}
        return
    yield {"intervals": {field: _begun(exact_terms(words))}}


def _near(field: str, node: Close, languages: Sequence[str]) -> Query:
    """NEAR in the folded words, and in the stems of each language that the words may be in."""
    orders: list[Query] = []
    for language in near_languages((*node.left, *node.right), languages):
        sides = [_any_side(node.left, language), _any_side(node.right, language)]
        for order in (sides, sides[::-1]):
            rule = {"ordered": True, "max_gaps": node.distance, "intervals": order}
            orders.append({"all_of": rule})
    return {"intervals": {field: {"any_of": {"intervals": orders}}}}


def _any_side(sides: Sequence[NearSide], language: str | None) -> Query:
    rules: list[Query] = []
    for side in sides:
        if isinstance(side, Start):
            rules += map(_begun, beginnings(side.words))
        else:
            texts = map(_as_text, side_wordings(side, language))
            rules += map(_words_in_order, texts)
    return rules[0] if len(rules) == 1 else {"any_of": {"intervals": rules}}


def _begun(wording: Sequence[Term]) -> Query:
    """Terms that follow each other, the last of which begins so."""
    *first_terms, (_, cut) = wording
    start: Query = {"prefix": {"prefix": cut}}
    if not first_terms:
        return start
    parts = [_words_in_order(_as_text(first_terms)), start]
    return {"all_of": {"ordered": True, "max_gaps": 0, "intervals": parts}}


def _words_in_order(text: str) -> Query:
    """Terms that follow each other."""
    return {"match": {"query": text, "ordered": True, "max_gaps": 0}}


def _as_text(wording: Sequence[Term]) -> str:
    """Terms as the search analyzer of their field cuts them: at spaces."""
    return " ".join(term for _, term in wording)

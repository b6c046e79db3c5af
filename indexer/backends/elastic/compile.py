"""Analysed query trees as Elasticsearch queries.

What people typed reaches `match`, `intervals`, `prefix` and `term` as values only, never a query
language.
"""

from collections.abc import Sequence
from typing import Any

from indexer import query
from indexer.analysis import analyzers
from indexer.fields import FIELDS, FILTERS
from indexer.query.analyzed import (
    AllOf,
    AnyOf,
    Close,
    Exact,
    ExactValue,
    MostOf,
    Node,
    NoneOf,
    Plain,
    Side,
    Start,
    Stem,
)
from indexer.query.date_ranges import DateRange, date_ranges, moment_range

Query = dict[str, Any]

TITLE_BOOST = 3
TIE_BREAKER = 0.3
"""What the weaker of two matches, in the title and in the text, adds to the score."""
_MAX_NAMED_LANGUAGES = 4
"""More languages than these are searched by a pattern over the fields of all."""
_AUTHORS = "authors.words"


def compile_query(node: Node) -> Query:
    """The query for a tree."""
    match node:
        case AllOf() | AnyOf() | MostOf() | NoneOf():
            return _compound(node)
        case Stem() | Exact() | Start() | Close():
            return _text(node)
        case _:
            return {"bool": {"filter": [_filter(node)]}}


def _compound(node: AllOf | AnyOf | MostOf | NoneOf) -> Query:
    match node:
        case NoneOf(part):
            return {"bool": {"must_not": [compile_query(part)], "filter": [{"match_all": {}}]}}
        case AllOf(parts):
            return _boolean("must", parts) if parts else {"match_all": {"boost": 0.0}}
        case AnyOf(parts):
            return _boolean("should", parts) if parts else {"match_none": {}}
        case MostOf(parts, least):
            return {"bool": {**_boolean("should", parts)["bool"], "minimum_should_match": least}}


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
    if "intervals" in body or "prefix" in body or body.get("type") == "phrase":
        return True
    return any(map(reads_positions, body.values()))


def _boolean(occur: str, parts: tuple[Node, ...]) -> Query:
    return {"bool": {occur: [compile_query(part) for part in parts]}}


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


def _text(node: Stem | Exact | Start | Close) -> Query:
    names = [node.field] if node.field else ["title", "text"]
    queries: list[Query] = []
    for name in names:
        if isinstance(node, Stem | Exact):
            queries.append(_multi_match(name, node))
        elif isinstance(node, Close):
            queries += _near(name, node)
        elif len(node.words) == 1:
            queries.append({"prefix": {_exact_field(name): {"value": node.words[0]}}})
        else:
            queries.append(_cut_phrase(name, node))
    return {"dis_max": {"queries": queries, "tie_breaker": TIE_BREAKER}}


def _multi_match(name: str, node: Stem | Exact) -> Query:
    fields = [_exact_field(name)]
    if isinstance(node, Stem) and name != "author":
        fields += _stemmed_fields(name, node)
    options: Query = {
        "query": " ".join(node.words),
        "fields": fields,
        "type": "best_fields",
        "tie_breaker": TIE_BREAKER,
    }
    if len(node.words) > 1:
        options["type"] = "phrase"
        options["slop"] = node.slop if isinstance(node, Exact) else 0
    options["boost"] = TITLE_BOOST if name == "title" else 1
    return {"multi_match": options}


def _stemmed_fields(name: str, node: Stem) -> list[str]:
    languages = analyzers.languages_for(node.words)
    if len(languages) > _MAX_NAMED_LANGUAGES:
        # A pattern costs nothing for languages that no article has.
        return [f"{name}.*"]
    return [f"{name}.{code}" for code in languages]


def _cut_phrase(name: str, node: Start) -> Query:
    """Words that follow each other, the last of which is a beginning."""
    *first_words, cut = node.words
    parts = [_words_in_order(first_words, None), {"prefix": {"prefix": cut}}]
    phrase = {"all_of": {"ordered": True, "max_gaps": 0, "intervals": parts}}
    return {"intervals": {_exact_field(name): phrase}}


def _near(name: str, node: Close) -> list[Query]:
    """NEAR in the folded words, and in the stems of each language that the words may be in."""
    exact = _exact_field(name)
    fields = [exact]
    stemmed = [word for side in (*node.left, *node.right) for word in _stemmed_words(side)]
    if stemmed and name != "author":
        languages = analyzers.languages_for(stemmed)
        fields += [f"{name}.{code}" for code in languages]
    return [{"intervals": {field: _either_order(node, exact)}} for field in fields]


def _either_order(node: Close, exact: str) -> Query:
    sides = [_any_side(node.left, exact), _any_side(node.right, exact)]
    orders = []
    for order in (sides, sides[::-1]):
        rule = {"ordered": True, "max_gaps": node.distance, "intervals": order}
        orders.append({"all_of": rule})
    return {"any_of": {"intervals": orders}}


def _stemmed_words(side: Side) -> tuple[str, ...]:
    return side.words if isinstance(side, Stem) else ()


def _any_side(sides: Sequence[Side], exact: str) -> Query:
    """One of these; what is not stemmed stands in the field `exact`."""
    rules = [_side(side, exact) for side in sides]
    return rules[0] if len(rules) == 1 else {"any_of": {"intervals": rules}}


def _side(side: Side, exact: str) -> Query:
    if isinstance(side, Start):
        *first_words, cut = side.words
        start: Query = {"prefix": {"prefix": cut, "use_field": exact}}
        if not first_words:
            return start
        parts = [_words_in_order(first_words, exact), start]
        return {"all_of": {"ordered": True, "max_gaps": 0, "intervals": parts}}
    return _words_in_order(side.words, exact if isinstance(side, Exact) else None)


def _words_in_order(words: Sequence[str], field: str | None) -> Query:
    """Words that follow each other; of another field than the query's where one is named."""
    rule: Query = {"query": " ".join(words), "ordered": True, "max_gaps": 0}
    if field:
        rule["use_field"] = field
    return {"match": rule}


def _exact_field(name: str) -> str:
    return _AUTHORS if name == "author" else f"{name}_exact"

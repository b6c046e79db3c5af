"""Analysed query trees as Elasticsearch queries. What people typed reaches `match`, `intervals`,
`prefix` and `term` as values only, never a query language.
"""

from datetime import datetime
from typing import Any

from indexer import query
from indexer.analysis import analyzers as analysis
from indexer.fields import FILTERS
from indexer.query.analyzed import AllOf, AnyOf, Close, Exact, ExactValue, Node, NoneOf, Start, Stem
from indexer.query.timeline import epoch_ms

Query = dict[str, Any]

TITLE_BOOST = 3
TIE_BREAKER = 0.3
"""What the weaker of two matches, in the title and in the text, adds to the score."""
_FEW = 4
_AUTHORS = "authors.words"


def compile_query(node: Node) -> Query:
    """The query for a tree."""
    match node:
        case AllOf(parts):
            return _boolean("must", parts) if parts else {"match_all": {"boost": 0.0}}
        case AnyOf(parts):
            return _boolean("should", parts) if parts else {"match_none": {}}
        case NoneOf(part):
            return {"bool": {"must_not": [compile_query(part)], "filter": [{"match_all": {}}]}}
        case Stem() | Exact() | Start() | Close():
            return _text(node)
        case _:
            return {"bool": {"filter": [_filter(node)]}}


def column(field: str) -> str:
    """Where the values of a filter stand as they compare."""
    return f"{values(field)}.key" if FILTERS[field].folded else values(field)


def values(field: str) -> str:
    """Where the values of a filter stand as they are shown."""
    kept = FILTERS[field]
    return f"{kept.name}.name" if kept.kind == "credit" else kept.name


def reads_positions(body: Any) -> bool:
    """Whether a part of a request looks at phrases, at words near each other or at beginnings of words."""
    if isinstance(body, dict):
        costly = not body.keys().isdisjoint(("intervals", "prefix")) or body.get("type") == "phrase"
        return costly or any(map(reads_positions, body.values()))
    return isinstance(body, list) and any(map(reads_positions, body))


def _boolean(occur: str, parts: tuple[Node, ...]) -> Query:
    return {"bool": {occur: [compile_query(part) for part in parts]}}


def _filter(node: ExactValue | query.Published | query.Maybe | query.All) -> Query:
    match node:
        case ExactValue(field, value):
            return {"term": {column(field): {"value": value}}}
        case query.Published(start, end):
            return _between("published", start, end)
        case query.Maybe(start, end):
            ends = [
                _bound("published_earliest", None, end),
                _bound("published_latest", start, None),
            ]
            return {"bool": {"filter": ends}}
        case _:
            return {"match_all": {}}


def _between(field: str, start: datetime | None, end: datetime | None) -> Query:
    limits = {
        name: epoch_ms(moment, "ceil")
        for name, moment in (("gte", start), ("lt", end))
        if moment is not None
    }
    return (
        {"range": {field: {**limits, "format": "epoch_millis"}}}
        if limits
        else {"exists": {"field": field}}
    )


def _bound(field: str, start: datetime | None, end: datetime | None) -> Query:
    """A bound that is not known is the date point."""
    without = {
        "bool": {
            "must_not": [{"exists": {"field": field}}],
            "filter": [_between("published", start, end)],
        }
    }
    return {"bool": {"should": [_between(field, start, end), without]}}


def _text(node: Stem | Exact | Start | Close) -> Query:
    found = [
        {**query, "boost": TITLE_BOOST if name == "title" else 1}
        for name in ([node.field] if node.field else ["title", "text"])
        for query in ([_multi(name, node)] if isinstance(node, Stem | Exact) else [])
    ]
    if isinstance(node, Stem | Exact):
        queries: list[Query] = [{"multi_match": options} for options in found]
    elif isinstance(node, Start) and len(node.words) == 1:
        queries = [
            {"prefix": {name: {"value": node.words[0]}}} for name in _exact_fields(node.field)
        ]
    else:
        queries = [
            part
            for name in ([node.field] if node.field else ["title", "text"])
            for part in _intervals(name, node)
        ]
    return {"dis_max": {"queries": queries, "tie_breaker": TIE_BREAKER}}


def _multi(name: str, node: Stem | Exact) -> Query:
    fields = [_exact_field(name)]
    if isinstance(node, Stem) and name != "author":
        languages = analysis.languages_for(node.words)
        # A pattern costs nothing for languages that no article has.
        fields += (
            [f"{name}.*"] if len(languages) > _FEW else [f"{name}.{code}" for code in languages]
        )
    found: Query = {
        "query": " ".join(node.words),
        "fields": fields,
        "type": "best_fields",
        "tie_breaker": TIE_BREAKER,
    }
    if len(node.words) > 1:
        found |= {"type": "phrase", "slop": node.slop if isinstance(node, Exact) else 0}
    return found


def _intervals(name: str, node: Start | Close) -> list[Query]:
    exact = _exact_field(name)
    if isinstance(node, Start):
        *whole, cut = node.words
        parts = [_words(whole, None), {"prefix": {"prefix": cut}}]
        return [
            {"intervals": {exact: {"all_of": {"ordered": True, "max_gaps": 0, "intervals": parts}}}}
        ]
    if name == "author" or (isinstance(node.left, Exact) and isinstance(node.right, Exact)):
        return [{"intervals": {exact: _either_order(node, exact)}}]
    fields = [
        exact,
        *(f"{name}.{code}" for code in analysis.languages_for(node.left.words + node.right.words)),
    ]
    return [{"intervals": {field: _either_order(node, exact)}} for field in fields]


def _either_order(node: Close, exact: str) -> Query:
    sides = [
        _words(side.words, exact if isinstance(side, Exact) else None)
        for side in (node.left, node.right)
    ]
    orders = [sides, sides[::-1]]
    return {
        "any_of": {
            "intervals": [
                {"all_of": {"ordered": True, "max_gaps": node.distance, "intervals": order}}
                for order in orders
            ]
        }
    }


def _words(words: "tuple[str, ...] | list[str]", field: str | None) -> Query:
    rule: Query = {"query": " ".join(words), "ordered": True, "max_gaps": 0}
    return {"match": {**rule, "use_field": field} if field else rule}


def _exact_field(name: str) -> str:
    return _AUTHORS if name == "author" else f"{name}_exact"


def _exact_fields(name: str | None) -> list[str]:
    return [_exact_field(name)] if name else [_exact_field("title"), _exact_field("text")]

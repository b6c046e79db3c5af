"""Analysed query trees as tantivy queries."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import tantivy

from indexer import query
from indexer.analysis import analyzers as analysis
from indexer.backend import UnsupportedError
from indexer.backends.embedded.cost import CostMeter, TermStatistics
from indexer.backends.embedded.phrases import (
    POSITIONS_A_WORD,
    PhrasePlan,
    Placed,
    loose_phrases,
    near_phrases,
)
from indexer.backends.embedded.schema import TEXT_COLUMNS, exact_term, stem_term
from indexer.fields import FILTERS
from indexer.query import QueryError
from indexer.query.analyzed import AllOf, AnyOf, Close, Exact, ExactValue, Node, NoneOf, Start, Stem

TITLE_BOOST = 3.0
TIE_BREAKER = 0.3
"""What the weaker of two matches, in the title and in the text, adds to the score."""
MAX_PHRASES = 8_000
"""How many exact phrases a loose one may be unfolded into: three words with the highest number are
7,651.
"""
MAX_STARTS = 1_000
"""How many words may begin with the last, cut word of a phrase."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Compiler:
    """Compiles one query for one snapshot of the index, whose words tell which parts of it can
    match at all.
    """

    def __init__(
        self, schema: tantivy.Schema, searcher: tantivy.Searcher, words: TermStatistics
    ) -> None:
        self.schema = schema
        self.searcher = searcher
        self._words = words
        self._meter = CostMeter(searcher, words)

    def compiled(self, node: Node) -> tantivy.Query:
        """The query for a tree; raises `QueryError`, also where it would cost too much, and `UnsupportedError`."""
        match node:
            case AllOf(parts):
                return (
                    _boolean(tantivy.Occur.Must, map(self.compiled, parts))
                    if parts
                    else _everything()
                )
            case AnyOf(parts):
                return _boolean(tantivy.Occur.Should, map(self.compiled, parts))
            case NoneOf(part):
                kept = (tantivy.Occur.Must, _everything())
                return tantivy.Query.boolean_query(
                    [kept, (tantivy.Occur.MustNot, self.compiled(part))]
                )
            case Stem() | Exact() | Start() | Close():
                return self._text(node)
            case _:
                return tantivy.Query.const_score_query(self._filter(node), 0.0)

    def _filter(
        self, node: ExactValue | query.Published | query.Maybe | query.All
    ) -> tantivy.Query:
        match node:
            case ExactValue(field, value):
                column = f"{field}_key" if FILTERS[field].folded else field
                return tantivy.Query.term_query(self.schema, column, value)
            case query.Published(start, end):
                return self._between("point", start, end)
            case query.Maybe(start, end):
                ends = [self._between("earliest", None, end), self._between("latest", start, None)]
                return _boolean(tantivy.Occur.Must, ends)
            case _:
                return tantivy.Query.all_query()

    def _between(self, column: str, start: datetime | None, end: datetime | None) -> tantivy.Query:
        if start is None and end is None:
            return tantivy.Query.exists_query(column)
        lower, upper = (None if moment is None else milliseconds(moment) for moment in (start, end))
        integer = tantivy.FieldType.Integer
        return tantivy.Query.range_query(
            self.schema, column, integer, lower, upper, include_upper=upper is None
        )

    def _text(self, node: Stem | Exact | Start | Close) -> tantivy.Query:
        found = []
        for field in [TEXT_COLUMNS[node.field]] if node.field else ["title", "text"]:
            phrases = [
                self._phrase(field, way) for way in self._possible(field, self._ways(field, node))
            ]
            if isinstance(node, Start) and len(node.words) == 1:
                phrases = [self._start(field, node.words[0])]
            boost = TITLE_BOOST if field == "title" else 1.0
            found += [tantivy.Query.boost_query(phrase, boost) for phrase in phrases]
        return (
            tantivy.Query.disjunction_max_query(found, TIE_BREAKER)
            if found
            else tantivy.Query.empty_query()
        )

    def _ways(self, field: str, node: Stem | Exact | Start | Close) -> Iterator[PhrasePlan]:
        """The ways in which the words can stand in the index."""
        match node:
            case Stem(words):
                yield from (
                    PhrasePlan(_side(node, language)) for language in self._languages(field, words)
                )
            case Exact(words, _, slop):
                if self._is_known(field, placed := _exact(words)):
                    yield from loose_phrases(placed, slop)
            case Start(words):
                yield from self._starts(field, words) if len(words) > 1 else ()
            case Close(left, right, distance):
                exact = isinstance(left, Exact) and isinstance(right, Exact)
                for language in (
                    [None] if exact else self._languages(field, left.words + right.words)
                ):
                    sides = (_side(left, language), _side(right, language))
                    if all(self._is_known(field, placed) for placed in sides):
                        yield from near_phrases(*sides, distance)

    def _languages(self, field: str, words: tuple[str, ...]) -> list[str | None]:
        """None for the words as they are, as in an article of any language; authors are not stemmed."""
        if field == TEXT_COLUMNS["author"]:
            return [None]
        there = self._words.languages(field)
        return [None, *(code for code in analysis.languages_for(words) if code in there)]

    def _possible(self, field: str, ways: Iterator[PhrasePlan]) -> Iterator[PhrasePlan]:
        for count, way in enumerate(ways, 1):
            if count > MAX_PHRASES:
                raise UnsupportedError(
                    "So long and loose a phrase can only be searched with Elasticsearch: lower its ~number."
                )
            if self._is_known(field, way.placed):
                yield way

    def _is_known(self, field: str, placed: Placed) -> bool:
        return all(self._words.frequency(field, term) for _, term in placed)

    def _phrase(self, field: str, way: PhrasePlan) -> tantivy.Query:
        self._meter.terms(field, [term for _, term in way.placed])
        if len(way.placed) == 1:
            return tantivy.Query.term_query(
                self.schema, field, way.placed[0][1], index_option="freq"
            )
        return tantivy.Query.phrase_query(self.schema, field, list(way.placed), slop=way.slop)

    def _start(self, field: str, word: str) -> tantivy.Query:
        """Folded words hold letters, digits and marks only: none means anything in a regular expression."""
        self._meter.prefix(field, len(word))
        return tantivy.Query.const_score_query(
            tantivy.Query.regex_query(self.schema, field, f"{exact_term(word)}.*"), 1.0
        )

    def _starts(self, field: str, words: Sequence[str]) -> Iterator[PhrasePlan]:
        *whole, cut = words
        found = self.searcher.terms_with_prefix(field, exact_term(cut), limit=MAX_STARTS + 1)
        if len(found) > MAX_STARTS:
            raise QueryError(f"Too many words begin with {cut!r}: write more of it.")
        for term, _ in found:
            yield PhrasePlan([*_exact(whole), (len(whole) * POSITIONS_A_WORD, term)])


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970, rounded up."""
    return -((_EPOCH - moment) // timedelta(milliseconds=1))


def _everything() -> tantivy.Query:
    return tantivy.Query.const_score_query(tantivy.Query.all_query(), 0.0)


def _boolean(
    occur: tantivy.Occur, queries: "map[tantivy.Query] | list[tantivy.Query]"
) -> tantivy.Query:
    parts = [(occur, query) for query in queries]
    return tantivy.Query.boolean_query(parts) if parts else tantivy.Query.empty_query()


def _side(side: Stem | Exact, language: str | None) -> Placed:
    return (
        _exact(side.words)
        if language is None or isinstance(side, Exact)
        else _stemmed(side.words, language)
    )


def _exact(words: Sequence[str]) -> Placed:
    return [(at * POSITIONS_A_WORD, exact_term(word)) for at, word in enumerate(words)]


def _stemmed(words: Sequence[str], language: str) -> Placed:
    found = analysis.stems(words, language)
    return [(at * POSITIONS_A_WORD + 1, stem_term(stem, language)) for at, stem in enumerate(found)]

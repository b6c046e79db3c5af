"""Analysed query trees as tantivy queries."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product

import tantivy

from indexer import query
from indexer.analysis.terms import Term, Wording, exact_terms
from indexer.analysis.zones import zone_column
from indexer.backend import UnsupportedError
from indexer.backends.embedded.cost import CostMeter, TermStatistics
from indexer.backends.embedded.phrases import (
    PhrasePlan,
    loose_phrases,
    near_wordings,
    placed_wordings,
)
from indexer.backends.embedded.schema import DATE_COLUMNS, TEXT_COLUMNS
from indexer.fields import FILTERS
from indexer.query import QueryError
from indexer.query.analyzed import (
    AllOf,
    AnyOf,
    AsTyped,
    Close,
    Exact,
    ExactValue,
    Leaf,
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
from indexer.query.ranking import Preference, RankedWord
from indexer.query.wordings import (
    beginnings,
    near_languages,
    side_wordings,
    stemming_languages,
    wordings,
)

MAX_PHRASES = 8_000
"""How many exact phrases a loose one may be unfolded into: three words with the highest number are
7,651.
"""
MAX_STARTS = 1_000
"""How many words may begin with the last, cut word of a phrase."""


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

    def compile(self, node: Node) -> tantivy.Query:
        """The query for a tree.

        Raises `QueryError`, also where it would cost too much, and `UnsupportedError`.
        """
        match node:
            case AllOf(parts) if parts:
                return _boolean(tantivy.Occur.Must, map(self.compile, parts))
            case AllOf():
                return _everything()
            case AnyOf(parts):
                return _boolean(tantivy.Occur.Should, map(self.compile, parts))
            case MostOf() | NoneOf():
                return self._counted_or_excluded(node)
        return self._leaf(node)

    def preferred(self, preference: Preference) -> tantivy.Query:
        """The query for what adds its weight to the score of an article.

        Raises `QueryError` and `UnsupportedError`.
        """
        return tantivy.Query.const_score_query(self.compile(preference.node), preference.weight)

    def ranked_word(self, word: RankedWord) -> tantivy.Query | None:
        """The query for a word in a zone, by which its articles are ranked; None where no article
        has it there.

        The terms of a reading share their statistics, as Elasticsearch has it for terms at one
        place: else an article would rank high because few others are in its language.
        """
        field = zone_column(word.zone)
        ways = []
        for reading in word.readings:
            terms = [term for term in reading if self._words.frequency(field, term)]
            rarity = self._words.rarity(field, terms)
            for term in terms:
                found = tantivy.Query.term_query(self.schema, field, term, index_option="freq")
                boost = word.weight * rarity / self._words.rarity(field, [term])
                ways.append(tantivy.Query.boost_query(found, boost))
        if len(ways) < 2:
            return next(iter(ways), None)
        return tantivy.Query.disjunction_max_query(ways, 0.0)

    def _counted_or_excluded(self, node: MostOf | NoneOf) -> tantivy.Query:
        if isinstance(node, MostOf):
            parts = [(tantivy.Occur.Should, self.compile(part)) for part in node.parts]
            return tantivy.Query.boolean_query(parts, minimum_number_should_match=node.least)
        excluded = (tantivy.Occur.MustNot, self.compile(node.part))
        # tantivy finds nothing by what is excluded alone.
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, _everything()), excluded])

    def _leaf(self, node: Leaf) -> tantivy.Query:
        match node:
            case Stem() | Exact() | AsTyped() | Start() | Close():
                return self._text(node)
            case _:
                return tantivy.Query.const_score_query(self._filter(node), 0.0)

    def _filter(self, node: ExactValue | Plain) -> tantivy.Query:
        match node:
            case ExactValue(field, value):
                column = f"{field}_key" if FILTERS[field].folded else field
                return tantivy.Query.term_query(self.schema, column, value)
            case query.Published() | query.Maybe():
                ways = [self._within(part) for part in date_ranges(node)]
                return _boolean(tantivy.Occur.Should, ways)
            case query.Moment() | query.Amount() | query.Has():
                return self._condition(node)
            case _:
                return tantivy.Query.all_query()

    def _condition(self, node: query.Condition) -> tantivy.Query:
        match node:
            case query.Moment():
                return self._between(moment_range(node))
            case query.Amount(column, least, most):
                return self._range(column, least, most)
            case query.Has("paywalled"):
                return self._range("paywalled", 1, 1)
            case query.Has(what):
                return tantivy.Query.exists_query(DATE_COLUMNS.get(what, what))

    def _within(self, ranges: Iterable[DateRange]) -> tantivy.Query:
        """Every one of these ranges."""
        return _boolean(tantivy.Occur.Must, map(self._between, ranges))

    def _between(self, between: DateRange) -> tantivy.Query:
        lower = between.first
        upper = between.end
        if lower is None and upper is None:
            return tantivy.Query.exists_query(between.column)
        integer = tantivy.FieldType.Integer
        return tantivy.Query.range_query(
            self.schema, between.column, integer, lower, upper, include_upper=upper is None
        )

    def _range(self, column: str, least: int | None, most: int | None) -> tantivy.Query:
        integer = tantivy.FieldType.Integer
        return tantivy.Query.range_query(self.schema, column, integer, least, most)

    def _text(self, node: Text) -> tantivy.Query:
        fields = [TEXT_COLUMNS[node.field]] if node.field else ["title", "text"]
        ways = [found for field in fields for found in self._text_queries(field, node)]
        return tantivy.Query.const_score_query(_boolean(tantivy.Occur.Should, ways), 0.0)

    def _text_queries(self, field: str, node: Text) -> Iterator[tantivy.Query]:
        """The ways to match the words in one field."""
        if isinstance(node, Start) and len(node.words) == 1:
            yield self._prefix(field, node.words[0])
            return
        if isinstance(node, Stem) and len(node.words) == 1:
            yield from self._one_word(field, node)
            return
        for count, plan in enumerate(self._plans(field, node), 1):
            if count > MAX_PHRASES:
                raise UnsupportedError(
                    "So long and loose a phrase can only be searched with Elasticsearch: "
                    "lower its ~number."
                )
            yield self._phrase(field, plan)

    def _one_word(self, field: str, node: Stem) -> Iterator[tantivy.Query]:
        found = [wording[0][1] for wording in wordings(node, self._languages(field, node))]
        for term in dict.fromkeys(found):
            if self._words.frequency(field, term):
                yield self._term(field, term)

    def _plans(self, field: str, node: Text) -> Iterator[PhrasePlan]:
        """The phrases as which the words can stand in the index."""
        match node:
            case Start(words):
                yield from self._completed(field, words)
            case Close():
                yield from self._near(field, node)
            case Stem() | Exact() | AsTyped():
                yield from self._in_order(field, node)

    def _near(self, field: str, node: Close) -> Iterator[PhrasePlan]:
        languages = self._languages(field, *node.left, *node.right)
        for left, right in product(node.left, node.right):
            for language in near_languages((left, right), languages):
                first_ways = self._near_wordings(field, left, language)
                second_ways = self._near_wordings(field, right, language)
                for first, second in product(first_ways, second_ways):
                    yield from near_wordings(first, second, node.distance)

    def _near_wordings(self, field: str, side: NearSide, language: str | None) -> list[Wording]:
        """The ways of one side of NEAR that the index has."""
        if isinstance(side, Start):
            begun = beginnings(side.words)
            return [found for wording in begun for found in self._ended(field, wording)]
        found = side_wordings(side, language)
        return [wording for wording in found if self._is_indexed(field, wording)]

    def _in_order(self, field: str, side: Side) -> Iterator[PhrasePlan]:
        slop = 0 if isinstance(side, Stem) else side.slop
        for wording in wordings(side, self._languages(field, side)):
            if not self._is_indexed(field, wording):
                continue
            places = placed_wordings(wording)
            # Where the only term stands among those of its word makes no difference.
            for placed in islice(places, 1) if len(wording) == 1 else places:
                yield from loose_phrases(placed, slop)

    def _languages(self, field: str, *sides: NearSide) -> list[str]:
        """The languages of the index that the words may be in; none for authors."""
        if field == TEXT_COLUMNS["author"]:
            return []
        indexed = self._words.languages(field)
        return [code for code in stemming_languages(*sides) if code in indexed]

    def _is_indexed(self, field: str, wording: Wording) -> bool:
        """Whether the index has every term: else the phrase can't match, and is left out."""
        return all(self._words.frequency(field, term) for _, term in wording)

    def _phrase(self, field: str, plan: PhrasePlan) -> tantivy.Query:
        terms = [term for _, term in plan.placed]
        if len(terms) == 1:
            return self._term(field, terms[0])
        self._meter.terms(field, terms)
        return tantivy.Query.phrase_query(self.schema, field, list(plan.placed), slop=plan.slop)

    def _term(self, field: str, term: str) -> tantivy.Query:
        self._meter.terms(field, [term])
        return tantivy.Query.term_query(self.schema, field, term, index_option="basic")

    def _prefix(self, field: str, word: str) -> tantivy.Query:
        """Words that begin so.

        A folded word holds letters, digits and marks only, so nothing in it means anything in a
        regular expression.
        """
        self._meter.prefix(field, len(word))
        return tantivy.Query.regex_query(self.schema, field, f"[-+=]{word}.*")

    def _completed(self, field: str, words: Sequence[str]) -> Iterator[PhrasePlan]:
        """A phrase for each word that begins with the last one."""
        for wording in self._ended(field, exact_terms(words)):
            for placed in placed_wordings(wording):
                yield PhrasePlan(placed)

    def _ended(self, field: str, begun: Sequence[Term]) -> Iterator[Wording]:
        """The wording with each term of the index that begins with its last one."""
        *first_terms, (place, cut) = begun
        terms = self.searcher.terms_with_prefix(field, cut, limit=MAX_STARTS + 1)
        if len(terms) > MAX_STARTS:
            raise QueryError(f"Too many words begin with {cut[1:]!r}: write more of it.")
        for term, _ in terms:
            yield (*first_terms, (place, term))


def _everything() -> tantivy.Query:
    return tantivy.Query.const_score_query(tantivy.Query.all_query(), 0.0)


def _boolean(occur: tantivy.Occur, queries: Iterable[tantivy.Query]) -> tantivy.Query:
    parts = [(occur, query) for query in queries]
    return tantivy.Query.boolean_query(parts) if parts else tantivy.Query.empty_query()

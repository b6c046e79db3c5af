"""What ranks the matches of a query, as tantivy queries whose scores add up."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import orjson
import tantivy

from indexer.backends.embedded.compile import Compiler
from indexer.query import QueryError, ScorePart
from indexer.query.analyzed import Node
from indexer.query.ranking import Part, ranking, score_part


@dataclass(frozen=True, slots=True)
class Scoring:
    """A query whose matches have scores, and the parts of these scores."""

    query: tantivy.Query
    parts: Sequence[tuple[Part, tantivy.Query]] = ()

    def explained(self, searcher: tantivy.Searcher, address: tantivy.DocAddress) -> list[ScorePart]:
        """The parts of the score of one match."""
        scores = ((part, _score(query, searcher, address)) for part, query in self.parts)
        return [score_part(part, score) for part, score in scores if score]


def scoring(compiler: Compiler, matches: tantivy.Query, tree: Node) -> Scoring:
    """The matches of a query, ranked by an analysed tree; without its preferences where they cost
    too much.
    """
    words, preferences = ranking(tree)
    parts: list[tuple[Part, tantivy.Query]] = []
    for word in words:
        query = compiler.ranked_word(word)
        if query is not None:
            parts.append((word, query))
    with suppress(QueryError):  # preferences may cost too much, and do no more than rank
        parts += [(part, compiler.preferred(part)) for part in preferences]
    clauses = [(tantivy.Occur.Must, matches)]
    clauses += [(tantivy.Occur.Should, query) for _, query in parts]
    return Scoring(tantivy.Query.boolean_query(clauses), parts)


def _score(query: tantivy.Query, searcher: tantivy.Searcher, address: tantivy.DocAddress) -> float:
    try:
        explanation = query.explain(searcher, address)
    except ValueError:  # it does not match this article
        return 0.0
    return float(orjson.loads(explanation.to_json())["value"])

"""What ranks the matches of a query, as queries of Elasticsearch whose scores add up."""

from collections.abc import Mapping, Sequence
from typing import Any

from indexer.analysis.analyzers import TERM_MARK
from indexer.analysis.zones import zone_column
from indexer.backends.elastic.compile import Query, compile_query
from indexer.query import ScorePart, Search
from indexer.query.analyzed import Node
from indexer.query.ranking import Part, RankedWord, ranking, score_part
from indexer.query.selection import Selection


def scored_parts(tree: Node) -> list[Part]:
    """What ranks the matches of an analysed tree."""
    words, preferences = ranking(tree)
    return [*words, *preferences]


def scored(part: Part, name: str) -> Query:
    """The query for a part of the score, by whose name hits tell its score."""
    if isinstance(part, RankedWord):
        ways = [_as_read(part, reading) for reading in part.readings]
        return {"dis_max": {"queries": ways, "boost": part.weight, "_name": name}}
    found = compile_query(part.node)
    return {"constant_score": {"filter": found, "boost": part.weight, "_name": name}}


def _as_read(word: RankedWord, reading: Sequence[str]) -> Query:
    """Terms at one place share their statistics, so that no language ranks higher."""
    asked = {"query": TERM_MARK.join(reading), "analyzer": "terms"}
    return {"match": {zone_column(word.zone): asked}}


def explained(search: Search, selected: Selection, hit: Mapping[str, Any]) -> list[ScorePart]:
    """The parts of the score of a hit, where they are asked for."""
    scores = hit.get("matched_queries")
    if not search.explain or not isinstance(scores, Mapping):
        return []
    found = []
    for place, part in enumerate(scored_parts(selected.tree)):
        score = scores.get(str(place))
        if score:
            found.append(score_part(part, float(score)))
    return found

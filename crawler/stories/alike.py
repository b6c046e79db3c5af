"""Which articles of many are most alike."""

import heapq
from collections import defaultdict
from collections.abc import Iterable

from crawler.article import Article
from crawler.stories.learned import Learned
from crawler.stories.reading import read
from crawler.stories.vectors import likeness, vector_of


class Alike:
    """Looks for like articles by all features of their vectors, in any language."""

    def __init__(self, articles: Iterable[Article]) -> None:
        learned = Learned()
        readings = [read(article) for article in articles]
        for reading in readings:
            learned.learn(reading)
        self._vectors = {reading.id: vector_of(reading, learned) for reading in readings}
        self._holding: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
        for id_, vector in self._vectors.items():
            for feature, weight in vector.items():
                self._holding[feature].append((id_, weight))

    def most(self, id_: str, count: int) -> list[str]:
        """The ids of the articles that are most like this one, the best first, without itself."""
        found: defaultdict[str, float] = defaultdict(float)
        for feature, weight in self._vectors[id_].items():
            for other, others_weight in self._holding[feature]:
                found[other] += weight * others_weight
        found.pop(id_, None)
        best = heapq.nsmallest(count, found.items(), key=lambda item: (-item[1], item[0]))
        return [other for other, _ in best]

    def similarity(self, first: str, second: str) -> float:
        """How alike two articles are, 0 … 1; `KeyError` for one that is not there."""
        return min(1.0, likeness(self._vectors[first], self._vectors[second]))

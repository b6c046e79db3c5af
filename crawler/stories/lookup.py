"""Where articles are found by what they share, in memory."""

from collections import defaultdict
from itertools import islice
from typing import TypeVar

from crawler.stories.reading import ArticleReading
from crawler.stories.vectors import Vector

INDEXED_VALUES = 20
"""The smallest values of a sketch, by which a text is found."""
INDEXED_FEATURES = 16
_NEWEST = 100
"""Articles that are kept for one value or feature: what is asked of a common one stays bounded."""
CANDIDATES = 40
Kept = TypeVar("Kept")


class Lookup:
    """Finds articles; of those that share one thing, the newest put in."""

    def __init__(self) -> None:
        self._texts: defaultdict[int, list[str]] = defaultdict(list)
        self._topics: defaultdict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)

    def keep(self, reading: ArticleReading, vector: Vector) -> None:
        """Put an article in."""
        for value in reading.sketch.values[:INDEXED_VALUES]:
            _append(self._texts[value], reading.id)
        for feature, weight in islice(vector.items(), INDEXED_FEATURES):
            _append(self._topics[reading.language, feature], (reading.id, weight))

    def drop(self, reading: ArticleReading, vector: Vector) -> None:
        """Take an article out."""
        for value in reading.sketch.values[:INDEXED_VALUES]:
            self._texts[value] = [other for other in self._texts[value] if other != reading.id]
        for feature in islice(vector, INDEXED_FEATURES):
            found = self._topics[reading.language, feature]
            found[:] = [pair for pair in found if pair[0] != reading.id]

    def sharing_text(self, reading: ArticleReading) -> list[str]:
        """The articles that may have text in common, each once."""
        found: dict[str, None] = {}
        for value in reading.sketch.values[:INDEXED_VALUES]:
            if value in self._texts:
                found.update(dict.fromkeys(self._texts[value]))
        found.pop(reading.id, None)
        return list(found)

    def sharing_topic(self, language: str, vector: Vector) -> list[str]:
        """The articles of a language whose heaviest features this one has, the most alike first."""
        likeness: defaultdict[str, float] = defaultdict(float)
        for feature, weight in vector.items():
            for other, others_weight in self._topics.get((language, feature), ()):
                likeness[other] += weight * others_weight
        ranked = sorted(likeness.items(), key=lambda item: (-item[1], item[0]))
        return [other for other, _ in ranked[:CANDIDATES]]


def _append(newest: list[Kept], item: Kept) -> None:
    """Add an item, and let go of the oldest where there are too many."""
    newest.append(item)
    if len(newest) > _NEWEST:
        del newest[0]

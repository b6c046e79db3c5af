"""Vectors: the features of an article that weigh most, by which articles on one event are alike."""

import math
from collections.abc import Mapping

from crawler.stories.learned import Learned
from crawler.stories.reading import ArticleReading

Vector = Mapping[str, float]
"""Feature → weight, the heaviest first; the squares of all weights add up to 1."""
_FEATURES = 100


def vector_of(reading: ArticleReading, learned: Learned) -> dict[str, float]:
    """The vector of an article, by what is known of its features' rarity."""
    rarity = learned.rarity(reading.language, reading.features)
    weights = {name: weight * rarity[name] for name, weight in reading.features.items()}
    # Of weights that differ little the first mentioned comes first: the beginning tells the event.
    heaviest = sorted(weights.items(), key=lambda item: -round(item[1]))[:_FEATURES]
    length = math.sqrt(sum(weight * weight for _, weight in heaviest))
    return {name: weight / length for name, weight in heaviest if weight > 0.0}


def likeness(first: Vector, second: Vector) -> float:
    """The cosine of two vectors: 0 for nothing in common, 1 for the same."""
    smaller, larger = sorted((first, second), key=len)
    return sum(weight * larger[name] for name, weight in smaller.items() if name in larger)


def common_features(first: Vector, second: Vector, most: int) -> list[str]:
    """The features that make two vectors alike, the weightiest first."""
    shared = [(weight * second[name], name) for name, weight in first.items() if name in second]
    shared.sort(key=lambda item: (-item[0], item[1]))
    return [name for _, name in shared[:most]]

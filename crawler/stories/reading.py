"""What is compared of an article: a sketch of its text, its numbers, its weighted words."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crawler.article import Article
from crawler.enrich.language import language_of
from crawler.stories import times
from crawler.stories.sketches import Sketch, sketch_of
from crawler.stories.words import cased_words, stem, topic_words, written_words

MOST_WORDS = 5_000
"""Words of a text that are looked at for copies: pages without end cost no more."""
TOPIC_WORDS = 300
"""Words of a text that tell its event: what comes later is mostly background."""
_TITLE_WORDS = 60
_TITLE_WEIGHT = 2.0
_NAME_WEIGHT = 1.5
_NAME_LENGTHS = range(2, 6)
"""Words of a name that is a feature of its own."""
_MOST_NUMBERS = 60


@dataclass(frozen=True, slots=True)
class ArticleReading:
    """An article as it is compared: times are Unix seconds, `length` counts the words of the text;
    `features` holds the weight of each stem and name before their rarity counts.
    """

    id: str
    language: str
    source: str | None
    effective: float
    arrived: float
    length: int
    sketch: Sketch
    numbers: frozenset[str]
    features: Mapping[str, float]

    @property
    def rank(self) -> tuple[float, str]:
        """The place in the order of publication."""
        return self.effective, self.id


def read(article: Article) -> ArticleReading:
    """What is compared of an article; nothing else is looked at later."""
    body = cased_words(article.text, MOST_WORDS)
    title = topic_words(cased_words(article.title, _TITLE_WORDS))
    folded = [word.lower() for word in body]
    features = _features(title, topic_words(body[:TOPIC_WORDS]))
    return ArticleReading(
        id=article.id,
        language=article.language or language_of(article.text) or "",
        source=article.source,
        effective=times.effective(article),
        arrived=times.moment(article),
        length=len(body),
        sketch=sketch_of(folded),
        numbers=_numbers(folded),
        features=features,
    )


def forms(article: Article) -> dict[str, str]:
    """Each feature of an article as the article writes it, for people."""
    found: dict[str, str] = {}
    for text, limit in ((article.title, _TITLE_WORDS), (article.text, TOPIC_WORDS)):
        bare = topic_words(cased_words(text, limit))
        written = topic_words(written_words(text, limit))
        for start, end in _names(bare):
            name = " ".join(written[start:end])
            found.setdefault(_name_feature(bare[start:end]), name)
        for word, as_written in zip(bare, written, strict=True):
            found.setdefault(stem(word.lower()), as_written)
    return found


def _numbers(words: Sequence[str]) -> frozenset[str]:
    found = [word for word in dict.fromkeys(words) if word[0].isdigit()]
    return frozenset(found[:_MOST_NUMBERS])


def _features(title: Sequence[str], body: Sequence[str]) -> dict[str, float]:
    of_title = [stem(word.lower()) for word in title]
    counts = Counter(of_title)
    counts.update(stem(word.lower()) for word in body)
    weights = {feature: 1.0 + math.log(count) for feature, count in counts.items()}
    for feature in set(of_title):
        weights[feature] += _TITLE_WEIGHT
    for words in (title, body):
        for start, end in _names(words):
            feature = _name_feature(words[start:end])
            weights[feature] = weights.get(feature, 0.0) + _NAME_WEIGHT
    return weights


def _names(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where runs of capitalised words begin and end."""
    start = 0
    for at, word in enumerate(words):
        if len(word) > 1 and word[0].isupper():
            continue
        if at - start in _NAME_LENGTHS:
            yield start, at
        start = at + 1
    if len(words) - start in _NAME_LENGTHS:
        yield start, len(words)


def _name_feature(name: Sequence[str]) -> str:
    return " ".join(word.lower() for word in name)

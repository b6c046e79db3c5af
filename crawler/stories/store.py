"""What keeps the articles that are judged."""

from collections.abc import Iterable
from typing import Protocol

from crawler.article import Article
from crawler.stories.reading import ArticleReading


class ReadingStore(Protocol):
    """Keeps articles as they are compared, and gives their words back for reasons."""

    def keep(self, article: Article, reading: ArticleReading) -> None:
        """Keep an article in place of an earlier wording of it."""

    def article(self, id_: str) -> Article:
        """A kept article; `KeyError` where there is none."""

    def readings(self) -> Iterable[ArticleReading]:
        """All that is kept, in any order."""


class MemoryStore:
    """Keeps articles in memory."""

    def __init__(self) -> None:
        self._articles: dict[str, Article] = {}
        self._readings: dict[str, ArticleReading] = {}

    def keep(self, article: Article, reading: ArticleReading) -> None:
        """Keep an article in place of an earlier wording of it."""
        self._articles[article.id] = article
        self._readings[article.id] = reading

    def article(self, id_: str) -> Article:
        """A kept article; `KeyError` where there is none."""
        return self._articles[id_]

    def readings(self) -> Iterable[ArticleReading]:
        """All that is kept, in the order of its coming."""
        return self._readings.values()

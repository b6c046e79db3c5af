"""Both backends answer alike on real news: the same words for the same text, the same articles for
random queries.
"""

import random
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from indexer.analysis import analyzers, folding
from indexer.analysis.terms import terms
from indexer.backend import Backend, Put
from indexer.document import to_source
from indexer.query import (
    And,
    Keyword,
    Maybe,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Published,
    Search,
    Word,
)
from tests.support.backends import OpenBackend
from tests.support.corpora import FILES, articles

pytestmark = [pytest.mark.elasticsearch, pytest.mark.shared, pytest.mark.slow]

QUERIES = 500
_BATCH = 5_000


Analyzers = Callable[[str, str], list[str]]


@pytest.fixture(scope="module")
def analyzed(elasticsearch_url: str) -> Iterator[Analyzers]:
    """The words that an analyzer of Elasticsearch makes of a text."""
    name = f"test-analysis-{uuid.uuid4().hex}"
    with Elasticsearch(elasticsearch_url, request_timeout=60) as client:
        client.indices.create(
            index=name,
            settings={
                "analysis": analyzers.elastic_analysis(),
                "index.analyze.max_token_count": 1_000_000,
            },
        )
        yield lambda analyzer, text: [
            token["token"]
            for token in client.indices.analyze(index=name, analyzer=analyzer, text=text)["tokens"]
        ]
        client.indices.delete(index=name)


@pytest.mark.parametrize("name", FILES)
def test_the_terms_of_whole_texts_agree(analyzed: Analyzers, shared: Path, name: str) -> None:
    for found in articles(shared, name, 100, step=7):
        text = found["text"][:20_000]
        source = to_source({"id": "1", "language": FILES[name], "text": text})
        mine = [term for row in terms(text, FILES[name]) for _, term in row]
        assert analyzed("terms", source["text_terms"]) == mine


def test_characters_fold_alike(analyzed: Analyzers) -> None:
    """Every character that Python and Elasticsearch may know: each on its own, between two letters."""
    known = [
        chr(code)
        for code in range(0x20, 0x30000)
        if chr(code).isprintable() and chr(code) != "." and not _is_han(code)
    ]
    for begin in range(0, len(known), _BATCH):
        text = " ".join(f"a{character}b" for character in known[begin : begin + _BATCH])
        assert analyzed("exact", text) == folding.words(text)


def _is_han(code: int) -> bool:
    return 0x3400 <= code < 0xD7A4 or code >= 0x20000


class Trees:
    """Random query trees of words, names and dates that occur in the articles."""

    def __init__(self, seed: int, found: list[dict[str, Any]]) -> None:
        self._random = random.Random(seed)
        self._texts = [f"{article['title']} . {article['text']}".split() for article in found]
        self._articles = found

    def search(self) -> Search:
        pick = self._random
        filters = {}
        if pick.random() < 0.4:
            filters["language"] = tuple(pick.sample(["fr", "en", "ar"], pick.randint(1, 2)))
        if pick.random() < 0.2:
            filters["source"] = tuple({pick.choice(self._articles)["source"] for _ in range(3)})
        facets = ("language", "source", "section", "topic", "author")
        return Search(self.tree(3), filters, limit=0, facets=facets, facet_size=50)

    def tree(self, depth: int) -> Node:
        pick = self._random
        if depth and pick.random() < 0.6:
            parts = tuple(self.tree(depth - 1) for _ in range(pick.randint(2, 3)))
            made: list[Node] = [And(parts), Or(parts), Or(parts), Not(parts[0])]
            return pick.choice(made)
        return pick.choice(
            [self.word, self.word, self.phrase, self.near, self.prefix, self.name, self.date]
        )()

    def word(self) -> Node:
        return Word(self._words(1)[0], self._random.choice([None, None, "title", "text"]))

    def phrase(self) -> Node:
        words = self._words(self._random.randint(2, 3))
        if self._random.random() < 0.3:
            self._random.shuffle(words)
            return Phrase(" ".join(words), slop=self._random.randint(1, 4))
        return Phrase(" ".join(words))

    def near(self) -> Node:
        words = self._words(self._random.randint(3, 9))
        right: Word | Phrase = (
            Phrase(" ".join(words[-2:])) if self._random.random() < 0.4 else Word(words[-1])
        )
        return Near(Word(words[0]), right, self._random.randint(0, 9))

    def prefix(self) -> Node:
        word = self._words(1)[0]
        return Prefix(word[: self._random.randint(2, 5)])

    def name(self) -> Node:
        field, key = self._random.choice(
            [("source", "source"), ("section", "section"), ("language", "language")]
        )
        return Keyword(field, str(self._random.choice(self._articles)[key] or "none"))  # type: ignore[arg-type]

    def date(self) -> Node:
        start = datetime(1987, 1, 1, tzinfo=UTC) + timedelta(
            hours=self._random.randint(0, 33 * 8_766)
        )
        end = start + timedelta(days=self._random.randint(0, 4_000))
        kinds: list[type[Published] | type[Maybe]] = [Published, Maybe]
        return self._random.choice(kinds)(start, self._random.choice([end, None]))

    def _words(self, count: int) -> list[str]:
        text = self._random.choice(self._texts)
        begin = self._random.randrange(max(1, len(text) - count))
        return text[begin : begin + count]


@pytest.fixture(scope="module")
def sample(shared: Path) -> list[dict[str, Any]]:
    return [found for name in FILES for found in articles(shared, name, 160, step=11)]


@pytest.fixture(scope="module")
def both(open_empty: OpenBackend, sample: list[dict[str, Any]]) -> list[Backend]:
    backends = [open_empty("embedded"), open_empty("elasticsearch")]
    for backend in backends:
        outcomes = backend.write([Put(found) for found in sample])
        assert {outcome.status for outcome in outcomes} == {"done"}
        backend.refresh()
    return backends


@pytest.mark.parametrize("seed", range(10))
def test_random_queries_find_the_same(
    both: list[Backend], sample: list[dict[str, Any]], seed: int
) -> None:
    trees = Trees(seed, sample)
    some = 0
    for _ in range(QUERIES // 10):
        search = trees.search()
        embedded, elastic = (backend.search(search) for backend in both)
        mine, theirs = (
            {str(document["id"]) for document in backend.scan(search)} for backend in both
        )
        assert mine == theirs, search.tree
        assert embedded.total == elastic.total == len(mine)
        assert embedded.facets == elastic.facets, search
        some += bool(mine)
    assert some > QUERIES / 20, "most random queries should find something"


@pytest.mark.parametrize("tz", ["UTC", "Asia/Beirut", "America/New_York", "Asia/Kolkata"])
@pytest.mark.parametrize("interval", ["auto", "day", "week", "month", "year"])
def test_timelines_agree(both: list[Backend], interval: Any, tz: str) -> None:
    for tree in (
        Keyword("language", "fr"),
        Keyword("language", "ar"),
        Keyword("source", "reuters (1987 wire)"),
    ):
        embedded, elastic = (backend.timeline(Search(tree), interval, tz) for backend in both)
        assert embedded == elastic


def test_orders_agree(both: list[Backend]) -> None:
    for sort in ("newest", "oldest"):
        embedded, elastic = (backend.search(Search(sort=sort, limit=1_000)) for backend in both)
        assert [hit.article["id"] for hit in embedded.hits] == [
            hit.article["id"] for hit in elastic.hits
        ]

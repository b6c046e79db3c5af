"""The same news and the same questions in tantivy as it comes: what Veille's embedded answers are
held against.

A field for each language with tantivy's own tokenizer, lower case, ASCII folding and stemmer; hits
with snippets of its own `SnippetGenerator`, as long as ours; facets and months in one aggregation.
It folds less, so it may find fewer.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import tantivy
from tantivy import Filter, Occur, Query

from indexer.dating import point
from indexer.document import names
from indexer.fields import FILTERS
from indexer.highlight.highlighter import SNIPPET_LENGTH, SNIPPETS
from indexer.query import Published, Search, analyzed
from indexer.query.selection import selection

LANGUAGES = {"fr": "french", "en": "english", "ar": "arabic"}
MONTH_MS = 2_629_746_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Native:
    """An index of its own in a folder."""

    def __init__(self, folder: Path) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_bytes_field("document", stored=True)
        for code in LANGUAGES:
            for name in ("title", "text"):
                builder.add_text_field(f"{name}_{code}", stored=True, tokenizer_name=code)
        for name in FILTERS:
            builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
        builder.add_integer_field("point", indexed=True, fast=True)
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, str(folder))
        self._analyzers = {code: _analyzer(name) for code, name in LANGUAGES.items()}
        for code, analyzer in self._analyzers.items():
            self._index.register_tokenizer(code, analyzer)

    def fill(self, articles: Iterable[Mapping[str, Any]]) -> None:
        """Index the articles."""
        writer = self._index.writer(64_000_000, 1)
        for article in articles:
            made = tantivy.Document()
            made.add_bytes("document", orjson.dumps(article))
            for name in ("title", "text"):
                made.add_text(f"{name}_{article['language']}", article[name])
            for name, field in FILTERS.items():
                for value in names(article, field):
                    made.add_text(name, value)
            if (moment := point(article)) is not None:
                made.add_integer("point", moment)
            writer.add_document(made)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def ask(self, search: Search) -> bytes:
        """A page of results: hits with snippets, facets, months."""
        searcher = self._index.searcher()
        query = self._query(selection(search).all_but())
        found: Any = searcher.search(query, limit=search.limit)
        generators: dict[str, tantivy.SnippetGenerator] = {}
        hits = []
        for score, address in found.hits:
            document = searcher.doc(address)
            article = orjson.loads(bytes(document["document"][0]))
            shown = {}
            for name in ("title", "text"):
                field = f"{name}_{article['language']}"
                if field not in generators:
                    generators[field] = tantivy.SnippetGenerator.create(
                        searcher, query, self._schema, field
                    )
                    generators[field].set_max_num_chars(SNIPPETS * SNIPPET_LENGTH)
                shown[name] = generators[field].snippet_from_doc(document).to_html()
            hits.append([score, article, shown])
        asked: dict[str, Any] = {
            name: {"terms": {"field": name, "size": search.facet_size, "segment_size": 1_000}}
            for name in search.facets
        }
        asked["time"] = {"histogram": {"field": "point", "interval": MONTH_MS, "min_doc_count": 1}}
        return orjson.dumps([found.count, hits, searcher.aggregate(query, asked)])

    def _query(self, node: analyzed.Node) -> Query:
        match node:
            case analyzed.AllOf(parts):
                return Query.boolean_query([(Occur.Must, self._query(part)) for part in parts])
            case analyzed.AnyOf(parts):
                return Query.boolean_query([(Occur.Should, self._query(part)) for part in parts])
            case analyzed.NoneOf(part):
                return Query.boolean_query(
                    [(Occur.Must, Query.all_query()), (Occur.MustNot, self._query(part))]
                )
            case Published(start, end):
                first, last = (
                    None if moment is None else (moment - _EPOCH) // timedelta(milliseconds=1)
                    for moment in (start, end)
                )
                return Query.range_query(
                    self._schema, "point", tantivy.FieldType.Integer, first, last
                )
            case analyzed.Stem() | analyzed.Exact() | analyzed.Start() | analyzed.Close():
                return Query.disjunction_max_query(list(self._fields(node)))
        return Query.all_query()

    def _fields(
        self, node: analyzed.Stem | analyzed.Exact | analyzed.Start | analyzed.Close
    ) -> Iterator[Query]:
        for name in [node.field] if node.field else ["title", "text"]:
            for code, analyzer in self._analyzers.items():
                field = f"{name}_{code}"
                if isinstance(node, analyzed.Start):
                    yield Query.regex_query(self._schema, field, f"{node.words[-1]}.*")
                    continue
                sides: list[analyzed.NearSide] = (
                    [node.left[0], node.right[0]] if isinstance(node, analyzed.Close) else [node]
                )
                stems = [stem for side in sides for stem in analyzer.analyze(" ".join(side.words))]
                slop = (
                    node.distance if isinstance(node, analyzed.Close) else getattr(node, "slop", 0)
                )
                if len(stems) == 1:
                    yield Query.term_query(self._schema, field, stems[0])
                elif stems:
                    yield Query.phrase_query(self._schema, field, list(stems), slop=slop)


def _analyzer(stemmer: str) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return (
        builder.filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .filter(Filter.stemmer(stemmer))
        .build()
    )

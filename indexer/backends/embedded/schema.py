"""The fields of indexer.fields as a tantivy schema, and a document in its form.

Every word of a title or text stands twice, at two positions that follow each other: folded
("=evacues", at an even one) and stemmed by the article's language ("fr:evacu", at an odd one). So
one field answers exact phrases, stems of every language, and both near each other.
"""

from collections.abc import Mapping
from typing import Any, get_args

import orjson
import tantivy

from indexer.analysis import analyzers, folding
from indexer.dating import PRECISIONS, DateColumn, dated, point
from indexer.document import kept_number, names, tie
from indexer.fields import FILTERS
from indexer.query.conditions import NUMBERS

TEXT_COLUMNS = {"title": "title", "text": "text", "author": "author_words"}
"""Field of a query → the column with its words."""
DATE_COLUMNS = {"published": "point"}
"""Date of an article → its column, where that has another name."""
UNKNOWN_PRECISION = -1


def schema() -> tantivy.Schema:
    """The schema of the index."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("document", stored=True)
    for name in TEXT_COLUMNS.values():
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name, field in FILTERS.items():
        columns = [name, f"{name}_key"] if field.folded else [name]
        for column in columns:
            builder.add_text_field(column, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("point", *get_args(DateColumn), "precision", "tie", *NUMBERS):
        builder.add_integer_field(name, indexed=True, fast=True)
    return builder.build()


def to_tantivy(document: Mapping[str, Any]) -> tantivy.Document:
    """A checked document as tantivy takes it."""
    row = tantivy.Document()
    row.add_text("id", document["id"])
    row.add_bytes("document", orjson.dumps(document))
    language = analyzers.language_of(document.get("language"))
    row.add_text("title", _terms(document.get("title") or "", language))
    row.add_text("text", _terms(document.get("text") or "", language))
    for name in document.get("authors") or ():
        row.add_text("author_words", _terms(name, analyzers.UNKNOWN))
    for name, field in FILTERS.items():
        _add_names(row, name, names(document, field), field.folded)
    for name, number in _numbers(document).items():
        if number is not None:
            row.add_integer(name, number)
    return row


def exact_term(word: str) -> str:
    """The term of a folded word."""
    return f"={word}"


def stem_term(stem: str, language: str) -> str:
    """The term of a stem in a language."""
    return f"{language}:{stem}"


def _terms(text: str, language: str) -> str:
    """The terms of a text, two for each word, as one string for a tokenizer that cuts at spaces."""
    words = folding.words(text)
    stems = analyzers.stems(words, language)
    return " ".join([f"={word} {language}:{stem}" for word, stem in zip(words, stems, strict=True)])


def _add_names(row: tantivy.Document, column: str, values: list[str], folded: bool) -> None:
    for value in values:
        row.add_text(column, value)
    if folded:
        for value in dict.fromkeys(map(folding.key, values)):
            row.add_text(f"{column}_key", value)


def _numbers(document: Mapping[str, Any]) -> dict[str, int | None]:
    precision = document.get("published_precision")
    rank = PRECISIONS.index(precision) if precision in PRECISIONS else UNKNOWN_PRECISION
    return {
        "point": point(document),
        **dated(document),
        "precision": rank,
        "tie": tie(document["id"]),
        **{name: kept_number(document, name) for name in NUMBERS},
    }

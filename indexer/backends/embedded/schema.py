"""The fields of indexer.fields as a tantivy schema, and a document in its form.

Every word of a title or text stands there with all its terms (`indexer.analysis.terms`), each at a
position of its own. So one field answers exact phrases, stems of every language, and both near each
other. A position without a term has a filler, which the tokenizer leaves out again.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, get_args

import orjson
import tantivy

from indexer.analysis import analyzers, folding
from indexer.analysis.terms import STRIDE, terms
from indexer.analysis.zones import ZONES, stems_of, zone_column, zone_columns
from indexer.dating import PRECISIONS, DateColumn, dated, point
from indexer.document import kept_number, names, tie
from indexer.fields import FILTERS
from indexer.query.conditions import NUMBERS

TEXT_COLUMNS = {"title": "title", "text": "text", "author": "author_words"}
"""Field of a query → the column with its words."""
DATE_COLUMNS = {"published": "point"}
"""Date of an article → its column, where that has another name."""
UNKNOWN_PRECISION = -1
_TOKENIZER = "terms"
_FILLER = "."
_BETWEEN_AUTHORS = " " + f"{_FILLER} " * (101 * STRIDE)
"""More words than any phrase or NEAR reaches over."""
_Piece = tuple[str, tuple[str, ...]]
"""A piece of a text: its terms with fillers, and the stems that rank each of its words."""
_PIECES: dict[str, dict[str, _Piece]] = {}
_KNOWN_PIECES = 100_000
"""Pieces of texts of one language whose terms are remembered, about 30 MB: news repeat them."""


def schema() -> tantivy.Schema:
    """The schema of the index."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("document", stored=True)
    for name in TEXT_COLUMNS.values():
        builder.add_text_field(name, tokenizer_name=_TOKENIZER, index_option="position")
    for zone in ZONES:
        builder.add_text_field(zone_column(zone), tokenizer_name=_TOKENIZER, index_option="freq")
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
    title = _pieces(document.get("title") or "", language)
    text = _pieces(document.get("text") or "", language)
    row.add_text("title", _terms(title))
    row.add_text("text", _terms(text))
    for name, stems in zone_columns(_stems(title), _stems(text)).items():
        row.add_text(name, stems)
    authors = [_terms(_pieces(name, analyzers.UNKNOWN)) for name in document.get("authors") or ()]
    row.add_text("author_words", _BETWEEN_AUTHORS.join(authors))
    for name, field in FILTERS.items():
        _add_names(row, name, names(document, field), field.folded)
    for name, number in _numbers(document).items():
        if number is not None:
            row.add_integer(name, number)
    return row


def stem_term(stem: str, language: str) -> str:
    """The term of a stem in a language."""
    return f"{language}:{stem}"


def register(index: tantivy.Index) -> None:
    """Tell an index how its fields of terms are cut; to be called wherever one is opened."""
    fillers = tantivy.Filter.custom_stopword([_FILLER])
    spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    index.register_tokenizer(_TOKENIZER, spaces.filter(fillers).build())


def _terms(pieces: Sequence[_Piece]) -> str:
    """The terms of a text and fillers, `STRIDE` for each word, as one string."""
    return " ".join([placed for placed, _ in pieces])


def _stems(pieces: Sequence[_Piece]) -> list[str]:
    """What ranks an article for each word."""
    return [stems for _, words in pieces for stems in words]


def _pieces(text: str, language: str) -> list[_Piece]:
    known = _PIECES.setdefault(language, {})
    pieces = text.split()
    for piece in set(pieces).difference(known):
        if len(known) > _KNOWN_PIECES:
            known.clear()
        known[piece] = _piece(piece, language)
    with suppress(KeyError):  # a piece may have been cleared away
        return [known[piece] for piece in pieces]
    return [_piece(piece, language) for piece in pieces]


def _piece(piece: str, language: str) -> _Piece:
    placed: list[str] = []
    stems: list[str] = []
    for row in terms(piece, language):
        slots = [_FILLER] * STRIDE
        for slot, term in row:
            slots[slot] = term
        placed += slots
        stems.append(stems_of(row, language))
    return " ".join(placed), tuple(stems)


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

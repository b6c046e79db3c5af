"""An article's document in the index: whether it fits, its form in Elasticsearch, and the mapping.

A door module. `checked` says whether a document fits, the same for every backend; `to_source` and
`from_source` turn an article's flat JSON into what Elasticsearch keeps (`title.fr`, `text.fr`) and
back.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from indexer.analysis import analyzers
from indexer.analysis.terms import Term, terms
from indexer.analysis.zones import ZONES, stems_of, zone_column, zone_columns
from indexer.dating import DateColumn, dated, parse_epoch_ms
from indexer.fields import FIELDS
from indexer.registry import Field

MAX_ID_BYTES = 512
"""Elasticsearch's limit for `_id`."""
_LANGUAGE_FIELDS = ("title", "text")
_TERM_FIELDS = ("title_terms", "text_terms", "author_terms")
_ZONE_FIELDS = tuple(map(zone_column, ZONES))
"""What queries are asked of; Elasticsearch does not give these terms back."""
_TERMS: Mapping[str, Any] = {"type": "text", "analyzer": "terms", "search_analyzer": "whitespace"}
_ZONE: Mapping[str, Any] = {**_TERMS, "index_options": "freqs"}
_NOT_INDEXED = ("id", "canonical_url")
"""Given back with an article and asked for by nothing: Elasticsearch needs no terms and no column
for them.
"""
_PLAIN_TYPES: Mapping[str, Mapping[str, Any]] = {
    "shown": {"type": "text", "index": False},
    "date": {"type": "date", "format": "strict_date_optional_time"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
}
"""Kinds of fields that are mapped the same whatever the field."""
_DATE_COLUMNS: tuple[DateColumn, ...] = get_args(DateColumn)
_DATE_COLUMN = {"type": "date", "format": "epoch_millis||strict_date_optional_time"}
"""How a column of times is mapped. Documents hold milliseconds; Kibana asks with dates in ISO form,
which the mapping has to allow.
"""
_ADDED = frozenset((*_DATE_COLUMNS, "tie"))
"""What Elasticsearch keeps beside the fields of an article."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONG = 1 << 63


def checked(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document as it can be indexed, lone surrogates replaced; raises `ValueError` that says
    what does not fit.
    """
    identifier = document.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise ValueError("a document needs an id")
    if len(identifier.encode("utf-8", "replace")) > MAX_ID_BYTES:
        raise ValueError(f"the id has more than {MAX_ID_BYTES} bytes")
    clean: dict[str, Any] = {}
    for name, value in document.items():
        if name not in FIELDS:
            raise ValueError(f"an article has no field {name!r}")
        clean[name] = None if value is None else _checked(FIELDS[name], value)
    return clean


def names(document: Mapping[str, Any], field: Field) -> list[str]:
    """The values of a field that filters and facets see, each once."""
    value = document.get(field.name)
    values = value if isinstance(value, list) else [value]
    present = [item for item in values if item is not None]
    if field.kind == "credit":
        present = [credit["name"] for credit in present]
    return [name for name in dict.fromkeys(present) if field.indexes(name)]


def tie(identifier: str) -> int:
    """What orders articles of the same date or score: a number that is as good as unique, the same
    on every backend.
    """
    return int.from_bytes(hashlib.blake2b(identifier.encode(), digest_size=8).digest()) - _LONG


def kept_number(document: Mapping[str, Any], name: str) -> int | None:
    """A field of `conditions.NUMBERS` as a number: a date in milliseconds since 1970, a yes as 1;
    None where it is not known.
    """
    value = document.get(name)
    if value is None:
        return None
    return parse_epoch_ms(value) if FIELDS[name].kind == "date" else int(value)


def to_source(document: Mapping[str, Any]) -> dict[str, Any]:
    """A checked document as Elasticsearch keeps it: title and text below their language, the
    numbers of its dates, and the tie-breaker.
    """
    language = analyzers.language_of(document.get("language"))
    source = dict(document)
    stems: dict[str, list[str]] = {name: [] for name in _LANGUAGE_FIELDS}
    for name in _LANGUAGE_FIELDS:
        if document.get(name) is not None:
            rows = terms(document[name], language)
            source[name] = {language: document[name]}
            source[f"{name}_terms"] = _joined(rows)
            stems[name] = [stems_of(row, language) for row in rows]
    source |= zone_columns(stems["title"], stems["text"])
    authors = document.get("authors") or ()
    source["author_terms"] = [_joined(terms(name, analyzers.UNKNOWN)) for name in authors]
    source |= dated(document)
    source["tie"] = tie(document["id"])
    return source


def from_source(source: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of `to_source`."""
    own = {*_ADDED, *_TERM_FIELDS, *_ZONE_FIELDS}
    flat = {name: value for name, value in source.items() if name not in own}
    for name in _LANGUAGE_FIELDS:
        if isinstance(flat.get(name), dict):
            flat[name] = next(iter(flat[name].values()), None)
    return flat


def mapping() -> dict[str, Any]:
    """The Elasticsearch mapping of all fields."""
    return {
        "dynamic": "strict",
        "_source": {"excludes": [*_TERM_FIELDS, *_ZONE_FIELDS]},
        "_meta": {"fingerprint": fingerprint()},
        "properties": _properties(),
    }


def fingerprint() -> str:
    """Changes when an index must be made anew: other fields, or other words of the same text."""
    table = [
        analyzers.VERSION,
        repr(analyzers.LANGUAGES),
        *map(repr, FIELDS.values()),
        _properties(),
    ]
    return hashlib.sha256(json.dumps(table).encode()).hexdigest()[:12]


def _properties() -> dict[str, Any]:
    properties: dict[str, Any] = {name: _mapped(field) for name, field in FIELDS.items()}
    for name in _LANGUAGE_FIELDS:
        properties[f"{name}_exact"] = {"type": "text", "analyzer": "exact"}
    for column in _DATE_COLUMNS:
        properties[column] = dict(_DATE_COLUMN)
    for name in _TERM_FIELDS:
        properties[name] = dict(_TERMS)
    for name in _ZONE_FIELDS:
        properties[name] = dict(_ZONE)
    properties["tie"] = {"type": "long", "index": False}
    return properties


def _mapped(field: Field) -> dict[str, Any]:
    match field.kind:
        case "text":
            languages = (*analyzers.LANGUAGES, analyzers.UNKNOWN)
            return {"properties": {code: _text(field.name, code) for code in languages}}
        case "credit":
            evidence = {"type": "text", "index": False}
            return {"properties": {"name": _keyword(field), "evidence": evidence}}
        case "keyword":
            return _keyword(field)
        case _:
            return dict(_PLAIN_TYPES[field.kind])


def _text(name: str, language: str) -> dict[str, Any]:
    return {
        "type": "text",
        "analyzer": "exact",
        "index_options": "docs",
        "norms": False,
        "copy_to": [f"{name}_exact"],
    }


def _joined(rows: Iterable[Sequence[Term]]) -> str:
    """The words of a text as the analyzer `terms` cuts them: each with all its terms."""
    return " ".join(map(_joined_terms, rows))


def _joined_terms(row: Sequence[Term]) -> str:
    return analyzers.TERM_MARK.join([term for _, term in row])


def _keyword(field: Field) -> dict[str, Any]:
    mapped: dict[str, Any] = {"type": "keyword", "ignore_above": field.limit}
    if field.name in _NOT_INDEXED:
        return {"type": "keyword", "index": False, "doc_values": False}
    if field.folded:
        mapped["fields"] = {
            "key": {"type": "keyword", "normalizer": "key", "ignore_above": field.limit}
        }
    if field.name == "authors":
        mapped["fields"]["words"] = {"type": "text", "analyzer": "exact"}
    return mapped


def _checked(field: Field, value: Any) -> Any:
    if field.several:
        if not isinstance(value, list | tuple):
            raise ValueError(f"{field.name} must be a list")
        return [_checked_item(field, item) for item in value]
    return _checked_item(field, value)


def _checked_item(field: Field, value: Any) -> Any:
    match field.kind:
        case "credit":
            return _checked_credit(field, value)
        case "boolean":
            if not isinstance(value, bool):
                raise ValueError(f"{field.name} must be true or false")
            return value
        case "integer":
            # Elasticsearch's integer has 32 bits; a bool is an int to Python alone.
            is_number = isinstance(value, int) and not isinstance(value, bool)
            if not is_number or abs(value) >= 1 << 31:
                raise ValueError(f"{field.name} must be a whole number")
            return value
        case "date":
            text = _string(field, value)
            parse_epoch_ms(text)
            return text
        case _:
            return _string(field, value)


def _checked_credit(field: Field, value: Any) -> dict[str, str]:
    is_credit = isinstance(value, Mapping) and set(value) <= {"name", "evidence"}
    if not is_credit or not isinstance(value.get("name"), str):
        raise ValueError(f"{field.name} must be a list of name and evidence")
    return {part: _string(field, text) for part, text in value.items() if text is not None}


def _string(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{field.name} must be text")
    # A lone surrogate cannot be written as UTF-8.
    return _SURROGATE.sub("\ufffd", value)

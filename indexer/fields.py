"""The fields of an article in the index: one table that makes the Elasticsearch mapping and the
embedded schema.

A door module. `checked` says whether a document fits, the same for every backend; `to_source` and
`from_source` turn an article's flat JSON into what Elasticsearch keeps (`title.fr`, `text.fr`) and
back.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from indexer.analysis import analyzers as analysis

Kind = Literal["keyword", "text", "date", "integer", "boolean", "credit", "shown"]

MAX_ID_BYTES = 512
"""Elasticsearch's limit for `_id`."""
MAX_NAME = 512
"""UTF-16 units; a longer name is kept and shown, but found by no filter and counted in no facet."""
MAX_URL = 8_000

_LANGUAGE_FIELDS = ("title", "text")
_ONLY_KEPT = ("id", "canonical_url")
"""Given back with an article and asked for by nothing: Elasticsearch needs no terms and no column
for them.
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONG = 1 << 63


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an article: `several` values or one; `folded` where values compare by `folding.key`."""

    name: str
    kind: Kind
    several: bool = False
    folded: bool = False
    limit: int = MAX_NAME

    def indexes(self, name: str) -> bool:
        """Whether filters and facets see this value: none that is empty or too long."""
        return 0 < len(name.encode("utf-16-le", "surrogatepass")) // 2 <= self.limit


FIELDS = {
    field.name: field
    for field in (
        Field("id", "keyword"),
        Field("url", "keyword", limit=MAX_URL),
        Field("canonical_url", "keyword", limit=MAX_URL),
        Field("source", "keyword"),
        Field("source_name", "keyword"),
        Field("country", "keyword"),
        Field("collections", "keyword", several=True, folded=True),
        Field("language", "keyword"),
        Field("title", "text"),
        Field("lead", "shown"),
        Field("text", "text"),
        Field("authors", "keyword", several=True, folded=True),
        Field("section", "keyword", folded=True),
        Field("topics", "keyword", several=True),
        Field("places", "keyword", several=True),
        Field("published", "date"),
        Field("published_precision", "keyword"),
        Field("published_origin", "keyword"),
        Field("published_earliest", "date"),
        Field("published_latest", "date"),
        Field("modified", "date"),
        Field("first_seen", "date"),
        Field("indexed_at", "date"),
        Field("image", "shown"),
        Field("agencies", "credit", several=True, folded=True),
        Field("attributions", "credit", several=True, folded=True),
        Field("story", "keyword"),
        Field("copy_of", "keyword"),
        Field("revision", "integer"),
        Field("words", "integer"),
        Field("paywalled", "boolean"),
        Field("tdm_reserved", "boolean"),
        Field("tags", "keyword", several=True, folded=True),
        Field("gone", "date"),
    )
}
"""Every field of an article, by name."""

FILTERS = {
    "source": FIELDS["source"],
    "topic": FIELDS["topics"],
    "place": FIELDS["places"],
    "section": FIELDS["section"],
    "language": FIELDS["language"],
    "agency": FIELDS["agencies"],
    "attribution": FIELDS["attributions"],
    "collection": FIELDS["collections"],
    "author": FIELDS["authors"],
    "country": FIELDS["country"],
    "url": FIELDS["url"],
}
"""What a query can filter by and count (a `KeywordField`), and the field that holds it."""

PRECISIONS = ("second", "minute", "hour", "day", "week", "month", "year")
"""From fine to coarse: the precisions of a date and the steps of a timeline on one scale."""


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
    """The values of a field that filters and facets see."""
    value = document.get(field.name)
    values = value if isinstance(value, list) else [value]
    found = [
        item["name"] if field.kind == "credit" else item for item in values if item is not None
    ]
    return [name for name in dict.fromkeys(found) if field.indexes(name)]


def point(document: Mapping[str, Any]) -> int | None:
    """The date point: `published` in milliseconds since 1970, UTC; None where it is not known."""
    return _milliseconds(document.get("published"))


def bounds(document: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """Between which milliseconds since 1970 it was published, both inclusive; the date point for an
    unknown bound.
    """
    known = point(document)
    earliest, latest = (
        _milliseconds(document.get(f"published_{end}")) for end in ("earliest", "latest")
    )
    return known if earliest is None else earliest, known if latest is None else latest


def tie(identifier: str) -> int:
    """What orders articles of the same date or score: a number that is as good as unique, the same
    on every backend.
    """
    return int.from_bytes(hashlib.blake2b(identifier.encode(), digest_size=8).digest()) - _LONG


def to_source(document: Mapping[str, Any]) -> dict[str, Any]:
    """A checked document as Elasticsearch keeps it: title and text below their language, and the
    tie-breaker.
    """
    language = analysis.language_of(document.get("language"))
    divided = {
        name: {language: document[name]}
        for name in _LANGUAGE_FIELDS
        if document.get(name) is not None
    }
    return {**document, **divided, "tie": tie(document["id"])}


def from_source(source: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of `to_source`."""
    flat = {name: value for name, value in source.items() if name != "tie"}
    for name in _LANGUAGE_FIELDS:
        if isinstance(flat.get(name), dict):
            flat[name] = next(iter(flat[name].values()), None)
    return flat


def mapping() -> dict[str, Any]:
    """The Elasticsearch mapping of the whole table."""
    return {
        "dynamic": "strict",
        "_meta": {"fingerprint": fingerprint()},
        "properties": _properties(),
    }


def fingerprint() -> str:
    """Changes when an index must be made again: other fields, or other words out of the same text."""
    table = [analysis.VERSION, repr(analysis.LANGUAGES), *map(repr, FIELDS.values()), _properties()]
    return hashlib.sha256(json.dumps(table).encode()).hexdigest()[:12]


def _properties() -> dict[str, Any]:
    properties: dict[str, Any] = {name: _mapped(field) for name, field in FIELDS.items()}
    for name in _LANGUAGE_FIELDS:
        properties[f"{name}_exact"] = {"type": "text", "analyzer": "exact"}
    properties["tie"] = {"type": "long", "index": False}
    return properties


def _mapped(field: Field) -> dict[str, Any]:
    match field.kind:
        case "text":
            return {
                "properties": {
                    code: _text(field.name, code)
                    for code in (*analysis.LANGUAGES, analysis.UNKNOWN)
                }
            }
        case "credit":
            return {
                "properties": {
                    "name": _keyword(field),
                    "evidence": {"type": "text", "index": False},
                }
            }
        case "shown":
            return {"type": "text", "index": False}
        case "keyword":
            return _keyword(field)
        case "date":
            return {"type": "date", "format": "strict_date_optional_time"}
        case _:
            return {"type": field.kind}


def _text(name: str, language: str) -> dict[str, Any]:
    analyzer = "exact" if language == analysis.UNKNOWN else language
    return {"type": "text", "analyzer": analyzer, "copy_to": [f"{name}_exact"]}


def _keyword(field: Field) -> dict[str, Any]:
    mapped: dict[str, Any] = {"type": "keyword", "ignore_above": field.limit}
    if field.name in _ONLY_KEPT:
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
        return [_one(field, item) for item in value]
    return _one(field, value)


def _one(field: Field, value: Any) -> Any:
    if field.kind == "credit":
        if (
            not isinstance(value, Mapping)
            or set(value) - {"name", "evidence"}
            or not isinstance(value.get("name"), str)
        ):
            raise ValueError(f"{field.name} must be a list of name and evidence")
        return {part: _string(field, text) for part, text in value.items() if text is not None}
    if field.kind == "boolean":
        if not isinstance(value, bool):
            raise ValueError(f"{field.name} must be true or false")
        return value
    if field.kind == "integer":
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 1 << 31:
            raise ValueError(f"{field.name} must be a whole number")
        return value
    text = _string(field, value)
    if field.kind == "date":
        _milliseconds(text)
    return text


def _string(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{field.name} must be text")
    return _SURROGATE.sub("\ufffd", value)


def _milliseconds(value: str | None) -> int | None:
    if value is None:
        return None
    if not _ISO.fullmatch(value):
        raise ValueError(f"{value!r} is no date: write it as 2026-11-02T09:30:00+02:00")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value!r} is no date") from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(milliseconds=1)

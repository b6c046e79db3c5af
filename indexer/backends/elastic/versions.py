"""The versions of an index behind its alias: their names, how one is made, how one differs."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch

from indexer.analysis import analyzers
from indexer.document import fingerprint, mapping

SHARDS = 1
"""Of a new version, unless more are asked for (`veille elastic setup --shards`)."""
MAX_DESCRIBED = 4
"""Differences that a sentence names; more are counted."""


def settings(shards: int = SHARDS) -> dict[str, Any]:
    """The settings of a version with so many shards."""
    return {
        "number_of_shards": shards,
        "auto_expand_replicas": "0-1",
        "codec": "best_compression",
        "analysis": analyzers.elastic_analysis(),
    }


def name(alias: str, number: int) -> str:
    """The name of a version."""
    return f"{alias}-{number:06d}"


def existing(client: Elasticsearch, alias: str) -> dict[int, str]:
    """The versions that are there, behind the alias or not: number → name."""
    numbered = re.compile(rf"{re.escape(alias)}-(\d{{6}})")
    names = client.indices.get(index=f"{alias}-*", features="aliases").body
    matches = map(numbered.fullmatch, names)
    return {int(match[1]): match[0] for match in matches if match}


def next_name(client: Elasticsearch, alias: str) -> str:
    """The name of the version after all that are there."""
    return name(alias, max(existing(client, alias), default=0) + 1)


def behind_alias(client: Elasticsearch, alias: str) -> list[str]:
    """The indices behind the alias."""
    if not client.indices.exists_alias(name=alias):
        return []
    return list(client.indices.get_alias(name=alias).body)


def create(
    client: Elasticsearch, index: str, aliases: dict[str, Any], shards: int = SHARDS, **meta: Any
) -> None:
    """Make a version, with more to remember in its `_meta`; one that is there stays."""
    mappings = mapping()
    mappings["_meta"] |= meta
    try:
        client.indices.create(
            index=index, settings=settings(shards), mappings=mappings, aliases=aliases
        )
    except BadRequestError as error:
        if "resource_already_exists_exception" not in str(error):
            raise


def is_current(index: Mapping[str, Any]) -> bool:
    """Whether an index, as Elasticsearch describes it, has the current fields and analysis."""
    return bool(index["mappings"].get("_meta", {}).get("fingerprint") == fingerprint())


def differences(index: Mapping[str, Any]) -> list[str]:
    """In what an index, as Elasticsearch describes it, differs from one that would be made today;
    empty for none.
    """
    index_settings = index["settings"]["index"]
    clauses = _field_differences(index["mappings"])
    clauses += _analysis_differences(index_settings.get("analysis", {}))
    if index_settings.get("codec") != "best_compression":
        clauses.append("is compressed otherwise")
    if not clauses and not is_current(index):
        # The fingerprint holds more than Elasticsearch stores, such as the version of the analysis.
        clauses.append("cuts words otherwise")
    return clauses


def describe(clauses: list[str]) -> str:
    """The differences in one clause."""
    described = clauses[:MAX_DESCRIBED]
    if len(clauses) > MAX_DESCRIBED:
        described.append(f"differs in {len(clauses) - MAX_DESCRIBED} more ways")
    return ", ".join(described)


def _field_differences(mappings: Mapping[str, Any]) -> list[str]:
    existing_fields = dict(_fields(mappings))
    wanted_fields = dict(_fields(mapping()))
    missing = []
    surplus = []
    changed = []
    for field, options in wanted_fields.items():
        if field not in existing_fields:
            missing.append(f"has no field {field}")
        elif existing_fields[field] != options:
            changed.append(f"keeps {field} otherwise")
    for field in existing_fields:
        if field not in wanted_fields:
            surplus.append(f"has a field {field} that is no more")
    return missing + surplus + changed


def _analysis_differences(existing_analysis: Mapping[str, Any]) -> list[str]:
    clauses = []
    for kind, parts in _as_strings(analyzers.elastic_analysis()).items():
        existing_parts = existing_analysis.get(kind, {})
        for part, options in parts.items():
            if existing_parts.get(part) != options:
                clauses.append(f"has another {kind} {part}")
    return clauses


def _fields(mappings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for inner in ("properties", "fields"):
        for field, options in mappings.get(inner, {}).items():
            path = f"{prefix}{field}"
            own_options = {key: options[key] for key in options.keys() - {"properties", "fields"}}
            if own_options:
                yield path, own_options
            yield from _fields(options, f"{path}.")


def _as_strings(value: Any) -> Any:
    """As Elasticsearch gives settings back: every number and flag in letters."""
    if isinstance(value, dict):
        return {key: _as_strings(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_strings(inner) for inner in value]
    return str(value).lower() if isinstance(value, bool) else str(value)

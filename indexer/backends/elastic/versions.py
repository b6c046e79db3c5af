"""The versions of an index behind its alias: their names, how one is made, and in what a found one
differs.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch

from indexer.analysis import analyzers as analysis
from indexer.document import fingerprint, mapping

SHARDS = 1
SHOWN = 4
"""Differences that a sentence names; more are counted."""


def settings(shards: int = SHARDS) -> dict[str, Any]:
    """The settings of a version with so many shards."""
    return {
        "number_of_shards": shards,
        "auto_expand_replicas": "0-1",
        "codec": "best_compression",
        "analysis": analysis.elastic_analysis(),
    }


def name(alias: str, number: int) -> str:
    """The name of a version."""
    return f"{alias}-{number:06d}"


def existing(client: Elasticsearch, alias: str) -> dict[int, str]:
    """The versions that are there, behind the alias or not: number → name."""
    numbered = re.compile(rf"{re.escape(alias)}-(\d{{6}})")
    found = map(numbered.fullmatch, client.indices.get(index=f"{alias}-*", features="aliases").body)
    return {int(match[1]): match[0] for match in found if match}


def next_name(client: Elasticsearch, alias: str) -> str:
    """The name of the version after all that are there."""
    return name(alias, max(existing(client, alias), default=0) + 1)


def behind_alias(client: Elasticsearch, alias: str) -> list[str]:
    """The indices behind the alias."""
    return (
        list(client.indices.get_alias(name=alias).body)
        if client.indices.exists_alias(name=alias)
        else []
    )


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
    """Whether an index, as Elasticsearch describes it, was made for the fields and words of today."""
    return bool(index["mappings"].get("_meta", {}).get("fingerprint") == fingerprint())


def differences(index: Mapping[str, Any]) -> list[str]:
    """In what an index, as Elasticsearch describes it, differs from one that would be made today;
    empty for none.
    """
    found, wanted = dict(_fields(index["mappings"])), dict(_fields(mapping()))
    said = [f"has no field {field}" for field in wanted if field not in found]
    said += [f"has a field {field} that is no more" for field in found if field not in wanted]
    said += [
        f"keeps {field} otherwise"
        for field in wanted
        if found.get(field, wanted[field]) != wanted[field]
    ]
    own = index["settings"]["index"]
    for kind, parts in _spelled(analysis.elastic_analysis()).items():
        existing = own.get("analysis", {}).get(kind, {})
        said += [
            f"has another {kind} {part}" for part in parts if existing.get(part) != parts[part]
        ]
    if own.get("codec") != "best_compression":
        said.append("is compressed otherwise")
    return said or ([] if is_current(index) else ["cuts words otherwise"])


def describe(said: list[str]) -> str:
    """The differences in one clause."""
    more = [f"differs in {len(said) - SHOWN} more ways"] if len(said) > SHOWN else []
    return ", ".join([*said[:SHOWN], *more])


def _fields(mappings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for inner in ("properties", "fields"):
        for field, options in mappings.get(inner, {}).items():
            path = f"{prefix}{field}"
            if kept := {
                key: value for key, value in options.items() if key not in ("properties", "fields")
            }:
                yield path, kept
            yield from _fields(options, f"{path}.")


def _spelled(value: Any) -> Any:
    """As Elasticsearch gives settings back: every number and flag in letters."""
    if isinstance(value, dict):
        return {key: _spelled(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_spelled(inner) for inner in value]
    return str(value).lower() if isinstance(value, bool) else str(value)

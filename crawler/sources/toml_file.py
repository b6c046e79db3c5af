"""Reading the sources file: every mistake is named with its line and the reason."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from crawler.sources.model import Source


class SourcesError(Exception):
    """The sources file can't be used; the message names file, line and reason, one mistake a
    line.
    """


def read_sources(path: Path) -> list[Source]:
    """The sources of a file; raises `SourcesError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SourcesError(
            f"There is no sources file at {path}: `veille init` writes one."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SourcesError(f"{path} can't be read: {error}.") from error
    return parse_sources(text, str(path))


def parse_sources(text: str, name: str = "sources.toml") -> list[Source]:
    """The sources of a file's text; raises `SourcesError` that names every mistake."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourcesError(f"{name} is no valid TOML: {error}.") from error
    lines = text.splitlines()
    mistakes = [
        f"{name}:{_line(lines, None, key)}: {key!r} is no table of this file: write [[source]]."
        for key in data
        if key != "source"
    ]
    rows = data.get("source", [])
    if not isinstance(rows, list):
        line = _line(lines, None, "source")
        raise SourcesError(f"{name}:{line}: write [[source]] with two brackets.")
    if not rows and not mistakes:
        raise SourcesError(
            f"{name} names no source: add a [[source]] with id, name and home, "
            "or run `veille init`."
        )
    sources: list[Source] = []
    for number, row in enumerate(rows):
        try:
            sources.append(Source.model_validate(row))
        except ValidationError as error:
            mistakes += _mistakes(error, lines, number, name)
    mistakes += _doubles(sources, rows, lines, name)
    if mistakes:
        raise SourcesError("\n".join(mistakes))
    return sources


def _mistakes(error: ValidationError, lines: list[str], number: int, name: str) -> list[str]:
    """What is wrong with the numbered [[source]], a sentence with its line for each mistake."""
    return [
        f"{name}:{_line_of(lines, number, fault)}: {_reason(fault)}" for fault in error.errors()
    ]


def parse_values(values: dict[str, Any], name: str) -> Source:
    """One source of a list from elsewhere, named in mistakes as `name`; raises `SourcesError`."""
    try:
        return Source.model_validate(values)
    except ValidationError as error:
        mistakes = [f"{name}: {_reason(fault)}" for fault in error.errors()]
        raise SourcesError("\n".join(mistakes)) from error


def choose(sources: Sequence[Source], ids: Sequence[str]) -> list[Source]:
    """The sources with these ids, or all where none is named; raises `SourcesError` for an unknown
    id.
    """
    if not ids:
        return list(sources)
    by_id = {source.id: source for source in sources}
    unknown = next((source_id for source_id in ids if source_id not in by_id), None)
    if unknown is not None:
        raise SourcesError(
            f"There is no source {unknown!r}: `veille source list` shows the {len(by_id)} "
            "that there are."
        )
    return [by_id[source_id] for source_id in dict.fromkeys(ids)]


def _doubles(sources: list[Source], rows: list[Any], lines: list[str], name: str) -> list[str]:
    """A mistake for each source whose id another one has, with the line of the last of them."""
    seen: set[str] = set()
    last_rows: dict[str, int] = {}
    for number, row in enumerate(rows):
        if isinstance(row, dict) and isinstance(row.get("id"), str):
            last_rows[row["id"]] = number
    mistakes = []
    for source in sources:
        if source.id in seen:
            line = _line(lines, last_rows[source.id], "id")
            mistakes.append(f"{name}:{line}: the id {source.id!r} is taken: ids are unique.")
        seen.add(source.id)
    return mistakes


def _reason(fault: Any) -> str:
    """A fault of pydantic's as a sentence."""
    where = ".".join(str(part) for part in fault["loc"] if not isinstance(part, int))
    value = fault["input"]
    match fault["type"]:
        case "missing":
            reason = f"{where!r} is missing."
        case "extra_forbidden":
            reason = f"{where!r} is no setting of a source: take {', '.join(Source.model_fields)}."
        case "string_pattern_mismatch" if where == "id":
            reason = f"the id {value!r} has other characters than a-z, 0-9 and -."
        case "string_pattern_mismatch":
            reason = (
                f'{where} {value!r} is no language code: take two letters of ISO 639, such as "fr".'
            )
        case "value_error":
            reason = f"{where} {value!r} {fault['ctx']['error']}."
        case _:
            reason = f"{where} {value!r}: {fault['msg']}."
    return reason


def _line_of(lines: list[str], number: int, fault: Any) -> int:
    """The line of a fault: within a list or a table of several lines, that of the very value or
    key.
    """
    names = [part for part in fault["loc"] if isinstance(part, str)]
    line = None
    if len(fault["loc"]) > 1 and isinstance(fault["input"], str):
        quoted_value = rf"""["']{re.escape(fault["input"])}["']"""
        line = _first_match(lines, number, quoted_value)
    if line is None and len(names) > 1 and fault["type"] == "extra_forbidden":
        line = _first_match(lines, number, rf"\b{re.escape(names[-1])}\s*=")
    if line is None:
        line = _line(lines, number, names[0] if names else "")
    return line


def _first_match(lines: list[str], number: int | None, pattern: str) -> int | None:
    """The first line (from 1) of the numbered [[source]] that holds a pattern."""
    start, end = _range(lines, number)
    for at in range(start, end):
        if re.search(pattern, lines[at]):
            return at + 1
    return None


def _line(lines: list[str], number: int | None, key: str) -> int:
    """The line (from 1) of a key of the numbered [[source]], or of its header where the key stands
    nowhere.
    """
    key_or_table = rf"^\s*\[?\[?\s*\"?{re.escape(key)}\"?\s*[=\].]"
    line = _first_match(lines, number, key_or_table)
    if line is None:
        start, _ = _range(lines, number)
        line = start + 1
    return line


def _range(lines: list[str], number: int | None) -> tuple[int, int]:
    """Where the numbered [[source]] begins and ends (from 0); all lines where it is None."""
    headers = [at for at, line in enumerate(lines) if re.match(r"\s*\[\[\s*source\s*\]\]", line)]
    if number is None or number >= len(headers):
        return 0, len(lines)
    edges = [*headers, len(lines)]
    return edges[number], edges[number + 1]

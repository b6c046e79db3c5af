"""Reading the sources file: every mistake is named with its line and the reason."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from crawler.sources.model import Source


class SourcesError(Exception):
    """The sources file can't be used; the message names file, line and reason, one mistake a line."""


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
        raise SourcesError(
            f"{name}:{_line(lines, None, 'source')}: write [[source]] with two brackets."
        )
    if not rows and not mistakes:
        raise SourcesError(
            f"{name} names no source: add a [[source]] with id, name and home, or run `veille init`."
        )
    sources: list[Source] = []
    for number, row in enumerate(rows):
        try:
            sources.append(Source.model_validate(row))
        except ValidationError as error:
            mistakes += [
                f"{name}:{_line_of(lines, number, fault)}: {_reason(fault)}"
                for fault in error.errors()
            ]
    mistakes += _doubles(sources, rows, lines, name)
    if mistakes:
        raise SourcesError("\n".join(mistakes))
    return sources


def parse_values(values: dict[str, Any], name: str) -> Source:
    """One source of a list from elsewhere, named in mistakes as `name`; raises `SourcesError`."""
    try:
        return Source.model_validate(values)
    except ValidationError as error:
        raise SourcesError(
            "\n".join(f"{name}: {_reason(fault)}" for fault in error.errors())
        ) from error


def choose(sources: Sequence[Source], ids: Sequence[str]) -> list[Source]:
    """The sources with these ids, or all where none is named; raises `SourcesError` for an unknown id."""
    known = {source.id: source for source in sources}
    for unknown in (one for one in ids if one not in known):
        raise SourcesError(
            f"There is no source {unknown!r}: `veille source list` shows the {len(known)} that there are."
        )
    return [known[one] for one in dict.fromkeys(ids)] if ids else list(sources)


def _doubles(sources: list[Source], rows: list[Any], lines: list[str], name: str) -> list[str]:
    seen: set[str] = set()
    ids = [row.get("id") for row in rows if isinstance(row, dict)]
    found = []
    for source in sources:
        if source.id in seen:
            last = max(number for number, one in enumerate(ids) if one == source.id)
            found.append(
                f"{name}:{_line(lines, last, 'id')}: the id {source.id!r} is taken: ids are unique."
            )
        seen.add(source.id)
    return found


def _reason(fault: Any) -> str:
    where = ".".join(str(part) for part in fault["loc"] if not isinstance(part, int))
    match fault["type"]:
        case "missing":
            return f"{where!r} is missing."
        case "extra_forbidden":
            return f"{where!r} is no setting of a source: take {', '.join(Source.model_fields)}."
        case "string_pattern_mismatch" if where == "id":
            return f"the id {fault['input']!r} has other characters than a-z, 0-9 and -."
        case "string_pattern_mismatch":
            return f'{where} {fault["input"]!r} is no language code: take two letters of ISO 639, such as "fr".'
        case "value_error":
            return f"{where} {fault['input']!r} {fault['ctx']['error']}."
        case _:
            return f"{where} {fault['input']!r}: {fault['msg']}."


def _line_of(lines: list[str], number: int, fault: Any) -> int:
    """The line of a fault: within a list or a table of several lines, that of the very value or key."""
    names = [part for part in fault["loc"] if isinstance(part, str)]
    start, end = _range(lines, number)
    if len(fault["loc"]) > 1 and isinstance(fault["input"], str):
        quoted = re.compile(rf"""["']{re.escape(fault["input"])}["']""")
        found = next((at for at in range(start, end) if quoted.search(lines[at])), None)
        if found is not None:
            return found + 1
    if len(names) > 1 and fault["type"] == "extra_forbidden":
        found = next(
            (
                at
                for at in range(start, end)
                if re.search(rf"\b{re.escape(names[-1])}\s*=", lines[at])
            ),
            None,
        )
        if found is not None:
            return found + 1
    return _line(lines, number, names[0] if names else "")


def _line(lines: list[str], number: int | None, key: str) -> int:
    """The line (from 1) of a key of the numbered [[source]], or of its header where the key stands
    nowhere.
    """
    start, end = _range(lines, number)
    for at in range(start, end):
        if re.match(rf"\s*\[?\[?\s*\"?{re.escape(key)}\"?\s*[=\].]", lines[at]):
            return at + 1
    return start + 1


def _range(lines: list[str], number: int | None) -> tuple[int, int]:
    headers = [n for n, line in enumerate(lines) if re.match(r"\s*\[\[\s*source\s*\]\]", line)]
    start = headers[number] if number is not None and number < len(headers) else 0
    end = headers[number + 1] if number is not None and number + 1 < len(headers) else len(lines)
    return start, end

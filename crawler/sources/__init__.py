"""The sources file: what is watched. A door module.

The file is TOML, one `[[source]]` each; every mistake is named with its line and the reason.
"""

import re
import tomllib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from babel import Locale
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

EntryKind = Literal["section", "feed", "sitemap", "home"]
SHORTEST = timedelta(seconds=10)
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class SourcesError(Exception):
    """The sources file can't be used; the message names file, line and reason, one mistake a line."""


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("is no web address: it begins with http:// or https:// and names a host")
    return value


def _duration(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(r"(\d{1,6})([smhd])", str(value).strip())
    if not found:
        raise ValueError('is no interval: write a number and s, m, h or d, such as "15m"')
    span = timedelta(seconds=int(found[1]) * _UNITS[found[2]])
    if span < SHORTEST:
        raise ValueError("is too short: 10s is the least")
    return span


def _country(value: str) -> str:
    code = value.upper()
    if not re.fullmatch(r"[A-Z]{2}", code) or code not in Locale("en").territories:
        raise ValueError('is no country code: take two letters of ISO 3166, such as "LB"')
    return code


Address = Annotated[str, AfterValidator(_web_address)]


class Section(BaseModel):
    """A section page, with the section as printed and the topic that its articles have."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    url: Address
    section: str | None = None
    topic: str | None = None


class Source(BaseModel):
    """A publisher that is watched."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    home: Address
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] | None = None
    country: Annotated[str, AfterValidator(_country)] | None = None
    collections: tuple[str, ...] = ()
    every: Annotated[timedelta, BeforeValidator(_duration)] | None = None
    feeds: tuple[Address, ...] = ()
    sitemaps: tuple[Address, ...] = ()
    sections: tuple[Section, ...] = ()

    @property
    def discovered(self) -> bool:
        """Whether only the home page is named, so that entry points are to be found."""
        return not (self.feeds or self.sitemaps or self.sections)


def read_sources(path: Path) -> list[Source]:
    """The sources of a file; raises `SourcesError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SourcesError(f"There is no sources file at {path}: `veille init` writes one.") from None
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
        raise SourcesError(f"{name}:{_line(lines, None, 'source')}: write [[source]] with two brackets.")
    if not rows and not mistakes:
        raise SourcesError(f"{name} names no source: add a [[source]] with id, name and home, or run `veille init`.")
    sources: list[Source] = []
    for number, row in enumerate(rows):
        try:
            sources.append(Source.model_validate(row))
        except ValidationError as error:
            mistakes += [f"{name}:{_line_of(lines, number, fault)}: {_reason(fault)}" for fault in error.errors()]
    mistakes += _doubles(sources, rows, lines, name)
    if mistakes:
        raise SourcesError("\n".join(mistakes))
    return sources


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
            found.append(f"{name}:{_line(lines, last, 'id')}: the id {source.id!r} is taken: ids are unique.")
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
        found = next((at for at in range(start, end) if re.search(rf"\b{re.escape(names[-1])}\s*=", lines[at])), None)
        if found is not None:
            return found + 1
    return _line(lines, number, names[0] if names else "")


def _line(lines: list[str], number: int | None, key: str) -> int:
    """The line (from 1) of a key of the numbered [[source]], or of its header where the key stands nowhere."""
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

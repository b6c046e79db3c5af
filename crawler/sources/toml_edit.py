"""Writing to the sources file: what is added goes to its end, and comments, order and layout stay
as they are.
"""

import errno
import fcntl
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT, Array, Table

from crawler.sources.model import Source
from crawler.sources.toml_file import SourcesError, parse_sources

_NOT_REPLACEABLE = (errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EPERM)
_UNITS = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))


def source_values(source: Source) -> dict[str, Any]:
    """The values of a source as the sources file holds them, without those that it need not
    name.
    """
    values = source.model_dump(mode="json", exclude_defaults=True)
    if isinstance(source.every, timedelta):
        values["every"] = duration(source.every)
    return {
        name: _without_none(value) for name, value in values.items() if value not in (None, [], {})
    }


def duration(span: timedelta) -> str:
    """An interval as the sources file writes it: "90m" for an hour and a half."""
    seconds = int(span.total_seconds())
    unit, size = next((unit, size) for unit, size in _UNITS if seconds % size == 0)
    return f"{seconds // size}{unit}"


def as_toml(source: Source) -> str:
    """The lines of the sources file for a source."""
    document = tomlkit.document()
    document.append("source", AoT([_table(source)]))
    return tomlkit.dumps(document).strip() + "\n"


def append_sources(text: str, sources: Sequence[Source]) -> str:
    """The text of a sources file with these at its end; raises `SourcesError` where the result
    would be wrong.
    """
    try:
        document = tomlkit.parse(text)
    except tomlkit.exceptions.TOMLKitError as error:
        raise SourcesError(f"The sources file is no valid TOML: {error}.") from error
    before = tomlkit.dumps(document).rstrip() + "\n"
    if text.strip():
        before += "\n"
    new = before + "\n".join(as_toml(source) for source in sources)
    parse_sources(new)
    return new


def add_sources(path: Path, sources: Sequence[Source]) -> None:
    """Add sources to the file, which is made where there is none; raises `SourcesError`, and then
    changes nothing.
    """
    if not sources:
        return
    try:
        with _alone(path):
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            _write(path, append_sources(text, sources))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SourcesError(
            f"{path} can't be written ({reason}): check its permissions, or edit it by hand."
        ) from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two writers must not lose each other's addition; the lock is on the folder, because the file
    is replaced.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _write(path: Path, text: str) -> None:
    target = path.resolve()
    # Written beside it and renamed: a reader, or a process that is killed, never sees half a file.
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o7777)
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        # A file that is mounted by itself, as into a container, can only be written in place.
        if error.errno not in _NOT_REPLACEABLE or not target.exists():
            raise
        target.write_text(text, encoding="utf-8")


def _table(source: Source) -> Table:
    table = tomlkit.table()
    for name, value in source_values(source).items():
        table.append(name, _value(value))
    return table


def _value(value: Any) -> Any:
    if isinstance(value, list):
        array: Array = tomlkit.array()
        for item in value:
            array.append(_value(item))
        return array.multiline(len(value) > 1 and len(str(value)) > 80)
    if isinstance(value, dict):
        table = tomlkit.inline_table()
        for name, item in value.items():
            table.append(name, _value(item))
        return table
    return value


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_none(item) for name, item in value.items() if item not in (None, [])}
    if isinstance(value, list):
        return [_without_none(item) for item in value]
    return value


def free_id(wanted: str, taken: Sequence[str]) -> str:
    """An id for a source that is not taken yet, after a name or host: "The Daily" becomes
    "the-daily".
    """
    plain = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[:56].strip("-") or "source"
    free = plain
    number = 1
    while free in taken:
        number += 1
        free = f"{plain}-{number}"
    return free

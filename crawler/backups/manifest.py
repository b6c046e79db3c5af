"""What a backup says of itself: its version, its moment, and the digest of each of its files."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawler.store import StoreError
from crawler.store.copies import StoreDump, new_file

FILE = "backup.json"
STORE = "store"
ARCHIVE = "archive"
SETTINGS = "veille.toml"
SOURCES = "sources.toml"
TOKENS = "tokens.json"
_FORMAT = 1


class BackupError(StoreError):
    """A backup can't be made or used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup: when its store was as it is in it, and what `dump_store` wrote."""

    at: datetime
    dump: StoreDump


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it, as the last file of a backup: a folder without it is none."""
    digests = {str(path.relative_to(folder)): _digest(path) for path in _files(folder)}
    dump = manifest.dump
    body = {
        "format": _FORMAT,
        "at": manifest.at.isoformat(),
        "schema": dump.version,
        "rows": dump.rows,
        "numbers": dump.numbers,
        "sha256": digests,
    }
    with new_file(folder / FILE) as file:
        file.write(json.dumps(body, indent=1).encode())


def read_manifest(folder: Path) -> Manifest:
    """Read it, and compare each file with its digest; raises `BackupError`."""
    try:
        body = json.loads((folder / FILE).read_bytes())
        dump = StoreDump(str(body["schema"]), dict(body["rows"]), dict(body["numbers"]), {})
        manifest = Manifest(datetime.fromisoformat(body["at"]), dump)
        digests = dict(body["sha256"])
        written_by = body["format"]
    except FileNotFoundError as error:
        raise BackupError(f"{folder} holds no whole backup: {FILE} is missing.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{folder / FILE} can't be read: take another backup.") from error
    if written_by != _FORMAT:
        raise BackupError(f"{folder} is a backup of a newer Veille: install that one.")
    _check(folder, digests)
    return manifest


def _check(folder: Path, digests: dict[str, str]) -> None:
    there = {str(path.relative_to(folder)): path for path in _files(folder)}
    for name, digest in digests.items():
        if name not in there:
            raise BackupError(f"The backup is not whole: {folder / name} is missing.")
        if _digest(there[name]) != digest:
            raise BackupError(
                f"The backup is damaged: {folder / name} is not as it was written. Take another."
            )


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != FILE:
            yield path


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

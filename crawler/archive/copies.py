"""The archive's files copied elsewhere while processes write to them, and back. A door module."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crawler.archive import ArchiveError
from crawler.archive.file_names import ENDING, UNKNOWN
from crawler.archive.files import ArchiveFiles
from crawler.store.copies import new_file

_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ArchiveListing:
    """The files of the archive at one moment: those that have their final name, and those that are
    written or rewritten.
    """

    whole: frozenset[str]
    others: frozenset[str]


def listing(files: ArchiveFiles) -> ArchiveListing:
    """The files as they are now."""
    others = (*files.open(), *files.aside(), *files.spent())
    return ArchiveListing(frozenset(files.whole()), frozenset(others))


def copy_archive(
    files: ArchiveFiles, before: ArchiveListing, noted: Mapping[str, int], folder: Path
) -> None:
    """Copy the files that were there `before` to `folder`: what is being written up to the last
    record that the store has `noted`, the rest as it is, also what the store does not know.

    Raises `ArchiveError` where a takedown has rewritten a file meanwhile.
    """
    known = (before.whole | before.others) & noted.keys()
    for name in sorted(before.whole | known):
        most = noted[name] if name in before.others else None
        try:
            with files.at_hand(name) as path:
                copied(path, folder / name, most)
        except FileNotFoundError as error:
            raise ArchiveError(
                "A takedown has rewritten the archive meanwhile: remove what was written, and run "
                "it again."
            ) from error
    for name in files.unknown():
        path = files.path(name)
        copied(path, folder / path.name)


def put_back(folder: Path, files: ArchiveFiles) -> int:
    """Copy files of a backup back into the archive, those that are there as whole left; returns how
    many were copied.
    """
    files.folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for path in sorted(folder.iterdir()):
        if not path.name.endswith((ENDING, f"{ENDING}{UNKNOWN}")):
            continue
        held = files.size(path.name)
        if held is not None and held >= path.stat().st_size:
            continue
        partial = files.folder / f"{path.name}.part"
        partial.unlink(missing_ok=True)
        copied(path, partial)
        partial.replace(files.folder / path.name)
        count += 1
    return count


def copied(path: Path, target: Path, most: int | None = None) -> None:
    """Copy a file, or its first `most` bytes, to a new one for its owner alone."""
    left = path.stat().st_size if most is None else most
    with path.open("rb") as source, new_file(target) as copy:
        while left > 0 and (chunk := source.read(min(_CHUNK, left))):
            copy.write(chunk)
            left -= len(chunk)
        copy.flush()
        os.fsync(copy.fileno())

"""Bringing back what a backup holds. What is there is put aside, never overwritten."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from crawler.archive import Archive
from crawler.archive.copies import copied, put_back
from crawler.archive.takedown import purge
from crawler.backups.manifest import ARCHIVE, STORE, BackupError, Manifest
from crawler.store import Store
from crawler.store.copies import Tombstones, holds_data, load_store, tombstones_of

_SQLITE = "sqlite:///"
_BESIDE = ("", "-wal", "-shm")
"""Endings of the files that are one database of SQLite."""


def restore_store(  # noqa: PLR0913, PLR0917 - what is replaced, by what, and how
    url: str, folder: Path, manifest: Manifest, since: Tombstones, now: datetime, force: bool
) -> int:
    """Put the store of a backup in the place of the one at `url`, and forget again what was
    forgotten there and `since`; returns how many articles and pages that were.

    SQLite's old file is put aside. Raises `BackupError` where there is data and not `force`.
    """
    if _exists(url):
        since = since.and_those(_checked(url, force))
    if not url.startswith(_SQLITE):
        return load_store(url, folder / STORE, manifest.dump, since, now)
    path = Path(url.removeprefix(_SQLITE))
    new = path.with_name(f"{path.name}.restoring")
    _remove(new)
    again = load_store(f"{_SQLITE}{new}", folder / STORE, manifest.dump, since, now)
    new.chmod(0o600)
    for ending in _BESIDE:
        put_aside(path.with_name(path.name + ending), now)
    new.rename(path)
    return again


def restore_archive(store: Store, archive: Archive, folder: Path, now: datetime) -> int:
    """Copy the files of a backup back to the archive, and take out what is to stay deleted; returns
    how many files were copied.
    """
    count = put_back(folder / ARCHIVE, archive.files)
    purge(store, archive, now)
    return count


def restore_file(saved: Path, path: Path, now: datetime, force: bool) -> bool:
    """Bring a file of a backup back; returns whether it is now as in the backup. One that is there
    and differs is left, or with `force` put aside.
    """
    if not saved.is_file():
        return True
    if path.exists():
        if path.read_bytes() == saved.read_bytes():
            return True
        if not force:
            return False
        put_aside(path, now)
    path.parent.mkdir(parents=True, exist_ok=True)
    copied(saved, path)
    return True


def put_aside(path: Path, now: datetime) -> Path | None:
    """Rename a file to one that tells when it was replaced; None where there is none."""
    if not path.exists():
        return None
    aside = path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%S}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%S}-{number}")
    path.rename(aside)
    return aside


def _exists(url: str) -> bool:
    return not url.startswith(_SQLITE) or Path(url.removeprefix(_SQLITE)).exists()


def _checked(url: str, force: bool) -> Tombstones:
    """The takedowns of the store that is replaced; raises `BackupError` where it may not be."""
    try:
        if holds_data(url) and not force:
            raise BackupError(
                "The store holds data already: restore into an empty folder or database, or say "
                "--force to replace it."
            )
        return tombstones_of(url)
    except DBAPIError as error:
        if not force or not url.startswith(_SQLITE):
            raise BackupError(
                f"The store that is there can't be read ({error.orig}): --force puts it aside."
            ) from error
        return Tombstones()


def _remove(path: Path) -> None:
    for ending in _BESIDE:
        path.with_name(path.name + ending).unlink(missing_ok=True)

"""Making a backup while crawls and relays run."""

from datetime import datetime
from pathlib import Path

from crawler.archive import ArchiveError
from crawler.archive.copies import copied, copy_archive, listing
from crawler.archive.opening import archive_of
from crawler.backups.manifest import (
    ARCHIVE,
    SETTINGS,
    SOURCES,
    STORE,
    TOKENS,
    BackupError,
    Manifest,
    write_manifest,
)
from crawler.config import FILE, Config
from crawler.store.copies import dump_store


def save(config: Config, folder: Path, now: datetime) -> Manifest:
    """Write a backup to a folder that is new or empty, for its owner alone: the store as it is at
    one moment, the archive as far as the store knew it then, the settings and the tokens.

    Raises `BackupError`, `StoreError`, `BucketAway` and SQLAlchemy's errors.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty: name a new folder.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for part in (STORE, ARCHIVE):
        (folder / part).mkdir(mode=0o700)
    files = archive_of(config).files
    # Before the store is read: what it knows was written by then.
    before = listing(files)
    dump = dump_store(config.database_url, folder / STORE)
    try:
        copy_archive(files, before, dump.archive, folder / ARCHIVE)
    except ArchiveError as error:
        raise BackupError(str(error)) from error
    kept = {FILE: SETTINGS, config.sources: SOURCES, config.data / "tokens.json": TOKENS}
    for path, name in kept.items():
        if path.is_file():
            copied(path, folder / name)
    manifest = Manifest(now, dump)
    write_manifest(folder, manifest)
    return manifest

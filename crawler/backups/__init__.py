"""Backups: store, archive, settings and tokens of an installation in one folder. A door module."""

from crawler.backups.manifest import (
    SETTINGS,
    SOURCES,
    TOKENS,
    BackupError,
    Manifest,
    read_manifest,
)
from crawler.backups.restoring import put_aside, restore_archive, restore_file, restore_store
from crawler.backups.saving import save
from crawler.backups.takedown_file import TAKEDOWNS, read_takedowns, write_takedowns

__all__ = [
    "SETTINGS",
    "SOURCES",
    "TAKEDOWNS",
    "TOKENS",
    "BackupError",
    "Manifest",
    "put_aside",
    "read_manifest",
    "read_takedowns",
    "restore_archive",
    "restore_file",
    "restore_store",
    "save",
    "write_takedowns",
]

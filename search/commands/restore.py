"""`veille restore`: an installation from its backup."""

from datetime import datetime
from pathlib import Path

import click

from crawler.archive.opening import archive_of
from crawler.backups import (
    SETTINGS,
    SOURCES,
    TAKEDOWNS,
    TOKENS,
    BackupError,
    Manifest,
    read_manifest,
    read_takedowns,
    restore_archive,
    restore_file,
    restore_store,
    write_takedowns,
)
from crawler.config import FILE, Config
from crawler.store import Store
from crawler.store.copies import Tombstones
from indexer.relay import RelayLock
from search.commands.console import CommandError, as_json, clock, print_output, settings


@click.command("restore")
@click.argument(
    "folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False)
)
@click.option("--force", is_flag=True, help="Replace what is there; files are put aside.")
@as_json
def command(folder: Path, force: bool, json_: bool) -> None:
    """Bring back what `veille backup` copied to DIR; what was forgotten since stays forgotten."""
    now = clock()()
    manifest = read_manifest(folder)
    had_settings = FILE.exists()
    kept = [] if restore_file(folder / SETTINGS, FILE, now, force) else [str(FILE)]
    config = settings()
    lock = RelayLock(config.data)
    try:
        if not lock.take():
            raise CommandError(f"A `veille up` or relay works on {config.data}: stop it first.")
        counts = _restore(config, folder, manifest, now, force)
        kept += _restore_files(config, folder, now, force)
    except (BackupError, CommandError):
        if not had_settings:
            FILE.unlink(missing_ok=True)
        raise
    finally:
        lock.release()
    if json_:
        print_output({**counts, "kept": kept})
    else:
        _show(counts, kept)


def _restore(
    config: Config, folder: Path, manifest: Manifest, now: datetime, force: bool
) -> dict[str, int]:
    url = config.database_url
    again = restore_store(url, folder, manifest, _since(config), now, force)
    store = Store(url)
    try:
        files = restore_archive(store, archive_of(config), folder, now)
        articles = store.pages.documents()
    finally:
        store.close()
    write_takedowns(url, config.data)
    return {"articles": articles, "files": files, "forgotten": again}


def _since(config: Config) -> Tombstones:
    """The takedowns that the data folder knows of. Raises `BackupError`."""
    try:
        return read_takedowns(config.data)
    except (ValueError, OSError) as error:
        path = config.data / TAKEDOWNS
        raise BackupError(
            f"{path} can't be read: what was forgotten since could come back. Remove it to go on."
        ) from error


def _restore_files(config: Config, folder: Path, now: datetime, force: bool) -> list[str]:
    """Bring sources and tokens back; returns the files that were left as they are."""
    places = {SOURCES: config.sources, TOKENS: config.data / "tokens.json"}
    kept = []
    for name, path in places.items():
        if not restore_file(folder / name, path, now, force):
            kept.append(str(path))
    return kept


def _show(counts: dict[str, int], kept: list[str]) -> None:
    click.echo(
        f"{counts['articles']} articles and {counts['files']} files of the archive are back."
    )
    if counts["forgotten"]:
        click.echo(f"{counts['forgotten']} articles and pages were forgotten since, and stay so.")
    for path in kept:
        click.echo(f"{path} differs from the backup, and stays as it is.")
    click.echo("Now run `veille reindex`: the index is made from the store.")

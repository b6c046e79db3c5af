"""Taking forgotten records out of the archive. A door module.

A file is set aside, what stays is copied, the store is told, and the old file is removed: killed
anywhere, it goes on from there when it is run again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import takewhile
from pathlib import Path

from crawler.archive import Archive, RecordLocation
from crawler.archive.file_names import writer_of
from crawler.archive.files import ArchiveFiles
from crawler.archive.members import describes_file, members
from crawler.process.owner import is_gone
from crawler.sources import Source
from crawler.store import Store
from crawler.urls import canonical_key


def keys_of(url: str, sources: Iterable[Source]) -> list[str]:
    """The canonical keys that an address may have: by itself, and under the first host name of its
    source.
    """
    keys = [canonical_key(url), *(source.key(url) for source in sources)]
    return list(dict.fromkeys(keys))


def purge(store: Store, archive: Archive, now: datetime) -> int:
    """Rewrite each file of the archive that holds forgotten records; returns how many files there
    were. Records that the store does not know are set aside. Raises `BucketAway`.
    """
    files = archive.files
    tainted = store.captures.tainted()
    held = [file for file in tainted if files.size(file) is not None]
    for file in held:
        files.set_aside(file)
    _settle_without_rows(store, files)
    for file in {*held, *files.aside(), *files.spent()}:
        _rewrite(store, files, file)
    missing = set(tainted) - set(held)
    if store.one_writer:
        # All that this store knows is in this folder, so what is missing is gone.
        for file in missing:
            store.captures.drop_forgotten(file)
    if store.one_writer or not missing:
        store.takedowns.mark_finished(now)
    return len(held)


def _settle_without_rows(store: Store, files: ArchiveFiles) -> None:
    """Remove files whose rewriting was killed at its last step. A file that was not copied is none
    of this store's takedowns, which would know what stays of it.
    """
    for file in files.spent():
        if not store.captures.spans(file):
            files.discard(file)
    for file in files.aside():
        if not store.captures.spans(file):
            files.disown(file)


def _rewrite(store: Store, files: ArchiveFiles, file: str) -> None:
    staying = store.captures.staying(file)
    unknown = _between(files, file, store.captures.spans(file))
    if unknown:
        files.keep_unknown(unknown)
    records = [RecordLocation(file, capture.offset, capture.length) for _, capture in staying]
    copies = files.copy(records) if records else []
    places = []
    for (capture_id, _), copy in zip(staying, copies, strict=True):
        places.append((capture_id, copy.file, copy.offset))
    files.spend(file)
    # In this order, one that is killed in between leaves a record in two files, never in none.
    store.captures.moved(file, places)
    if copies:
        files.settle(copies[0].file)
    files.discard(file)


def _between(
    files: ArchiveFiles, file: str, spans: Sequence[tuple[int, int]]
) -> list[RecordLocation]:
    """The bytes of a file that no noted record (`spans`: offset, length) covers and that hold
    records.
    """
    path = files.path(file)
    if not path.exists():
        return []
    gaps = []
    covered = 0
    ends = []
    host, pid = writer_of(file)
    if is_gone(f"{host}:{pid or 0}:"):
        # One that lives writes once more what it has not noted yet.
        ends.append((path.stat().st_size, 0))
    for offset, length in [*spans, *ends]:
        if offset > covered:
            gaps.append(RecordLocation(file, covered, offset - covered))
        covered = max(covered, offset + length)
    return [gap for gap in gaps if _holds_records(path, gap)]


def _holds_records(path: Path, gap: RecordLocation) -> bool:
    end = gap.offset + gap.length
    pieces = takewhile(lambda member: member.offset < end, members(path, gap.offset))
    return any(piece.data and not describes_file(piece.data) for piece in pieces)

"""Captures that the store does not know, as after it was lost or an older one was restored: found,
told, and taken in. A door module.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from crawler.archive import OPEN, Archive
from crawler.archive.file_names import UNKNOWN
from crawler.archive.files import ArchiveFiles
from crawler.archive.found import found_in
from crawler.archive.members import Member, describes_file, holds_records, members
from crawler.archive.takedown import purge
from crawler.process.owner import is_gone
from crawler.sources import Source
from crawler.store import Store

AT_ONCE = 200
"""Records that are taken in by one transaction."""


@dataclass(frozen=True, slots=True)
class UnknownFile:
    """A file with records that the store does not know: how many bytes they have."""

    name: str
    size: int


def unknown_files(store: Store, archive: Archive) -> list[UnknownFile]:
    """The files of the archive that hold records behind the last one that the store knows. Those
    that a process writes now are left out. Raises `BucketAway`.
    """
    files = archive.files
    ends = store.captures.ends()
    unknown = [_sized(files, name, UNKNOWN) for name in files.unknown()]
    for name, size in files.whole().items():
        end = ends.get(name, 0)
        if size > end and _holds_records(files, name, end):
            unknown.append(UnknownFile(name, size - end))
    for name in files.left_open(is_gone):
        # What a killed process wrote last is noted by the next crawl, and told of nowhere.
        if name not in ends and holds_records(files.path(name)):
            unknown.append(_sized(files, name, OPEN))
    return unknown


def adopt(store: Store, archive: Archive, sources: Sequence[Source], now: datetime) -> Counter[str]:
    """Take in the captures that the store does not know.

    Returns how many files were looked through (`files`), how many captures were `new`, how many
    `pages` nobody knew, how many captures were noted already (`doubled`) or are to stay deleted
    (`forgotten`), which are taken out of the archive, and how many places can't be read
    (`damaged`).
    """
    files = archive.files
    files.recover(store.captures.end_of, is_gone)
    counts: Counter[str] = Counter()
    for unknown in unknown_files(store, archive):
        files.admit(unknown.name)
        counts["files"] += 1
        counts += _take_in(store, files, unknown.name, sources, now)
    if counts["doubled"] or counts["forgotten"]:
        purge(store, archive, now)
    return counts


def _take_in(
    store: Store, files: ArchiveFiles, name: str, sources: Sequence[Source], now: datetime
) -> Counter[str]:
    counts: Counter[str] = Counter()
    noted = {offset for offset, _ in store.captures.spans(name)}
    with files.at_hand(name) as path:
        pieces = _unnoted(members(path), noted)
        while batch := list(islice(pieces, AT_ONCE)):
            counts += store.captures.take_in(found_in(name, batch, sources), now)
            counts["damaged"] += sum(member.data is None for member in batch)
    return counts


def _holds_records(files: ArchiveFiles, name: str, start: int) -> bool:
    with files.at_hand(name) as path:
        return holds_records(path, start)


def _unnoted(pieces: Iterator[Member], noted: set[int]) -> Iterator[Member]:
    for member in pieces:
        describes = member.data is not None and describes_file(member.data)
        if member.offset not in noted and not describes:
            yield member


def _sized(files: ArchiveFiles, name: str, ending: str) -> UnknownFile:
    return UnknownFile(name, (files.folder / f"{name}{ending}").stat().st_size)

"""The files of the archive's folder: how they are named, finished, taken out of use and set aside.

A name ends in `.open` while its file is written, in `.aside` while records are taken out of it, in
`.spent` once what stays has been copied, and in `.unknown` where the store does not know what it
holds. Nothing that the store does not know is deleted.
"""

import fcntl
import io
import logging
import os
import socket
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from uuid import uuid4

from warcio.warcwriter import WARCWriter

from crawler.archive.members import members

log = logging.getLogger(__name__)

ENDING = ".warc.gz"
_PROBE = b"Veille looks whether it can write here.\n"
OPEN = ".open"
ASIDE = ".aside"
SPENT = ".spent"
UNKNOWN = ".unknown"
_FIRST_LINES = 512
"""Bytes of a record in which its type stands."""
_PARTS = 5
"""Parts of a file's name."""
_BEGUN: set[str] = set()
"""The files that this process began: in a container, every process has the same number."""


@dataclass(frozen=True, slots=True)
class RecordLocation:
    """Where a record is: file within the archive's folder, and bytes."""

    file: str
    offset: int
    length: int


class ArchiveFiles:
    """The folder of an archive. Methods block; threads and processes may share it."""

    def __init__(self, folder: Path) -> None:
        """Nothing is opened or made before something is kept."""
        self.folder = folder

    def path(self, name: str) -> Path:
        """Where a file stands, whatever its state; under its plain name where there is none."""
        paths = (self.folder / f"{name}{ending}" for ending in ("", OPEN, ASIDE, SPENT, UNKNOWN))
        return next((path for path in paths if path.exists()), self.folder / name)

    def begin(self) -> tuple[str, int]:
        """Begin a file to write; returns its name and how many bytes it has."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = _new_name()
        head = _head(name)
        _BEGUN.add(name)
        (self.folder / f"{name}{OPEN}").write_bytes(head)
        return name, len(head)

    def probe(self) -> None:
        """Write a file and delete it; raises OSError where the folder takes none now."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.folder) as file:
            file.write(_PROBE)

    def recover(self, end_of: Callable[[str], int], is_gone: Callable[[str], bool]) -> list[str]:
        """Finish the files of processes that have ended (`is_gone` an owner "host:pid:").

        Records behind the last one that the store knows (`end_of` a file, 0 for none) are set aside
        as a file of their own, and what is torn is cut off. Returns the names of what was set
        aside.
        """
        aside = []
        for name in self.left_open(is_gone):
            path = self.folder / f"{name}{OPEN}"
            with path.open("r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                unknown = self._finish_left(path, file, end_of(name))
            if unknown:
                aside.append(unknown)
        return aside

    def open(self) -> list[str]:
        """The files that are being written, or were left so."""
        return self._names(OPEN)

    def left_open(self, is_gone: Callable[[str], bool]) -> list[str]:
        """The files that processes left open which have ended."""
        return [name for name in self.open() if _is_left(name, is_gone)]

    def finish(self, name: str, end: int) -> None:
        """Give a file that was written its final name, cut off at its end; one that was taken out
        of use meanwhile is left.
        """
        path = self.folder / f"{name}{OPEN}"
        with suppress(FileNotFoundError), path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # Whoever held the lock may have renamed the file.
            if path.exists():
                finish(path, file, end)

    def set_aside(self, name: str) -> None:
        """Take a file out of use, even one that a process is writing: that process begins another
        one.
        """
        path = self.path(name)
        if path.suffix not in (ASIDE, SPENT):
            with path.open("r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                path.rename(self.folder / f"{name}{ASIDE}")

    def in_use(self, name: str) -> bool:
        """Whether a file is one that readers look into, and was not set aside."""
        return any((self.folder / f"{name}{ending}").exists() for ending in (OPEN, ""))

    def aside(self) -> list[str]:
        """The files that are out of use and not yet copied."""
        return self._names(ASIDE)

    def spent(self) -> list[str]:
        """The files that are out of use, and of which a copy of what stays was made."""
        return self._names(SPENT)

    def whole(self) -> list[str]:
        """The files that have their final name."""
        return self._names("")

    def unknown(self) -> list[str]:
        """The files whose records the store does not know."""
        return self._names(UNKNOWN)

    def disown(self, name: str) -> None:
        """Set a file aside that the store knows nothing of."""
        path = self.path(name)
        path.rename(self.folder / f"{name}{UNKNOWN}")

    def admit(self, name: str) -> None:
        """Give a file that was set aside as unknown its final name."""
        path = self.folder / f"{name}{UNKNOWN}"
        if path.exists():
            path.rename(self.folder / name)

    def copy(self, places: Sequence[RecordLocation]) -> list[RecordLocation]:
        """Copy records of one file, which is out of use, into a new one; returns where they are
        now.
        """
        name = _new_name()
        _BEGUN.add(name)
        return self._copied(places, name, OPEN)

    def keep_unknown(self, places: Sequence[RecordLocation]) -> str:
        """Copy bytes of one file that the store does not know into a new one, which is set aside;
        returns its name.
        """
        name = _new_name()
        self._copied(places, name, UNKNOWN)
        log.warning(
            "captures that the store does not know were set aside in %s: `veille doctor`", name
        )
        return name

    def spend(self, name: str) -> None:
        """Note that what stays of a file was copied."""
        path = self.folder / f"{name}{ASIDE}"
        if path.exists():
            path.rename(self.folder / f"{name}{SPENT}")

    def settle(self, name: str) -> None:
        """Give a copied file its final name."""
        (self.folder / f"{name}{OPEN}").rename(self.folder / name)

    def discard(self, name: str) -> None:
        """Remove a file of which a copy of what stays was made."""
        (self.folder / f"{name}{SPENT}").unlink(missing_ok=True)

    def _names(self, state: str) -> list[str]:
        return [
            path.name.removesuffix(state)
            for path in sorted(self.folder.glob(f"*{ENDING}{state}"))
            if path.is_file()
        ]

    def _copied(
        self, places: Sequence[RecordLocation], name: str, state: str
    ) -> list[RecordLocation]:
        copied = []
        source = self.path(places[0].file)
        with source.open("rb") as old, (self.folder / f"{name}{state}").open("xb") as new:
            new.write(_head(name))
            for place in places:
                old.seek(place.offset)
                copied.append(RecordLocation(name, new.tell(), new.write(old.read(place.length))))
            new.flush()
            os.fsync(new.fileno())
        return copied

    def _finish_left(self, path: Path, file: IO[bytes], end: int) -> str | None:
        """Finish a file of a process that has ended; returns what was set aside of it, if
        anything.
        """
        name = path.name.removesuffix(OPEN)
        if not holds_records(path, end):
            finish(path, file, end)
            return None
        last = _records_end(path, end)
        if end == 0:
            log.warning("the store does not know the captures in %s: `veille doctor`", name)
            file.truncate(last)
            self.disown(name)
            return name
        unknown = self.keep_unknown([RecordLocation(name, end, last - end)])
        finish(path, file, end)
        return unknown


def holds_records(path: Path, start: int = 0) -> bool:
    """Whether a whole record stands in a file from a byte on, besides the one that describes the
    file.
    """
    records = (member.data for member in members(path, start) if member.data)
    return any(not describes_file(record) for record in records)


def _records_end(path: Path, start: int) -> int:
    """Where the last whole record of a file ends; `start` where none follows it."""
    whole = (member.end for member in members(path, start) if member.data)
    return max(whole, default=start)


def describes_file(record: bytes) -> bool:
    """Whether an unpacked record is the one at the beginning of a file that describes it."""
    return b"WARC-Type: warcinfo" in record[:_FIRST_LINES]


def finish(path: Path, file: IO[bytes], end: int) -> None:
    """Give an open file its final name, cut off at its end; one without records is removed."""
    if not end:
        path.unlink()
        return
    file.truncate(end)
    os.fsync(file.fileno())
    path.rename(path.with_name(path.name.removesuffix(OPEN)))


def writer_of(name: str) -> tuple[str, str]:
    """Host and process number of who began a file; empty where its name says neither."""
    parts = name.removesuffix(ENDING).split("-", 4)
    if len(parts) < _PARTS or not parts[2].isdigit():
        return "", ""
    return parts[4], parts[2]


def _is_left(name: str, is_gone: Callable[[str], bool]) -> bool:
    host, pid = writer_of(name)
    if not pid:
        return False
    return _is_of_earlier_process(name, pid, host) or is_gone(f"{host}:{pid}:")


def _is_of_earlier_process(name: str, pid: str, host: str) -> bool:
    """Whether a file is of a process that had this one's number and has ended, as in a container
    that was begun again.
    """
    return pid == str(os.getpid()) and host == socket.gethostname() and name not in _BEGUN


def _new_name() -> str:
    moment = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    return f"veille-{moment}-{os.getpid()}-{uuid4().hex[:8]}-{socket.gethostname()}{ENDING}"


def _head(name: str) -> bytes:
    head = io.BytesIO()
    writer = WARCWriter(head, gzip=True, warc_version="1.1")
    writer.write_record(
        writer.create_warcinfo_record(
            name, {"software": "Veille", "format": "WARC File Format 1.1"}
        )
    )
    return head.getvalue()

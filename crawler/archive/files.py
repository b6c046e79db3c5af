"""The files of the archive: finished, taken out of use, set aside, and read, whether they stand in
the archive's folder or, once they have ended, in a bucket. Nothing that the store does not know is
deleted.
"""

import fcntl
import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from crawler.archive.bucket import ArchiveBucket
from crawler.archive.file_names import ASIDE, ENDING, OPEN, SPENT, UNKNOWN, is_left, new_name
from crawler.archive.members import holds_records, records_end
from crawler.archive.records import file_head

log = logging.getLogger(__name__)

_PROBE = b"Veille looks whether it can write here.\n"
_TRIES = 3
"""How often a file is looked for that is given another name meanwhile."""


@dataclass(frozen=True, slots=True)
class RecordLocation:
    """Where a record is: file within the archive's folder, and bytes."""

    file: str
    offset: int
    length: int


class ArchiveFiles:
    """The folder of an archive, and the bucket that ended files are sent to, if there is one.
    Methods block; threads and processes may share it. Those that look into the bucket raise
    `BucketAway`.
    """

    def __init__(self, folder: Path, bucket: ArchiveBucket | None = None) -> None:
        """Nothing is opened or made before something is kept."""
        self.folder = folder
        self.bucket = bucket

    def path(self, name: str) -> Path:
        """Where a file stands in the folder, whatever its state; under its plain name where it
        does not.
        """
        paths = (self.folder / f"{name}{ending}" for ending in ("", OPEN, ASIDE, SPENT, UNKNOWN))
        return next((path for path in paths if path.exists()), self.folder / name)

    def size(self, name: str) -> int | None:
        """The bytes of a file, wherever it stands; None where there is none."""
        with suppress(FileNotFoundError):
            return self.path(name).stat().st_size
        return self.bucket.size(name) if self.bucket else None

    def read(self, place: RecordLocation) -> bytes:
        """The bytes of a record, fewer where its file ends before; raises FileNotFoundError where
        there is none.
        """
        try:
            with self.path(place.file).open("rb") as file:
                file.seek(place.offset)
                return file.read(place.length)
        except FileNotFoundError:
            if self.bucket is None:
                raise
        return self.bucket.read(place.file, place.offset, place.length)

    @contextmanager
    def at_hand(self, name: str) -> Iterator[Path]:
        """A file on the disk while the block runs: itself, or a copy of one in the bucket. Raises
        FileNotFoundError where there is none.
        """
        path = self.path(name)
        if self.bucket is None or path.exists():
            yield path
            return
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / name
            self.bucket.fetch(name, copy)
            yield copy

    def begin(self) -> tuple[str, int]:
        """Begin a file to write; returns its name and how many bytes it has."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = new_name()
        head = file_head(name)
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
        return [name for name in self.open() if is_left(name, is_gone)]

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
        one. Of a file in the bucket a copy is set aside.
        """
        for _ in range(_TRIES):
            if self._set_aside_here(name):
                return
        if self.bucket is None:
            raise FileNotFoundError(name)
        part = self.folder / f"{name}.part"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.bucket.fetch(name, part)
        part.rename(self.folder / f"{name}{ASIDE}")

    def in_use(self, name: str) -> bool:
        """Whether a file is one that readers look into, and was not set aside."""
        return any((self.folder / f"{name}{ending}").exists() for ending in (OPEN, ""))

    def aside(self) -> list[str]:
        """The files that are out of use and not yet copied."""
        return self._names(ASIDE)

    def spent(self) -> list[str]:
        """The files that are out of use, and of which a copy of what stays was made."""
        return self._names(SPENT)

    def ended(self) -> list[str]:
        """The files of the folder that have their final name."""
        return self._names("")

    def whole(self) -> dict[str, int]:
        """The files that have their final name, in the folder or in the bucket, with their
        bytes.
        """
        sizes = self.bucket.sizes() if self.bucket else {}
        for name in self.ended():
            with suppress(FileNotFoundError):  # it was sent meanwhile
                sizes[name] = (self.folder / name).stat().st_size
        return dict(sorted(sizes.items()))

    def unknown(self) -> list[str]:
        """The files whose records the store does not know."""
        return self._names(UNKNOWN)

    def disown(self, name: str) -> None:
        """Set a file aside that the store knows nothing of; what is only a copy of one in the
        bucket is removed.
        """
        path = self.path(name)
        if path.suffix == ASIDE and self.bucket and self.bucket.size(name) is not None:
            path.unlink()
        else:
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
        name = new_name()
        return self._copied(places, name, OPEN)

    def keep_unknown(self, places: Sequence[RecordLocation]) -> str:
        """Copy bytes of one file that the store does not know into a new one, which is set aside;
        returns its name.
        """
        name = new_name()
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
        if self.bucket:
            # First: a process that is killed in between does it again.
            self.bucket.delete(name)
        (self.folder / f"{name}{SPENT}").unlink(missing_ok=True)

    def _set_aside_here(self, name: str) -> bool:
        """Set a file of the folder aside; False where it is not there under the name that it
        had.
        """
        path = self.path(name)
        if path.suffix in (ASIDE, SPENT):
            return True
        with suppress(FileNotFoundError), path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            path.rename(self.folder / f"{name}{ASIDE}")
            return True
        return False

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
            new.write(file_head(name))
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
        last = records_end(path, end)
        if end == 0:
            log.warning("the store does not know the captures in %s: `veille doctor`", name)
            file.truncate(last)
            self.disown(name)
            return name
        unknown = self.keep_unknown([RecordLocation(name, end, last - end)])
        finish(path, file, end)
        return unknown


def finish(path: Path, file: IO[bytes], end: int) -> None:
    """Give an open file its final name, cut off at its end; one without records is removed."""
    if not end:
        path.unlink()
        return
    file.truncate(end)
    os.fsync(file.fileno())
    path.rename(path.with_name(path.name.removesuffix(OPEN)))

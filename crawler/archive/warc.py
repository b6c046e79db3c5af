"""Raw answers in WARC files, so that everything can be extracted again. A door module.

Each process writes a file of its own, which ends in `.open` until it is full, so that any number of
workers share a folder. The store knows file and offset of each record; what a killed process left
behind the last record that the store knows is cut off. warcio makes the records.
"""

import base64
import fcntl
import hashlib
import io
import os
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from isal import isal_zlib
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive.records import page_of
from crawler.article import Page

LARGEST = 256 * 1024 * 1024
"""Bytes after which a file is ended and another one begun."""
LEVEL = isal_zlib.ISAL_BEST_COMPRESSION
"""Of ISA-L's gzip: pages come out 4 % larger than at zlib's level 4, in a third of its time."""
_GZIP = isal_zlib.MAX_WBITS | 16
"""The container format, as zlib counts it."""
ENDING = ".warc.gz"
OPEN = ".open"
ASIDE = ".aside"
_HOP = frozenset(
    ("content-encoding", "transfer-encoding", "content-length", "connection", "set-cookie")
)
"""Headers that are not true of the body as kept, or that are nobody's business."""


_BEGUN: set[str] = set()
"""The files that this process began: in a container, every process has the same number."""


class ArchiveError(Exception):
    """A record can't be read; the message says why."""


@dataclass(frozen=True, slots=True)
class RecordLocation:
    """Where a record is: file within the archive's folder, and bytes."""

    file: str
    offset: int
    length: int


def digest(body: bytes) -> str:
    """The body's digest as WARC writes it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


class Archive:
    """The archive's folder, and the file that this process writes. Methods block; threads may share
    it.
    """

    def __init__(self, folder: Path, largest: int = LARGEST) -> None:
        """Nothing is opened or made before something is kept."""
        self.folder = folder
        self._largest = largest
        self._name = ""
        self._end = 0
        self._lock = threading.Lock()

    def keep(self, page: Page, mark: str | None = None) -> RecordLocation:
        """Append a page's answer; `mark` is the digest of its body where it is known already."""
        headers = _plain([*_kept_headers(page), ("Content-Length", str(len(page.body)))])
        http = StatusAndHeaders("200 OK", headers, "HTTP/1.1")
        dated = {
            "WARC-Date": _iso(page.fetched_at),
            "WARC-Payload-Digest": mark or digest(page.body),
        }

        def record(writer: WARCWriter) -> Any:
            return writer.create_warc_record(
                page.url,
                "response",
                io.BytesIO(page.body),
                len(page.body),
                warc_headers_dict=dated,
                http_headers=http,
            )

        return self._append(record)

    def keep_revisit(
        self, url: str, status: int, at: datetime, body_digest: str, first_at: datetime
    ) -> RecordLocation:
        """Append that an address was answered by the same body as at an earlier moment (or "not
        modified").
        """
        reason = "OK" if status == 200 else "Not Modified"
        http = StatusAndHeaders(f"{status} {reason}", [], "HTTP/1.1")
        dated = {"WARC-Date": _iso(at)}

        def record(writer: WARCWriter) -> Any:
            return writer.create_revisit_record(
                url, body_digest, url, _iso(first_at), http_headers=http, warc_headers_dict=dated
            )

        return self._append(record)

    def read(self, place: RecordLocation) -> Page:
        """The page of a record; raises `ArchiveError`."""
        try:
            record = next(iter(ArchiveIterator(io.BytesIO(self._bytes_of(place)))))
            body = record.content_stream().read()
        except ArchiveError:
            raise
        except Exception as error:  # of warcio and of the disk, for a file that is damaged
            raise ArchiveError(f"{place.file} at byte {place.offset}: {error!r}") from error
        headers = record.http_headers.headers if record.http_headers else ()
        url = record.rec_headers.get_header("WARC-Target-URI")
        return page_of(url, record.rec_headers.get_header("WARC-Date"), headers, body)

    def _bytes_of(self, place: RecordLocation) -> bytes:
        with self._path(place.file).open("rb") as file:
            file.seek(place.offset)
            data = file.read(place.length)
        if len(data) < place.length:
            raise ArchiveError(f"{place.file} ends before byte {place.offset + place.length}")
        return data

    def recover(self, end_of: Callable[[str], int], is_gone: Callable[[str], bool]) -> list[str]:
        """Finish the files of processes that have ended (`is_gone` an owner "host:pid:").

        What stands behind the last record that the store knows (`end_of` a file, 0 for none) is cut
        off. Returns the files' names.
        """
        finished = []
        for path in sorted(self.folder.glob(f"*{OPEN}")):
            name = path.name.removesuffix(OPEN)
            _, _, pid, _, host = name.removesuffix(ENDING).split("-", 4)
            if not (_is_of_earlier_process(name, pid, host) or is_gone(f"{host}:{pid}:")):
                continue
            with path.open("r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                _finish(path, file, end_of(name))
            finished.append(name)
        return finished

    def set_aside(self, name: str) -> None:
        """Take a file out of use, even one that a process is writing: that process begins another
        one.
        """
        path = self._path(name)
        if path.suffix != ASIDE:
            with path.open("r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                path.rename(self.folder / f"{name}{ASIDE}")

    def in_use(self, name: str) -> bool:
        """Whether a file is one that readers look into, and was not set aside."""
        return any((self.folder / f"{name}{ending}").exists() for ending in (OPEN, ""))

    def aside(self) -> list[str]:
        """The names of the files that are out of use and not yet removed."""
        return [path.name.removesuffix(ASIDE) for path in sorted(self.folder.glob(f"*{ASIDE}"))]

    def copy(self, places: Sequence[RecordLocation]) -> list[RecordLocation]:
        """Copy records of one file, which is out of use, into a new one; returns where they are
        now.
        """
        copied = []
        name = _new_name()
        _BEGUN.add(name)
        source = self._path(places[0].file)
        with source.open("rb") as old, (self.folder / f"{name}{OPEN}").open("xb") as new:
            new.write(_head(name))
            for place in places:
                old.seek(place.offset)
                copied.append(RecordLocation(name, new.tell(), new.write(old.read(place.length))))
            new.flush()
            os.fsync(new.fileno())
        return copied

    def settle(self, name: str) -> None:
        """Give a copied file its final name."""
        (self.folder / f"{name}{OPEN}").rename(self.folder / name)

    def discard(self, name: str) -> None:
        """Remove a file that is out of use."""
        (self.folder / f"{name}{ASIDE}").unlink(missing_ok=True)

    def _append(self, record: Callable[[WARCWriter], Any]) -> RecordLocation:
        plain = io.BytesIO()
        writer = WARCWriter(plain, gzip=False, warc_version="1.1")
        writer.write_record(record(writer))
        data = isal_zlib.compress(plain.getbuffer(), LEVEL, wbits=_GZIP)
        with self._lock:
            return self._written(data)

    def _written(self, data: bytes) -> RecordLocation:
        while True:
            self._begin_file()
            place = self._write_at_end(data)
            if place is not None:
                return place
            self._name = ""  # it was set aside meanwhile

    def _write_at_end(self, data: bytes) -> RecordLocation | None:
        """Write to the open file; None where it is not there any more."""
        path = self.folder / f"{self._name}{OPEN}"
        with suppress(FileNotFoundError), path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # Whoever held the lock may have renamed the file.
            if not path.exists():
                return None
            # Behind the end stands what a full disk cut off.
            file.truncate(self._end)
            offset = file.seek(self._end)
            file.write(data)
            file.flush()
            self._end = offset + len(data)
            place = RecordLocation(self._name, offset, len(data))
            if self._end >= self._largest:
                _finish(path, file, self._end)
                self._name = ""
            return place
        return None

    def _begin_file(self) -> None:
        if self._name:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        name = _new_name()
        head = _head(name)
        _BEGUN.add(name)
        (self.folder / f"{name}{OPEN}").write_bytes(head)
        self._name = name
        self._end = len(head)

    def _path(self, name: str) -> Path:
        paths = (self.folder / f"{name}{ending}" for ending in ("", OPEN, ASIDE))
        return next((path for path in paths if path.exists()), self.folder / name)


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


def _finish(path: Path, file: IO[bytes], end: int) -> None:
    """Give a file its final name, cut off at its end; one without records is removed."""
    if not end:
        path.unlink()
        return
    file.truncate(end)
    os.fsync(file.fileno())
    path.rename(path.with_name(path.name.removesuffix(OPEN)))


def _is_of_earlier_process(name: str, pid: str, host: str) -> bool:
    """Whether a file is of a process that had this one's number and has ended, as in a container
    that was begun again.
    """
    return pid == str(os.getpid()) and host == socket.gethostname() and name not in _BEGUN


def _kept_headers(page: Page) -> list[tuple[str, str]]:
    """The headers of an answer, a pair for each value."""
    pairs = []
    for name, values in page.headers.items():
        if name.lower() not in _HOP:
            pairs += [(name, value) for value in values.split("\n")]
    return pairs


def _plain(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Headers that can be written and read back: no control characters."""
    return [(_printable(name), _printable(value)) for name, value in headers]


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

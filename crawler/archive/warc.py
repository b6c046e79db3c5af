"""Raw answers in WARC files, so that everything can be extracted again. A door module.

Each process writes a file of its own, which ends in `.open` until it is full or the process ends,
so that any number of workers share a folder. The store knows file and offset of each record, and a
record says itself of what it is the capture, for a store that has lost it. warcio makes the
records.
"""

import base64
import fcntl
import hashlib
import io
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from isal import isal_zlib
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive.bucket import ArchiveBucket
from crawler.archive.file_names import OPEN
from crawler.archive.files import ArchiveFiles, RecordLocation, finish
from crawler.archive.members import GZIP
from crawler.archive.records import page_of
from crawler.article import Page

LARGEST = 256 * 1024 * 1024
"""Bytes after which a file is ended and another one begun."""
LEVEL = isal_zlib.ISAL_BEST_COMPRESSION
"""Of ISA-L's gzip: pages come out 4 % larger than at zlib's level 4, in a third of its time."""
KEY = "Veille-Key"
SOURCE = "Veille-Source"
KIND = "Veille-Kind"
_HOP = frozenset(
    ("content-encoding", "transfer-encoding", "content-length", "connection", "set-cookie")
)
"""Headers that are not true of the body as kept, or that are nobody's business."""


class ArchiveError(Exception):
    """A record can't be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Of what a record is the capture: canonical key, id of the source, kind (page, or that of an
    entry point). It stands in the record's header.
    """

    key: str
    source: str
    kind: str

    def headers(self) -> dict[str, str]:
        """The header's fields, which are none of WARC's own."""
        fields = {KEY: self.key, SOURCE: self.source, KIND: self.kind}
        return {name: _printable(value) for name, value in fields.items()}


def digest(body: bytes) -> str:
    """The body's digest as WARC writes it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


class Archive:
    """The archive's folder, and the file that this process writes. Methods block; threads may share
    it.
    """

    def __init__(
        self, folder: Path, largest: int = LARGEST, bucket: ArchiveBucket | None = None
    ) -> None:
        """Nothing is opened or made before something is kept."""
        self.files = ArchiveFiles(folder, bucket)
        self._largest = largest
        self._name = ""
        self._end = 0
        self._lock = threading.Lock()

    def keep(
        self, page: Page, mark: str | None = None, subject: Subject | None = None
    ) -> RecordLocation:
        """Append a page's answer; `mark` is the digest of its body where it is known already."""
        headers = _plain([*_kept_headers(page), ("Content-Length", str(len(page.body)))])
        http = StatusAndHeaders("200 OK", headers, "HTTP/1.1")
        dated = {
            "WARC-Date": _iso(page.fetched_at),
            "WARC-Payload-Digest": mark or digest(page.body),
            **(subject.headers() if subject else {}),
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

    def read(self, place: RecordLocation) -> Page:
        """The page of a record; raises `ArchiveError`."""
        try:
            record = next(iter(ArchiveIterator(io.BytesIO(self._bytes_of(place)))))
            body = record.content_stream().read()
            headers = record.http_headers.headers if record.http_headers else ()
            url = record.rec_headers.get_header("WARC-Target-URI")
            return page_of(url, record.rec_headers.get_header("WARC-Date"), headers, body)
        except ArchiveError:
            raise
        except Exception as error:  # of warcio, the disk and the bucket, for a file that is damaged
            raise ArchiveError(f"{place.file} at byte {place.offset}: {error!r}") from error

    def _bytes_of(self, place: RecordLocation) -> bytes:
        data = self.files.read(place)
        if len(data) < place.length:
            raise ArchiveError(f"{place.file} ends before byte {place.offset + place.length}")
        return data

    def close(self) -> None:
        """Finish the file that this process writes."""
        with self._lock:
            if self._name:
                self.files.finish(self._name, self._end)
                self._name = ""

    def _append(self, record: Callable[[WARCWriter], Any]) -> RecordLocation:
        plain = io.BytesIO()
        writer = WARCWriter(plain, gzip=False, warc_version="1.1")
        writer.write_record(record(writer))
        data = isal_zlib.compress(plain.getbuffer(), LEVEL, wbits=GZIP)
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
        path = self.files.folder / f"{self._name}{OPEN}"
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
                finish(path, file, self._end)
                self._name = ""
            return place
        return None

    def _begin_file(self) -> None:
        if not self._name:
            self._name, self._end = self.files.begin()


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

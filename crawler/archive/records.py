"""Records of WARC files that others may have written: found one after another, and read by their
place. A door module.

Nothing in such a file is trusted. warcio reads the records; what it takes at a time is bounded
here.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from os import fstat
from pathlib import Path
from typing import BinaryIO

from brotli import error as BrotliError
from warcio.archiveiterator import WARCIterator
from warcio.bufferedreaders import ChunkedDataReader, DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeadersParser
from warcio.warcwriter import WARCWriter
from zstandard import ZstdError

from crawler.article import Page
from crawler.fetch.unpacking import CODINGS, beginning

LARGEST_HEADERS = 1024 * 1024
"""Bytes of the headers of a record, or of its answer."""
LARGEST_BODY = 10 * 1024 * 1024
"""Bytes of a body, packed or not, as many as a crawl takes."""
_CODINGS_AT_MOST = 3
_BETWEEN_RECORDS = 4
"""Bytes of the two line ends behind a record, which are no part of it where it is not packed."""
_OF_TRANSFER = frozenset(("content-encoding", "transfer-encoding", "content-length"))
"""Headers that are not true of a body that was unpacked."""
_ZSTD = b"\x28\xb5\x2f\xfd"


class WarcError(Exception):
    """A file can't be read, or not beyond a place; the message says why."""


class UnreadableAnswer(Exception):
    """A record holds no answer that can be read; `reason` is a short stable word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class RecordHeader:
    """What the header of a record says: its type, address and date as they are written, whether
    its block was cut when it was written, and where it begins in the file. `end` is where the next
    one begins.
    """

    kind: str
    url: str
    date: str
    cut: bool
    offset: int
    end: int


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """An answer as it was captured: its status, and headers and body as a site gave them."""

    status: int
    page: Page


class _BoundedReader:
    """A reader of warcio's with a bound: it takes lines of any length, and headers without end
    would fill the memory.
    """

    def __init__(self, reader: DecompressingBufferedReader) -> None:
        self._reader = reader
        self.header_bytes = 0

    def readline(self, length: int | None = None) -> bytes:
        most = LARGEST_HEADERS - self.header_bytes
        line: bytes = self._reader.readline(min(length or most, most))
        self.header_bytes += len(line)
        if self.header_bytes >= LARGEST_HEADERS:
            raise ArchiveLoadFailed("a record has more headers than any that means well")
        return line

    def __getattr__(self, name: str) -> object:
        return getattr(self._reader, name)


def record_headers(path: Path) -> Iterator[RecordHeader]:
    """The headers of the records of a file, plain or packed record by record, in their order.

    Raises `WarcError` where it can't be read on; what was given before is whole.
    """
    with path.open("rb") as file:
        _check_beginning(file)
        yield from _headers(_iterator(file))


def read_answer(path: Path, offset: int) -> RecordedAnswer:
    """The answer of the response record at this place of a file.

    Raises `UnreadableAnswer` where it holds none.
    """
    with path.open("rb") as file:
        file.seek(offset)
        try:
            record = next(iter(_iterator(file)))
            return _answer(record)
        except UnreadableAnswer:
            raise
        except Exception as error:  # of warcio, for a record that is damaged
            raise UnreadableAnswer("damaged") from error


def page_of(url: str, date: str, headers: Iterable[tuple[str, str]], body: bytes) -> Page:
    """A record as a page: headers with several values joined by line feeds. Raises `ValueError`
    for a date that is none.
    """
    joined: dict[str, str] = {}
    for name, value in headers:
        joined[name] = f"{joined[name]}\n{value}" if name in joined else value
    return Page(url, body, joined, moment_of(date))


def moment_of(date: str) -> datetime:
    """A WARC-Date as an aware moment, UTC where it names no zone. Raises `ValueError`."""
    moment = datetime.fromisoformat(date.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _check_beginning(file: BinaryIO) -> None:
    """Raise `WarcError` for a file that is no WARC file, and go back to its beginning."""
    packed = file.read(len(_ZSTD))
    file.seek(0)
    if not packed:
        raise WarcError("is empty")
    if packed.startswith(_ZSTD):
        raise WarcError("is packed with zstd: unpack it first (`zstd -d`)")
    with suppress(zlib.error):
        beginning_line = DecompressingBufferedReader(file).readline(64)
        file.seek(0)
        if beginning_line.startswith(b"WARC/"):
            return
    raise WarcError("is no WARC file: it does not begin with a record")


def _headers(reading: WARCIterator) -> Iterator[RecordHeader]:
    offset = 0
    end = 0
    try:
        for record in reading:
            reading.reader.header_bytes = 0
            offset = reading.offset
            if record.length is None:
                raise WarcError(f"is cut off within the record at byte {offset}")
            length = reading.get_record_length()
            if record.raw_stream.limit > 0:
                raise WarcError(f"is cut off within the record at byte {offset}")
            end = offset + length
            yield _header(record, offset, end)
        if fstat(reading.fh.fileno()).st_size > end + _BETWEEN_RECORDS:
            raise WarcError(f"is cut off within the record at byte {end}")
    except WarcError:
        raise
    except Exception as error:  # of warcio, which raises all kinds for damaged files
        raise WarcError(_sentence(error, offset)) from error


def _iterator(file: BinaryIO) -> WARCIterator:
    reading = WARCIterator(file, no_record_parse=True)
    reading.reader = _BoundedReader(DecompressingBufferedReader(file))
    return reading


def _header(record: ArcWarcRecord, offset: int, end: int) -> RecordHeader:
    headers = record.rec_headers
    return RecordHeader(
        record.rec_type or "",
        headers.get_header("WARC-Target-URI") or "",
        headers.get_header("WARC-Date") or "",
        headers.get_header("WARC-Truncated") is not None
        or headers.get_header("WARC-Segment-Number") is not None,
        offset,
        end,
    )


def _answer(record: ArcWarcRecord) -> RecordedAnswer:
    if record.length > LARGEST_HEADERS + 2 * LARGEST_BODY:
        raise UnreadableAnswer("too-long")
    http = StatusAndHeadersParser(["HTTP/"], verify=False).parse(record.raw_stream)
    status = http.get_statuscode()
    if not http.protocol.upper().startswith("HTTP/") or not status.isdigit():
        raise UnreadableAnswer("no-http")
    codings = _codings(http.get_header("Content-Encoding"))
    body = _unpacked(_body(record, http.get_header("Transfer-Encoding")), codings)
    if len(body) > LARGEST_BODY:
        raise UnreadableAnswer("too-long")
    kept = [(name, value) for name, value in http.headers if name.lower() not in _OF_TRANSFER]
    url = record.rec_headers.get_header("WARC-Target-URI")
    return RecordedAnswer(
        int(status), page_of(url, record.rec_headers.get_header("WARC-Date"), kept, body)
    )


def _body(record: ArcWarcRecord, transfer: str | None) -> bytes:
    """The body without the marks of its transfer; some archives keep the header but no marks."""
    body: bytes = record.raw_stream.read()
    if transfer and "chunked" in transfer.lower():
        body = ChunkedDataReader(BytesIO(body)).read()
    return body


def _codings(header: str | None) -> list[str]:
    """The content codings of an answer that can be unpacked, the last one first."""
    named = (coding.strip().lower() for coding in (header or "").split(","))
    known = [coding for coding in named if coding in CODINGS]
    return known[::-1][:_CODINGS_AT_MOST]


def _unpacked(body: bytes, codings: Sequence[str]) -> bytes:
    """The body without its content codings; some archives keep the header of a body that they have
    unpacked.
    """
    for coding in codings:
        with suppress(zlib.error, BrotliError, ZstdError):
            body = beginning(body, coding, LARGEST_BODY + 1)
    return body


def _sentence(error: Exception, offset: int) -> str:
    if isinstance(error, ArchiveLoadFailed) and "non-chunked gzip" in str(error):
        return "is packed as a whole and not record by record: `warcio recompress` packs it anew"
    return f"is damaged behind the record at byte {offset}"


def file_head(name: str) -> bytes:
    """The record at the beginning of a file, which describes it."""
    head = BytesIO()
    writer = WARCWriter(head, gzip=True, warc_version="1.1")
    writer.write_record(
        writer.create_warcinfo_record(
            name, {"software": "Veille", "format": "WARC File Format 1.1"}
        )
    )
    return head.getvalue()

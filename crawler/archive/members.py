"""A WARC file piece by piece: each record is a gzip member of its own, so that one that is damaged
costs nothing but itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from isal import isal_zlib

from crawler.archive.records import LARGEST_BODY, LARGEST_HEADERS

GZIP = isal_zlib.MAX_WBITS | 16
"""The container format, as zlib counts it."""
LARGEST_RECORD = LARGEST_HEADERS + 2 * LARGEST_BODY
"""Bytes of an unpacked record."""
_MAGIC = b"\x1f\x8b\x08"
_CHUNK = 64 * 1024
_FIRST_LINE = b"WARC/"
_FIRST_LINES = 512
"""Bytes of a record in which its type stands."""


@dataclass(frozen=True, slots=True)
class Member:
    """The bytes from `offset` to `end` of a file; `data` is the record in them, unpacked, None
    where they hold none that can be read.
    """

    offset: int
    end: int
    data: bytes | None


def members(path: Path, start: int = 0) -> Iterator[Member]:
    """The members of a file from a byte on, in their order. What can't be read is one member, up to
    where the next one begins that may be read.
    """
    size = path.stat().st_size
    offset = start
    with path.open("rb") as file:
        while offset < size:
            found = _whole(file, offset)
            member = found or Member(offset, _next_beginning(file, offset + 1, size), None)
            yield member
            offset = member.end


def _whole(file: BinaryIO, offset: int) -> Member | None:
    """The record that begins at this byte; None where none does, or not all of it is there."""
    file.seek(offset)
    unpacking = isal_zlib.decompressobj(wbits=GZIP)
    data = bytearray()
    end = offset
    while not unpacking.eof:
        chunk = file.read(_CHUNK)
        end += len(chunk)
        try:
            data += unpacking.decompress(chunk)
        except Exception:  # of ISA-L, for whatever is no gzip; its class is not declared
            return None
        if not chunk or len(data) > LARGEST_RECORD:
            return None
    if not data.startswith(_FIRST_LINE):
        return None
    return Member(offset, end - len(unpacking.unused_data), bytes(data))


def _next_beginning(file: BinaryIO, start: int, size: int) -> int:
    """Where the next gzip member may begin, from a byte on; the file's end where none does."""
    file.seek(start)
    offset = start
    kept = b""
    while chunk := file.read(_CHUNK):
        window = kept + chunk
        found = window.find(_MAGIC)
        if found >= 0:
            return offset - len(kept) + found
        offset += len(chunk)
        kept = window[-len(_MAGIC) + 1 :]
    return size


def holds_records(path: Path, start: int = 0) -> bool:
    """Whether a whole record stands in a file from a byte on, besides the one that describes the
    file.
    """
    records = (member.data for member in members(path, start) if member.data)
    return any(not describes_file(record) for record in records)


def records_end(path: Path, start: int) -> int:
    """Where the last whole record of a file ends; `start` where none follows it."""
    whole = (member.end for member in members(path, start) if member.data)
    return max(whole, default=start)


def describes_file(record: bytes) -> bool:
    """Whether an unpacked record is the one at the beginning of a file that describes it."""
    return b"WARC-Type: warcinfo" in record[:_FIRST_LINES]

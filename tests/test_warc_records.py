"""WARC files that are cut, damaged or hostile: what stands before the break is found, the rest is
told, and nothing else happens.
"""

import gzip
import random
import resource
import zlib
from pathlib import Path

import brotli
import pytest

from crawler.archive.records import (
    LARGEST_BODY,
    RecordHeader,
    UnreadableAnswer,
    WarcError,
    read_answer,
    record_headers,
)
from tests.support.captured import Record, chunked, story, warc

URL = "https://plain.example/news/{}"
RECORDS = [Record(URL.format(number), story(number)) for number in range(4)]
HEAD = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://plain.example/a\r\n"
DATE = b"WARC-Date: 2026-11-02T10:00:00Z\r\n"
MEMORY = 300 * 1024
"""Kilobytes by which a hostile file may raise the memory that this process ever held."""


def headers(data: bytes, folder: Path) -> tuple[list[RecordHeader], str]:
    """The headers of a file with these bytes, and what is wrong with it."""
    path = folder / "test.warc"
    path.write_bytes(data)
    found = []
    try:
        for header in record_headers(path):
            found.append(header)
    except WarcError as error:
        return found, str(error)
    return found, ""


@pytest.mark.parametrize("packed", [True, False])
def test_a_file_that_is_cut_anywhere_gives_what_stands_before(tmp_path: Path, packed: bool) -> None:
    data = warc(RECORDS, packed=packed)
    whole, problem = headers(data, tmp_path)
    assert (len(whole), problem) == (5, "")
    for cut in range(30, len(data), 97):
        found, problem = headers(data[:cut], tmp_path)
        ended = [header for header in whole if header.end <= cut]
        # The two line ends behind a record may be missing, or the last bytes of its packing.
        assert found[: len(ended)] == ended
        assert len(found) <= len(ended) + 1
        assert problem or cut <= found[-1].end + 4


@pytest.mark.parametrize("packed", [True, False])
def test_damaged_bytes_are_told_or_passed_over(tmp_path: Path, packed: bool) -> None:
    data = warc(RECORDS, packed=packed)
    chance = random.Random(7)
    for _ in range(150):
        damaged = bytearray(data)
        for _ in range(chance.choice((1, 3, 40))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        found, _ = headers(bytes(damaged), tmp_path)
        for header in found:
            try:
                read_answer(tmp_path / "test.warc", header.offset)
            except UnreadableAnswer:
                continue


def record(block: bytes, more: bytes = b"", length: bytes | None = None) -> bytes:
    """A response record with this block, as it is written."""
    size = str(len(block)).encode() if length is None else length
    head = HEAD + DATE + more + b"Content-Length: " + size
    return head + b"\r\n\r\n" + block + b"\r\n\r\n"


HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
ZEROS = bytes(100 * 1024 * 1024)
HOSTILE = {
    "empty": (b"", "is empty"),
    "a page": (b"<!DOCTYPE html><title>No archive</title>", "is no WARC file"),
    "a packed page": (gzip.compress(b"<!DOCTYPE html>" * 50), "is no WARC file"),
    "an ARC file": (
        b"filedesc://a.arc 0.0.0.0 20010101000000 text/plain 77\n1 0 A\n",
        "is no WARC",
    ),
    "zstd": (b"\x28\xb5\x2f\xfd\x04\x00", "is packed with zstd"),
    "packed as a whole": (gzip.compress(warc(RECORDS, packed=False)), "warcio recompress"),
    "a line without end": (gzip.compress(HEAD + b"A: " + ZEROS), "is damaged"),
    "headers without end": (gzip.compress(HEAD + b"A: b\r\n" * 2_000_000), "is damaged"),
    "no length": (HEAD + DATE + b"\r\n" + HTTP, "is cut off"),
    "a length of its own": (record(b"", length=b"9" * 30), "is cut off"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_no_warc_file_is_told_within_bounds(case: str, tmp_path: Path) -> None:
    data, problem = HOSTILE[case]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _, told = headers(data, tmp_path)
    assert problem in told
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY


UNREADABLE = {
    "no status": record(b"<html>no answer</html>"),
    "a binary status": record(b"\0\xff\0\xff" * 50),
    "headers without end": record(HTTP + b"A: b\r\n" * 300_000 + b"\r\n"),
    "too long": record(HTTP + b"\r\n" + bytes(LARGEST_BODY + 1)),
    "gigabytes in brotli": record(
        HTTP + b"Content-Encoding: br\r\n\r\n" + brotli.compress(ZEROS, quality=3)
    ),
    "gigabytes packed twice": record(
        HTTP
        + b"Content-Encoding: gzip, deflate\r\n\r\n"
        + zlib.compress(gzip.compress(ZEROS, 5), 5)
    ),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_an_answer_that_can_not_be_read_has_a_reason(case: str, tmp_path: Path) -> None:
    data = UNREADABLE[case]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found, problem = headers(data, tmp_path)
    assert (len(found), problem) == (1, "")
    with pytest.raises(UnreadableAnswer):
        read_answer(tmp_path / "test.warc", found[0].offset)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY


def test_chunks_that_lie_are_read_as_they_stand(tmp_path: Path) -> None:
    lies = {
        "longer than the record": b"7fffffff\r\n<p>text",
        "no chunks": b"<p>text",
        "no end": chunked(b"<p>text" * 300)[:-5],
        "a chunk that is none": b"zz\r\n<p>text\r\n0\r\n\r\n",
    }
    for body in lies.values():
        data = record(HTTP + b"Transfer-Encoding: chunked\r\n\r\n" + body)
        (found,), _ = headers(data, tmp_path)
        assert b"text" in read_answer(tmp_path / "test.warc", found.offset).page.body

"""Unpacking bodies within bounds: a few kilobytes may unpack to gigabytes. Pure. A door module."""

import zlib

import brotli
from zstandard import ZstdDecompressor

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_RAW = -zlib.MAX_WBITS
CODINGS = frozenset(("gzip", "x-gzip", "deflate", "br", "zstd"))
"""The content codings that `beginning` unpacks."""


def beginning(body: bytes, coding: str, most: int) -> bytes:
    """So many bytes at most of what was packed by a content coding (`gzip`, `x-gzip`, `deflate`,
    `br` or `zstd`). Raises what the unpackers raise for a body that was not packed by it.
    """
    if coding == "br":
        return _unbrotli(body, most)
    if coding == "zstd":
        with ZstdDecompressor().stream_reader(body) as reader:
            return reader.read(most)
    try:
        return zlib.decompressobj(_GZIP_OR_ZLIB).decompress(body, most)
    except zlib.error:
        return zlib.decompressobj(_RAW).decompress(body, most)


def _unbrotli(body: bytes, most: int) -> bytes:
    decompressor = brotli.Decompressor()
    unpacked = bytearray()
    packed = body
    while len(unpacked) < most:
        piece = decompressor.process(packed, output_buffer_limit=most - len(unpacked))
        if not piece:
            break
        unpacked += piece
        packed = b""
    return bytes(unpacked[:most])

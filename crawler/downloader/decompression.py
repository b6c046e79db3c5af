"""Bodies are unpacked within bounds, and what was unpacked in vain is let go at once."""

import zlib
from traceback import clear_frames

import brotli
from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from zstandard import ZstdDecompressor

from crawler.fetch.errors import TooLong

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_RAW = -zlib.MAX_WBITS


class DecompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's own, whose errors hold what was unpacked until they are dealt with: tens of
    megabytes each.

    A request with `cut` in its meta gets so many bytes of its answer, however long that is.
    """

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        cut = request.meta.get("cut")
        bounded = request
        if cut:
            bounded = request.replace(meta=request.meta | {"download_maxsize": cut})
        try:
            return super().process_response(bounded, response)
        except IgnoreRequest as error:
            if error.__cause__:
                clear_frames(error.__cause__.__traceback__)
        codings, _ = self._split_encodings(response.headers.getlist("Content-Encoding"))
        if not cut:
            raise TooLong("too-long: it unpacks to more bytes than are taken")
        body = response.body
        for coding in codings:
            body = beginning(body, coding.decode("ascii"), cut)
        return response.replace(body=body)


def beginning(body: bytes, coding: str, most: int) -> bytes:
    """So many bytes at most of what was packed by a content coding (`gzip`, `x-gzip`, `deflate`,
    `br` or `zstd`).
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

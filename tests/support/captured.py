"""WARC files as others write them, and imports of them."""

import asyncio
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive import Archive
from crawler.archive.recorder import CaptureRecorder
from crawler.config import Config
from crawler.fetch.throttle import HostThrottle
from crawler.imports import ImportCounts, Owners, WarcImport
from crawler.process.pool import ReadingPool
from crawler.runtime import CrawlContext
from crawler.sources import Source
from crawler.store import Store
from tests.support.clock import NOW, stopped

TOWNS = ("Ripley", "Marlow", "Hexham", "Ludlow", "Oakham", "Whitby")


@dataclass(frozen=True)
class Record:
    """A record of a WARC file; a response with status 200 unless said otherwise."""

    url: str
    body: bytes = b""
    at: str = "2026-11-02T10:00:00Z"
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    kind: str = "response"
    more: dict[str, str] = field(default_factory=dict)

    def with_headers(self, *headers: tuple[str, str]) -> "Record":
        """The record with further headers of its answer."""
        return replace(self, headers=(*self.headers, *headers))


def warc(records: Iterable[Record], *, packed: bool = True) -> bytes:
    """A WARC file: a warcinfo record, then these."""
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=packed, warc_version="1.0")
    writer.write_record(writer.create_warcinfo_record("test.warc", {"software": "test"}))
    for record in records:
        http = StatusAndHeaders(record.status, list(record.headers), "HTTP/1.1")
        written = writer.create_warc_record(
            record.url,
            record.kind,
            io.BytesIO(record.body),
            len(record.body),
            http_headers=http,
            warc_headers_dict={"WARC-Date": record.at, **record.more},
        )
        writer.write_record(written)
    return file.getvalue()


def chunked(body: bytes, size: int = 700) -> bytes:
    """A body in the chunks of its transfer."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def story(number: int, extra: str = "", head: str = "") -> bytes:
    """The page of an article, each of its sentences its own."""
    town = f"{TOWNS[number % len(TOWNS)]} {chr(65 + number % 26)}{number}"
    prose = "".join(
        f"<p>The council of {town} voted {number * 7 + part} measures on water, and the people of "
        f"{number * 31 + part} Mill Street told our reporter that the debate of part {part} went well.</p>"
        for part in range(5)
    )
    head += "<meta property='og:type' content='article'>"
    head += "<meta property='article:published_time' content='2026-11-01T08:00:00Z'>"
    body = f"<article><h1>Council of {town} decides</h1>{prose}{extra}</article>"
    page = (
        f"<!DOCTYPE html><html lang=en><head><title>Council of {town} decides</title>{head}</head>"
    )
    return f"{page}<body>{body}</body></html>".encode()


class Importer:
    """Imports into one data folder, with one pool of readers for all."""

    def __init__(self, folder: Path, pool: ReadingPool, sources: Sequence[Source]) -> None:
        self.folder, self.pool, self.sources = folder, pool, sources
        self._files = 0

    def store(self) -> Store:
        """The store that the imports write to."""
        return Store(f"sqlite:///{self.folder / 'veille.sqlite'}")

    def file(self, data: bytes, ending: str = ".warc.gz") -> Path:
        """A new file with these bytes."""
        self._files += 1
        path = self.folder / f"{self._files:03}{ending}"
        path.write_bytes(data)
        return path

    def take(
        self,
        *paths: Path,
        fallback: Source | None = None,
        at_a_time: int = 1000,
        **settings: bool,
    ) -> ImportCounts:
        """Import files, and say what came of it."""

        async def run() -> ImportCounts:
            config = Config(data=self.folder, **settings)  # type: ignore[arg-type]
            store = self.store()
            recorder = CaptureRecorder(Archive(config.archive_folder), store)
            throttle = HostThrottle(0)
            context = CrawlContext(config, store, self.pool, throttle, stopped(NOW), recorder)
            owners = Owners.of_sources(self.sources, fallback)
            one = WarcImport(context, owners, asyncio.Event(), at_a_time=at_a_time)
            try:
                await one.run(paths)
            finally:
                context.close_store()
            return one.counts

        return asyncio.run(run())

    def records(self, *records: Record, packed: bool = True) -> ImportCounts:
        """Import these records."""
        return self.take(self.file(warc(records, packed=packed)))

"""The archive for coroutines: its records are committed by the batch writer."""

from datetime import datetime
from functools import partial

from crawler.archive.recorder import CaptureRecorder
from crawler.article import Page
from crawler.runtime.writer import BatchWriter


class AsyncRecorder:
    """Keeping answers in the archive: each record is written, then its place is committed."""

    def __init__(self, recorder: CaptureRecorder, writer: BatchWriter) -> None:
        self._recorder = recorder
        self._writer = writer

    async def record(
        self, page: Page, key: str, source: str, kind: str, *, fresh: bool = False
    ) -> None:
        """Keep an answer; a `fresh` one has none of its address before it."""
        write = partial(self._recorder.write, page, key, source, kind, fresh=fresh)
        await self._writer.call_after(write, self._recorder.note)

    async def record_unchanged(
        self, url: str, key: str, source: str, kind: str, at: datetime
    ) -> None:
        """Keep an answer "not modified", which refers to the one before it."""
        write = partial(self._recorder.write_unchanged, url, key, source, kind, at)
        await self._writer.call_after(write, self._recorder.note)

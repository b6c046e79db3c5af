"""The archive for coroutines: its records are committed by the batch writer."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from crawler.archive.recorder import ArchiveAway, CaptureRecorder, PendingRecord, RepeatedAnswer
from crawler.article import Page
from crawler.process.events import event
from crawler.runtime.writer import BatchWriter

log = logging.getLogger(__name__)

ASKED_EVERY = 1.0
"""Seconds between two tries while the archive can't be written."""
TRIES = 60
"""Tries of a record that was fetched already; then its article is kept without it."""


class AsyncRecorder:
    """Keeping answers in the archive: each record is written, then its place is committed.

    While it can't be written, nothing new is to be fetched (`ready`), and what was fetched waits.
    """

    def __init__(
        self, recorder: CaptureRecorder, writer: BatchWriter, asked_every: float = ASKED_EVERY
    ) -> None:
        self._recorder = recorder
        self._writer = writer
        self._asked_every = asked_every
        self._away = False

    async def record(
        self, page: Page, key: str, source: str, kind: str, *, fresh: bool = False
    ) -> None:
        """Keep an answer; a `fresh` one has none of its address before it."""
        await self._keep(partial(self._recorder.write, page, key, source, kind, fresh=fresh))

    async def count_unchanged(self, key: str, at: datetime) -> None:
        """Count an answer "not modified", which refers to the one before it."""
        await self._writer.call_after(
            partial(self._recorder.unchanged, key, at), self._recorder.note
        )

    async def ready(self, going: Callable[[], bool]) -> bool:
        """Wait until the archive can be written (True), or what waits is no longer `going`
        (False).
        """
        while self._away:
            if not going():
                return False
            await asyncio.sleep(self._asked_every)
            if await asyncio.to_thread(self._recorder.probe):
                self._is_back()
        return True

    async def _keep(self, write: Callable[[], PendingRecord | RepeatedAnswer]) -> None:
        for _ in range(TRIES):
            try:
                await self._writer.call_after(write, self._recorder.note)
            except ArchiveAway as error:
                self._is_away(error)
                await asyncio.sleep(self._asked_every)
            else:
                self._is_back()
                return
        log.error("the archive could not be written for long: an article is kept without its page")

    def _is_away(self, error: ArchiveAway) -> None:
        if not self._away:
            log.error(
                "the archive can't be written (%s): fetching pauses until it can; without an "
                "archive, set VEILLE_ARCHIVE=false",
                error,
                extra=event("outage", state="begins"),
            )
        self._away = True

    def _is_back(self) -> None:
        if self._away:
            log.warning(
                "the archive can be written again: fetching goes on",
                extra=event("outage", state="ends"),
            )
        self._away = False

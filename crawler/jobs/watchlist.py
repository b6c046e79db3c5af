"""The sources file while commands run: read again when it changes; a wrong one is reported, and the
old one stays.

A door module.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from crawler.sources import Source, SourcesError, read_sources

LOOK_SECONDS = 2.0

log = logging.getLogger(__name__)

Change = Callable[[list[Source]], Awaitable[None]]


@dataclass(slots=True)
class Watchlist:
    """The sources of a file, and the text that they were read from."""

    path: Path
    sources: list[Source]
    _text: bytes | None = None

    def __post_init__(self) -> None:
        self._text = self._read()

    def look(self) -> bool:
        """Read the file again where it has changed; whether the sources are others now."""
        text = self._read()
        if text == self._text:
            return False
        self._text = text
        try:
            sources = read_sources(self.path)
        except SourcesError as error:
            log.error("%s The sources that were read before stay in force.", error)
            return False
        changed = sources != self.sources
        self.sources = sources
        return changed

    async def follow(self, stop: asyncio.Event, *listeners: Change) -> None:
        """Look until told to stop, and hand over the sources whenever they change."""
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
            if not stop.is_set() and await asyncio.to_thread(self.look):
                log.info("%s has changed: watching %d sources.", self.path, len(self.sources))
                for listener in listeners:
                    await listener(self.sources)

    def _read(self) -> bytes | None:
        try:
            return self.path.read_bytes()
        except OSError:
            return None

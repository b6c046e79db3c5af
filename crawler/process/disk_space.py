"""Room on the disk: fetching pauses before it is full, because a store that can't write loses what
was fetched.

A door module.
"""

import asyncio
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from crawler.process.events import event

log = logging.getLogger(__name__)

MB = 1_000_000
ASKED_EVERY = 2.0
"""Seconds between two looks while there is no room."""


def free_bytes(folder: Path) -> int:
    """Bytes that are free where the folder stands, or will stand."""
    try:
        return shutil.disk_usage(folder).free
    except FileNotFoundError:
        parent = next(path for path in folder.resolve().parents if path.exists())
        return shutil.disk_usage(parent).free


@dataclass(slots=True)
class DiskSpace:
    """The disk under a data folder. Below `reserve` free bytes nothing is fetched, until there are
    a tenth more.
    """

    folder: Path
    reserve: int
    free: Callable[[Path], int] = free_bytes
    asked_every: float = ASKED_EVERY
    full: bool = field(default=False, init=False)

    def look(self) -> bool:
        """Whether fetching must pause now."""
        free = self.free(self.folder)
        # A tenth more to go on than to pause, or it would do both at each page.
        needed = self.reserve * 11 // 10 if self.full else self.reserve
        full = free < needed
        if full and not self.full:
            log.error(
                "%s: fetching pauses until there is room again.",
                low_space_message(self.folder, free, self.reserve),
                extra=event("disk", state="begins", free=free),
            )
        elif self.full and not full:
            log.warning(
                "%.0f MB are free on the disk of %s: fetching goes on.",
                free / MB,
                self.folder,
                extra=event("disk", state="ends", free=free),
            )
        self.full = full
        return full

    async def room(self, going: Callable[[], bool] = lambda: True) -> bool:
        """Wait until there is room (True), or what waits is no longer `going` (False)."""
        while self.look():
            if not going():
                return False
            await asyncio.sleep(self.asked_every)
        return True


def low_space_message(folder: Path, free: int, reserve: int) -> str:
    """How little room there is, in words."""
    return (
        f"Only {free / MB:.0f} MB are free on the disk of {folder}, "
        f"less than the {reserve / MB:.0f} MB to be kept free"
    )

"""The sources that are watched, as the sources file stands now."""

import threading
from collections.abc import Sequence
from pathlib import Path

from crawler.sources import Source, SourcesError, read_sources


class SourceList:
    """Reads the sources file again when it has changed; a file with mistakes leaves the sources as
    they were.
    """

    def __init__(self, sources: Sequence[Source] = (), file: Path | None = None) -> None:
        self.file = file
        self._sources = tuple(sources)
        self._mark: tuple[int, int, int] | None = None
        self._lock = threading.Lock()

    def now(self) -> tuple[Source, ...]:
        """The sources."""
        if self.file is None:
            return self._sources
        with self._lock:
            try:
                status = self.file.stat()
                mark = (status.st_mtime_ns, status.st_size, status.st_ino)
                if mark != self._mark:
                    self._sources = tuple(read_sources(self.file))
                    self._mark = mark
            except (OSError, SourcesError):
                pass
            return self._sources

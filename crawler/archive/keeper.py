"""Keeping what is fetched: the record in the archive, then its place in the store."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from crawler.archive import Archive, Place, digest
from crawler.article import Page
from crawler.lease import is_gone
from crawler.store import Capture, Store

log = logging.getLogger(__name__)


class Keeper:
    """Writes answers to the archive. Methods block. An archive that can't be written stops no crawl: it is logged."""

    def __init__(self, archive: Archive, store: Store) -> None:
        self._archive = archive
        self._captures = store.captures
        self._recovered = False

    def keep(self, page: Page, key: str, source: str, kind: str) -> None:
        """Keep an answer; one with the body of the answer before is noted as a revisit."""
        mark, at = digest(page.body), page.fetched_at
        last = self._captures.last_whole(key)
        if last is None or last.digest != mark:
            self._noted(lambda: self._archive.keep(page, mark), Capture(key, source, kind, at, 200, mark, whole=True))
            return
        first = last.at
        revisit = Capture(key, source, kind, at, 200, mark, whole=False)
        self._noted(lambda: self._archive.keep_revisit(page.url, 200, at, mark, first), revisit)

    def keep_unchanged(self, url: str, key: str, source: str, kind: str, at: datetime) -> None:
        """Keep an answer "not modified"."""
        last = self._captures.last_whole(key)
        if last is not None:
            mark, first = last.digest, last.at
            revisit = Capture(key, source, kind, at, 304, mark, whole=False)
            self._noted(lambda: self._archive.keep_revisit(url, 304, at, mark, first), revisit)

    def _noted(self, write: Callable[[], Place], capture: Capture) -> None:
        if not self._recovered:
            self._recovered = True
            self._archive.recover(self._captures.end_of, is_gone)
        try:
            place = write()
        except OSError as error:
            log.error("the archive can't be written (%s): the article is kept without its page", error)
            return
        self._captures.add(replace(capture, file=place.file, offset=place.offset, length=place.length))

"""Keeping what is fetched: the record in the archive, then its place in the store."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice

from crawler.archive import Archive, RecordLocation, Subject, digest
from crawler.archive.found import found_in
from crawler.archive.members import members
from crawler.article import Page
from crawler.process.owner import is_gone
from crawler.store import Capture, Store

log = logging.getLogger(__name__)

TOGETHER = 32
"""Records that a killed process may have written and not noted: as many as calls of the store share
a transaction.
"""


@dataclass(frozen=True, slots=True)
class PendingRecord:
    """What was written to the archive and is not noted yet; `write` would write it once more."""

    capture: Capture
    write: Callable[[], RecordLocation]


@dataclass(frozen=True, slots=True)
class RepeatedAnswer:
    """That an address (`key`) was answered by the body with this digest once more: the store
    counts it, and the archive holds nothing of it.
    """

    key: str
    digest: str
    at: datetime


class ArchiveAway(Exception):
    """The archive can't be written now; the message says why."""


class CaptureRecorder:
    """Writes answers to the archive. Methods block, and raise `ArchiveAway` while it can't be
    written.

    A record is written before the transaction that notes it: a transaction may be made again, a
    record stays.
    """

    def __init__(self, archive: Archive, store: Store) -> None:
        self._archive = archive
        self._captures = store.captures
        self._recovered = False

    def write(
        self, page: Page, key: str, source: str, kind: str, *, fresh: bool = False
    ) -> PendingRecord | RepeatedAnswer:
        """Write an answer, unless its body is that of the answer before. A `fresh` one has none
        before it.
        """
        mark = digest(page.body)
        subject = Subject(key, source, kind)
        last = None if fresh else self._captures.last_whole(key)
        if last is not None and last.digest == mark:
            return RepeatedAnswer(key, mark, page.fetched_at)
        capture = Capture(key, source, kind, page.fetched_at, 200, mark, whole=True)
        return self._write(capture, lambda: self._archive.keep(page, mark, subject))

    def unchanged(self, key: str, at: datetime) -> RepeatedAnswer | None:
        """The answer "not modified" at a moment; None where there is nothing that it refers to."""
        last = self._captures.last_whole(key)
        return RepeatedAnswer(key, last.digest, at) if last and last.digest else None

    def close(self) -> None:
        """Finish the file that this process writes, once all is noted."""
        try:
            self._archive.close()
        except OSError as error:
            log.error("the archive's file can't be finished (%s): the next crawl does it", error)

    def note(self, answer: PendingRecord | RepeatedAnswer | None) -> None:
        """Note in the store where a record is, or that an answer was given once more; a record
        whose file was taken out of use meanwhile is written again.
        """
        match answer:
            case PendingRecord():
                self._captures.add(answer.capture, lambda: self._rewritten(answer))
            case RepeatedAnswer():
                self._captures.count_again(answer.key, answer.digest, answer.at)

    def probe(self) -> bool:
        """Whether the archive can be written now."""
        try:
            self._archive.files.probe()
        except OSError:
            return False
        return True

    def _write(self, capture: Capture, write: Callable[[], RecordLocation]) -> PendingRecord:
        try:
            if not self._recovered:
                self._recover(capture.at)
                self._recovered = True
            return PendingRecord(_at(capture, write()), write)
        except OSError as error:
            raise ArchiveAway(str(error)) from error

    def _recover(self, now: datetime) -> None:
        """Finish the files that killed processes left, and note what these had written and not
        noted yet.
        """
        self._archive.files.recover(partial(self._noted_end, now=now), is_gone)

    def _noted_end(self, name: str, now: datetime) -> int:
        """Where the last record of a file ends that is noted, with those noted now that one
        transaction may have lost; 0 for a file that is not known.
        """
        end = self._captures.end_of(name)
        if not end:
            return 0
        tail = list(islice(members(self._archive.files.path(name), end), TOGETHER + 1))
        found = found_in(name, tail)
        if len(tail) > TOGETHER or not all(one.capture.source for one in found):
            return end
        self._captures.take_in(found, now)
        return max((one.capture.offset + one.capture.length for one in found), default=end)

    def _rewritten(self, record: PendingRecord) -> Capture | None:
        """The capture of a record that had to be written again; None where its file is in use."""
        if self._archive.files.in_use(record.capture.file):
            return None
        return _at(record.capture, record.write())


def _at(capture: Capture, place: RecordLocation) -> Capture:
    return replace(capture, file=place.file, offset=place.offset, length=place.length)

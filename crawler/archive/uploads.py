"""Ended files of the archive sent to its bucket, and only then deleted here. A door module."""

import fcntl
import hashlib
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from crawler.archive import Archive
from crawler.archive.bucket import ArchiveBucket, BucketAway
from crawler.archive.files import ArchiveFiles
from crawler.archive.members import holds_records
from crawler.process.outage import OutageLog, describe_error
from crawler.store import Store

log = logging.getLogger(__name__)

ASKED_EVERY = 30.0
"""Seconds between two looks for files that have ended."""


def send_ended(files: ArchiveFiles, bucket: ArchiveBucket, store: Store) -> int:
    """Send the files that have ended and whose records the store knows all; returns how many.

    A file is deleted here once the bucket has given back the same bytes. Killed anywhere, it is
    sent again. Raises `BucketAway`.
    """
    noted = [name for name in files.ended() if _is_noted(files, store, name)]
    return sum(_send(files, bucket, name) for name in noted)


def send_now(archive: Archive, store: Store) -> None:
    """Send what has ended of an archive with a bucket; what can't be sent now, the next crawl
    sends.
    """
    bucket = archive.files.bucket
    if bucket:
        with suppress(BucketAway):
            send_ended(archive.files, bucket, store)


class Uploads:
    """A thread that sends what has ended, until closed."""

    def __init__(
        self, files: ArchiveFiles, bucket: ArchiveBucket, store: Store, now: Callable[[], datetime]
    ) -> None:
        self._files = files
        self._bucket = bucket
        self._store = store
        self._outage = OutageLog(log, now)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="uploads", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Send what has ended by now, and end."""
        self._stop.set()
        self._thread.join()
        self._send()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._send()
            self._stop.wait(ASKED_EVERY)

    def _send(self) -> None:
        try:
            send_ended(self._files, self._bucket, self._store)
        except (BucketAway, DBAPIError, OSError) as error:
            sentence = f"{describe_error(error)} The archive's files stay here meanwhile."
            self._outage.away(sentence, error)
        else:
            self._outage.back(f"The archive in {self._bucket.address} answers again.")


def uploads_of(archive: Archive, store: Store, now: Callable[[], datetime]) -> Uploads | None:
    """What sends the ended files of an archive, not yet begun; None for one without a bucket."""
    bucket = archive.files.bucket
    return Uploads(archive.files, bucket, store, now) if bucket else None


def _is_noted(files: ArchiveFiles, store: Store, name: str) -> bool:
    """Whether no record stands in a file that the store does not know."""
    end = store.captures.end_of(name)
    path = files.folder / name
    with suppress(FileNotFoundError):
        return path.stat().st_size <= end or not holds_records(path, end)
    return False


def _send(files: ArchiveFiles, bucket: ArchiveBucket, name: str) -> bool:
    path = files.folder / name
    with suppress(FileNotFoundError), path.open("rb") as file:
        # A takedown that sets the file aside waits for this, and finds it in the bucket then.
        fcntl.flock(file, fcntl.LOCK_EX)
        if not path.exists():
            return False
        bucket.put(name, path)
        if bucket.digest(name) != hashlib.file_digest(file, "sha256").hexdigest():
            raise BucketAway(f"{bucket.address} does not give {name} back as it was sent.")
        path.unlink()
        return True
    return False

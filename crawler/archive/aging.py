"""How long captures are kept: by age and by room. A door module."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.archive import Archive
from crawler.archive.takedown import purge
from crawler.store import Store
from crawler.store.articles.capture_ages import AgingCapture


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How old captures may become, and how many bytes all of them may take; None for no limit."""

    age: timedelta | None = None
    size: int | None = None


def shrink(store: Store, archive: Archive, limits: ArchiveLimits, now: datetime) -> int:
    """Take out of the archive what is too old, or the oldest where all take too much room; returns
    how many captures. Those that an article stands on stay, whatever the limits. Raises
    `BucketAway`.
    """
    if limits.age is None and limits.size is None:
        return 0
    surplus = 0 if limits.size is None else store.capture_ages.bytes_since() - limits.size
    count = 0
    for part in store.capture_ages.each():
        leaving = leaving_among(part, limits.age, surplus, now)
        store.capture_ages.mark([capture.id for capture in leaving])
        surplus -= sum(capture.length for capture in leaving)
        count += len(leaving)
    if count:
        purge(store, archive, now)
    return count


def leaving_among(
    captures: Iterable[AgingCapture], age: timedelta | None, surplus: int, now: datetime
) -> list[AgingCapture]:
    """Which of these captures, the oldest first, leave: those that are too old, and as many others
    as the `surplus` bytes ask for. Pure.
    """
    leaving = []
    for capture in captures:
        is_old = age is not None and capture.last_at < now - age
        if capture.may_leave and (is_old or surplus > 0):
            leaving.append(capture)
            surplus -= capture.length
    return leaving

"""Taking forgotten records out of the archive. A door module.

A file is set aside, what stays is copied, the store is told, and the old file is removed: killed
anywhere, it goes on from there when it is run again.
"""

from collections.abc import Iterable
from datetime import datetime

from crawler.archive import Archive, RecordLocation
from crawler.sources import Source
from crawler.store import Store
from crawler.urls import canonical_key


def keys_of(url: str, sources: Iterable[Source]) -> list[str]:
    """The canonical keys that an address may have: by itself, and under the first host name of its
    source.
    """
    keys = [canonical_key(url), *(source.key(url) for source in sources)]
    return list(dict.fromkeys(keys))


def purge(store: Store, archive: Archive, now: datetime) -> int:
    """Rewrite each file of the archive that holds forgotten records; returns how many files there
    were.
    """
    files = store.captures.tainted()
    for file in files:
        archive.set_aside(file)
    for file in {*files, *archive.aside()}:
        _rewrite(store, archive, file)
    store.takedowns.mark_finished(now)
    return len(files)


def _rewrite(store: Store, archive: Archive, file: str) -> None:
    staying = store.captures.staying(file)
    records = [RecordLocation(file, capture.offset, capture.length) for _, capture in staying]
    copies = archive.copy(records) if records else []
    places = []
    for (capture_id, _), copy in zip(staying, copies, strict=True):
        places.append((capture_id, copy.file, copy.offset))
    # In this order, one that is killed in between leaves a record in two files, never in none.
    store.captures.moved(file, places)
    if copies:
        archive.settle(copies[0].file)
    archive.discard(file)

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
    return list(dict.fromkeys([canonical_key(url), *(source.key(url) for source in sources)]))


def purge(store: Store, archive: Archive, now: datetime) -> int:
    """Rewrite each file of the archive that holds forgotten records; returns how many files there were."""
    files = store.captures.tainted()
    for file in files:
        archive.set_aside(file)
    for file in {*files, *archive.aside()}:
        _rewrite(store, archive, file)
    store.forgetting.finished(now)
    return len(files)


def _rewrite(store: Store, archive: Archive, file: str) -> None:
    staying = store.captures.staying(file)
    copied = (
        archive.copy([RecordLocation(file, one.offset, one.length) for _, one in staying])
        if staying
        else []
    )
    places = [
        (id, place.file, place.offset) for (id, _), place in zip(staying, copied, strict=True)
    ]
    store.captures.moved(file, places)
    if copied:
        archive.settle(copied[0].file)
    archive.discard(file)

"""Open readers that cursors of a walk by relevance point into.

Scores change with every new article, so such a walk has to stay on the snapshot where it began.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from indexer.backends.embedded.searcher import Searcher
from indexer.query import QueryError

MAX_READERS = 64
"""Each holds files of the index open, also ones that were merged away since."""
LIFETIME_SECONDS = 300.0
"""How long a walk may rest between two pages, as in Elasticsearch."""


@dataclass
class ReaderCache:
    """The snapshots of this process: the `MAX_READERS` last used, for `LIFETIME_SECONDS` each.

    `clock` gives seconds that only go up. Safe to share between threads.
    """

    clock: Callable[[], float]
    _readers: OrderedDict[str, tuple[Searcher, float]] = field(default_factory=OrderedDict)
    """By name, with the time at which each expires; the last used stands at the end."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, snapshot: Searcher) -> str:
        """The name under which the snapshot can be found again."""
        with self._lock:
            name = self._name_of(snapshot) or secrets.token_urlsafe(9)
            self._touch(name, snapshot)
            return name

    def find(self, name: object) -> Searcher:
        """The snapshot of this name; raises `QueryError` where it is gone."""
        with self._lock:
            snapshot, expires = self._readers.get(str(name), (None, 0.0))
            if snapshot is None or expires < self.clock():
                raise QueryError("This cursor has expired: search again without it.")
            self._touch(str(name), snapshot)
            return snapshot

    def _name_of(self, snapshot: Searcher) -> str | None:
        for name, (reader, _) in self._readers.items():
            if reader is snapshot:
                return name
        return None

    def _touch(self, name: str, snapshot: Searcher) -> None:
        """Note the use of a snapshot, and drop those that are too many or too old."""
        now = self.clock()
        self._readers[name] = (snapshot, now + LIFETIME_SECONDS)
        self._readers.move_to_end(name)
        while len(self._readers) > MAX_READERS or self._oldest_expires() < now:
            self._readers.popitem(last=False)

    def _oldest_expires(self) -> float:
        _, expires = next(iter(self._readers.values()))
        return expires

"""Snapshots of the index that cursors of a walk by relevance point into: scores change with every
new article.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from indexer.backends.embedded.searcher import Searcher
from indexer.query import QueryError

MAX_READERS = 64
LIFETIME_SECONDS = 300.0


@dataclass
class ReaderCache:
    """The snapshots of this process, for five minutes after their last use, at most `KEPT` of them."""

    clock: Callable[[], float]
    _kept: OrderedDict[str, tuple[Searcher, float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, snapshot: Searcher) -> str:
        """The name under which the snapshot can be found again."""
        with self._lock:
            name = next((name for name, (kept, _) in self._kept.items() if kept is snapshot), None)
            name = name or secrets.token_urlsafe(9)
            self._touch(name, snapshot)
            return name

    def find(self, name: object) -> Searcher:
        """The snapshot of this name; raises `QueryError` where it is gone."""
        with self._lock:
            snapshot, until = self._kept.get(str(name), (None, 0.0))
            if snapshot is None or until < self.clock():
                raise QueryError("This cursor has expired: search again without it.")
            self._touch(str(name), snapshot)
            return snapshot

    def _touch(self, name: str, snapshot: Searcher) -> None:
        now = self.clock()
        self._kept[name] = (snapshot, now + LIFETIME_SECONDS)
        self._kept.move_to_end(name)
        while len(self._kept) > MAX_READERS or next(iter(self._kept.values()))[1] < now:
            self._kept.popitem(last=False)

"""How many connections the server holds: beyond that, who has waited longest without asking for
anything makes room, so that store, archive and crawls have descriptors left.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

log = logging.getLogger("veille.serve")

MOST = 1_000
"""Connections, where the system allows many more."""
LOGGED_EVERY = 3600.0
"""Seconds between two lines of the log on the same flood."""


class Waiting(Protocol):
    """A connection that can be closed; `peer` is the address at its other end."""

    peer: str

    def drop(self) -> None:
        """Close it at once."""


@dataclass
class ConnectionTable:
    """The open connections: `most` of all, `of_one` address.

    `clock` gives seconds, monotonic.
    """

    most: int
    of_one: int
    clock: Callable[[], float]
    _open: set[Waiting] = field(default_factory=set)
    _waiting: dict[Waiting, None] = field(default_factory=dict)
    _by_peer: defaultdict[str, dict[Waiting, None]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    _logged_at: float | None = None

    @classmethod
    def for_descriptors(cls, limit: int, clock: Callable[[], float]) -> "ConnectionTable":
        """A table for a process that may open so many files: half of them are for connections, and
        half of those for one address.
        """
        most = min(MOST, max(limit // 2, 2))
        return cls(most, max(most // 2, 1), clock)

    def opened(self, connection: Waiting) -> None:
        """Count a new connection, and make room for it; it is dropped where none waits."""
        self._open.add(connection)
        of_peer = self._by_peer[connection.peer]
        of_peer[connection] = None
        self._waiting[connection] = None
        if len(of_peer) > self.of_one:
            self._drop_longest(of_peer)
        if len(self._open) > self.most:
            self._drop_longest(self._waiting)

    def waits(self, connection: Waiting) -> None:
        """Note that a connection asks for nothing from now on."""
        if connection in self._open:
            self._waiting[connection] = None

    def asks(self, connection: Waiting) -> None:
        """Note that a request of this connection is being answered."""
        self._waiting.pop(connection, None)

    def closed(self, connection: Waiting) -> None:
        """Forget a connection."""
        self._open.discard(connection)
        self._waiting.pop(connection, None)
        of_peer = self._by_peer[connection.peer]
        of_peer.pop(connection, None)
        if not of_peer:
            del self._by_peer[connection.peer]

    def _drop_longest(self, among: dict[Waiting, None]) -> None:
        # In the order in which they began to wait; the newest waits too.
        longest = next((one for one in self._waiting if one in among), None)
        if longest is None:
            return
        self._tell()
        self.closed(longest)
        longest.drop()

    def _tell(self) -> None:
        now = self.clock()
        if self._logged_at is not None and now - self._logged_at < LOGGED_EVERY:
            return
        self._logged_at = now
        log.warning(
            "More than %d connections, or %d of one address: those that wait longest are closed.",
            self.most,
            self.of_one,
        )

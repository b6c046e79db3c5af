"""The relay of the transactional outbox: batches go to the index, at least once and in order.

Nothing is lost while the index is away: exponential backoff, and the outbox keeps it all. A door
module.
"""

import fcntl
import logging
import os
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from crawler.process.clock import utc_now
from crawler.process.heartbeat import Heartbeat
from crawler.process.outage import OutageLog, describe_error
from crawler.store import Outbox, OutboxRow
from indexer.backend import Backend, Delete, IndexUnavailable, Operation, Outcome, Put

log = logging.getLogger(__name__)

BATCH = 500
"""Rows of the outbox that are delivered at one time."""
REST_SECONDS = 1.0
"""How long the outbox is left alone when it held less than a whole batch: a commit of the index for
every few articles costs more than all else that happens to them.
"""
STANDBY_SECONDS = 5.0
"""How often a relay that stands by looks whether the other one is still there."""
LONGEST_REST_SECONDS = 30.0
"""How long an index that does not answer is left alone at most."""
_MEANWHILE = "Articles wait in the outbox, and go to the index by themselves when it answers."


@dataclass(slots=True)
class Relay:
    """Brings batches of the outbox to a backend; only what it has confirmed leaves the outbox."""

    outbox: Outbox
    backend: Backend
    now: Callable[[], datetime] = utc_now
    turn: Callable[[], str | None] = lambda: None
    """Who else relays for this store now: of several machines' relays, one writes and the others
    stand by.
    """
    pulse: Heartbeat = field(default_factory=lambda: Heartbeat(None))

    def deliver(self) -> Counter[str]:
        """One batch: counts by outcome (done, retry, rejected), empty where nothing waits. Raises
        `IndexUnavailable`.
        """
        rows = self.outbox.batch(BATCH, self.now())
        if not rows:
            return Counter()
        moment = self.now()
        whole = [row for row in rows if row.trouble is None]
        damaged = [row for row in rows if row.trouble is not None]
        outcomes: list[Outcome] = []
        if whole:
            outcomes += self.backend.write([_operation(row, moment) for row in whole])
        outcomes += [Outcome(row.article, "rejected", row.trouble) for row in damaged]
        # After the write: were it before, a crash in between would lose the batch.
        self._acknowledge([*whole, *damaged], outcomes, moment)
        return Counter(outcome.status for outcome in outcomes)

    def run(
        self,
        stop: threading.Event,
        on_delivered: Callable[[Counter[str]], None] = lambda _: None,
        gathering: float = REST_SECONDS,
    ) -> None:
        """Deliver until `stop` is set, a batch after the other, or what gathers in so many seconds.

        An index that is away is tried again with exponential backoff, and logged once.
        """
        outage = OutageLog(log, self.now)
        rest = REST_SECONDS
        ready = False
        while not stop.is_set():
            self.pulse.beat()
            try:
                holder = self.turn()
                if holder:
                    log.info("%s relays for this store: standing by.", holder)
                    stop.wait(STANDBY_SECONDS)
                    continue
                if not ready:
                    self.backend.setup()
                    ready = True
                counts = self.deliver()
            except Exception as error:
                # Whatever the index does, the relay of a running monitor goes on asking: the outbox
                # keeps everything.
                outage.away(
                    f"{describe_error(error)} {_MEANWHILE}",
                    error,
                    known=isinstance(error, IndexUnavailable),
                )
                stop.wait(rest)
                rest = min(rest * 2, LONGEST_REST_SECONDS)
                ready = False
                continue
            rest = REST_SECONDS
            outage.back("The index answers again.")
            if counts:
                on_delivered(counts)
            if counts.total() < BATCH:
                stop.wait(gathering)

    def _acknowledge(
        self, rows: Sequence[OutboxRow], outcomes: Sequence[Outcome], moment: datetime
    ) -> None:
        done: list[OutboxRow] = []
        retry: list[OutboxRow] = []
        rejected: list[tuple[OutboxRow, str]] = []
        for row, outcome in zip(rows, outcomes, strict=True):
            if outcome.status == "done":
                done.append(row)
            elif outcome.status == "retry":
                retry.append(row)
            else:
                reason = outcome.reason or "rejected"
                log.error(
                    "the index rejected %s: %s (`veille doctor` shows it)", row.article, reason
                )
                rejected.append((row, reason))
        self.outbox.acknowledge(done, retry, rejected, self.now(), moment)


def _operation(row: OutboxRow, moment: datetime) -> Operation:
    if row.document is None:
        return Delete(row.article)
    added = row.added or moment
    stamps = {"indexed_at": moment.isoformat(), "added": added.isoformat()}
    return Put({**row.document, **stamps})


class RelayLock:
    """A file lock: at most one relay writes for a data folder.

    The embedded index has one writer, and batches must stay in order.
    """

    def __init__(self, data: Path) -> None:
        self._path = data / "relay.lock"
        self._file: IO[str] | None = None

    def take(self) -> bool:
        """Take the lock; False where another process holds it. The system gives it back when the
        process ends.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file
        return True

    def release(self) -> None:
        """Give the lock back."""
        if self._file:
            with suppress(OSError):  # closing the file gives it back as well
                fcntl.flock(self._file, fcntl.LOCK_UN)
            self._file.close()
            self._file = None

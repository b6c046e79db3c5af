"""Hosts that ask to be left alone for long (Retry-After, RFC 9110, 10.2.3). Pure."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

DEFAULT = timedelta(seconds=2)
"""How long a host is waited for that does not say how long."""
LONGEST_IN_CRAWL = timedelta(minutes=1)
"""How long a host is waited for within a crawl; for longer, the crawl leaves it alone, and so does
every other one.
"""
LONGEST_WAIT = timedelta(hours=24)
"""How long a host is left alone at most: one that asks for more is asked once a day."""
MOST_HOSTS = 5_000
"""Hosts whose waits a process knows of."""


@dataclass(frozen=True, slots=True)
class HostWait:
    """A host (with its port) that is not asked before a moment (aware), and the status with which
    it asked for that.
    """

    host: str
    until: datetime
    status: int


class HostWaits:
    """The waits that a process knows of."""

    def __init__(self) -> None:
        self._waits: dict[str, HostWait] = {}

    def add(self, waits: Iterable[HostWait]) -> None:
        """Know of these, too; of two waits for one host the later one counts."""
        for wait in waits:
            known = self._waits.get(wait.host)
            if known is None or known.until < wait.until:
                self._waits[wait.host] = wait
        if len(self._waits) > MOST_HOSTS:
            # Half, so that not every further host costs a comparison of all.
            longest = heapq.nlargest(MOST_HOSTS // 2, self._waits.values(), key=_end)
            self._waits = {wait.host: wait for wait in longest}

    def of(self, host: str, now: datetime) -> HostWait | None:
        """The wait for a host that is not over."""
        wait = self._waits.get(host)
        if wait is None or wait.until <= now:
            return None
        # A clock that went back makes no wait longer than any can be.
        return wait if wait.until <= now + LONGEST_WAIT else None


def asked_wait(retry_after: str, date: str, now: datetime) -> timedelta:
    """How long an answer asks to wait, up to `LONGEST_WAIT`: so many seconds, or until a date,
    which is compared with the answer's own, since its clock may be wrong.
    """
    if retry_after.isascii() and retry_after.isdigit():
        return min(timedelta(seconds=int(retry_after[:9])), LONGEST_WAIT)
    until = _moment(retry_after)
    if until is None:
        return DEFAULT
    wait = until - (_moment(date) or now)
    return min(max(wait, timedelta()), LONGEST_WAIT)


def _end(wait: HostWait) -> datetime:
    return wait.until


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

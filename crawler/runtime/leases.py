"""Holding leases: who a process is, what it takes to crawl a source, and whose leases nobody need
wait for. A door module.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from crawler.process.owner import is_gone
from crawler.sources import Source
from crawler.store import Leases

LEASE_SPAN = timedelta(seconds=60)
"""How long a lease lasts that is not renewed."""
RENEWAL = timedelta(seconds=15)
"""How often a lease is renewed: three renewals may fail before it ends."""
MARGIN = timedelta(seconds=10)
"""How long before the end of its leases a crawl asks no host any more, unless it takes them again.
"""
RELAY = "relay"
ALERTS = "alerts"


def names_of(source: Source) -> list[str]:
    """The leases that a crawl of a source needs: on the source, and on each host that its entry
    points stand on.

    So sources that share a host are crawled by one process, which keeps the delay between them.
    """
    return [f"source:{source.id}", *(f"host:{host}" for host in hosts_of(source))]


def hosts_of(source: Source) -> list[str]:
    """The hosts, with their ports, of a source's home and entry points."""
    urls = [
        source.home,
        *source.feeds,
        *source.sitemaps,
        *(section.url for section in source.sections),
    ]
    return sorted({urlsplit(url).netloc.lower() for url in urls})


@dataclass(slots=True)
class Lease:
    """The lease of what one process does for a store, the relay or the alerts, while the others
    stand by.
    """

    leases: Leases
    now: Callable[[], datetime]
    owner: str
    name: str = RELAY
    settling: Callable[[], bool] = lambda: False
    """Whether the leases of others may seem to have ended only because the clock went forward."""
    _renewed: datetime | None = None

    def take(self) -> str | None:
        """Take the lease, or renew it; returns who else holds it."""
        now = self.now()
        if self._renewed and timedelta() <= now - self._renewed < RENEWAL:
            return None
        if not self._renewed and self.settling():
            return "whoever did so before the clock went forward"
        holder = self.leases.claim([self.name], self.owner, now, LEASE_SPAN)
        if holder and is_gone(holder):
            self.leases.release([self.name], holder)
            return self.take()
        self._renewed = None if holder else now
        return holder

    def release(self) -> None:
        """Give the lease back."""
        self.leases.release([self.name], self.owner)
        self._renewed = None

"""What a visit to an entry point is decided from: its answer, and what is known. Values only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crawler.entrypoints import Listing
from crawler.sources import Source
from crawler.store import EntryPoint


@dataclass(frozen=True, slots=True)
class EntryAnswer:
    """What came of asking for an entry point.

    `outcome` is read, same (not modified), "http 500", or why it can't be used. `size` is in bytes;
    `moved_to` is where it answers from now on; `sitemaps` are those that robots.txt names.
    """

    outcome: str
    listing: Listing = field(default_factory=Listing)
    size: int = 0
    seconds: float = 0.0
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None
    sitemaps: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class CrawlState:
    """What is known when an answer comes.

    `entry_points` are those of the source by address, `entry_point_keys` their canonical keys;
    `all_kinds` says that the crawl visits every kind of them; a crawl that reaches back to `since`
    goes on with what began at `resumed_from`. Moments are in UTC.
    """

    source: Source
    crawl_id: int
    now: datetime
    since: datetime | None
    all_kinds: bool
    entry_points: Mapping[str, EntryPoint]
    entry_point_keys: Collection[str]
    resumed_from: datetime | None = None

    def watched_below(self, url: str) -> list[EntryPoint]:
        """The known entry points that the one at this address named, without those that rest."""
        below = (entry for entry in self.entry_points.values() if entry.parent == url)
        return [entry for entry in below if not entry.resting]
